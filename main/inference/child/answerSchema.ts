import type { Llama, LlamaGrammarEvaluationState, LlamaModel } from 'node-llama-cpp';
import { z } from 'zod';
import { Fault } from '../../base/fault.ts';

const scalar = z.enum(['string', 'number', 'integer', 'boolean', 'null']);
const literal = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const count = z.number().int().min(0).max(100_000);

/** Keywords that bind nothing. */
const annotations = {
  $schema: z.string().optional(),
  $id: z.string().optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  examples: z.array(z.unknown()).optional(),
};

/** What is asked of a checked schema; the rest goes to node-llama-cpp as it is. */
interface AnswerSchema {
  type?: unknown;
  oneOf?: unknown;
  enum?: unknown;
  const?: unknown;
  $ref?: unknown;
}

/** The part of JSON Schema that node-llama-cpp turns into a grammar. What it would pass over in silence is refused here. */
const answerSchema: z.ZodType<AnswerSchema> = z.lazy(() =>
  z.strictObject({
    ...annotations,
    type: z.union([scalar, z.enum(['object', 'array']), z.array(scalar).min(1)]).optional(),
    enum: z.array(literal).min(1).optional(),
    const: literal.optional(),
    minLength: count.optional(),
    maxLength: count.optional(),
    format: z.enum(['date-time', 'time', 'date']).optional(),
    /** All properties are written, so that whichever are required are there. */
    required: z.array(z.string()).optional(),
    minProperties: count.optional(),
    maxProperties: count.optional(),
    minItems: count.optional(),
    maxItems: count.optional(),
    $ref: z
      .string()
      .regex(/^#\/\$defs\//)
      .optional(),
    oneOf: z.array(answerSchema).min(1).optional(),
    properties: z.record(z.string(), answerSchema).optional(),
    additionalProperties: z.union([z.boolean(), answerSchema]).optional(),
    items: answerSchema.optional(),
    prefixItems: z.array(answerSchema).optional(),
    $defs: z.record(z.string(), answerSchema).optional(),
  }),
);

/** A grammar that lets nothing but the schema's JSON be written. BAD_INPUT for what is no schema, or says what it cannot hold to. */
export async function grammarOf(
  library: typeof import('node-llama-cpp'),
  llama: Llama,
  model: LlamaModel,
  text: string,
): Promise<LlamaGrammarEvaluationState> {
  try {
    const schema: unknown = JSON.parse(text);
    const checked = answerSchema.safeParse(schema);
    if (!checked.success) throw unusable(describe(checked.error));
    const { type, oneOf, enum: values, const: value, $ref } = checked.data;
    if (
      type === undefined &&
      oneOf === undefined &&
      values === undefined &&
      value === undefined &&
      $ref === undefined
    ) {
      throw unusable('it says nothing of the type of the answer');
    }
    const grammar = await llama.createGrammarForJsonSchema(JSON.parse(text));
    return new library.LlamaGrammarEvaluationState({ model, grammar });
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown;
    throw unusable(thrown instanceof Error ? thrown.message : String(thrown), thrown);
  }
}

/** A grammar allows white space after the value, and a model may never end it. A number could still grow. */
export function isCompleteJson(text: string): boolean {
  if (!/[}\]"el]\s*$/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return false;
    throw thrown;
  }
}

const unusable = (reason: string, cause?: unknown) =>
  new Fault('BAD_INPUT', `The JSON schema cannot be used: ${reason}. Correct the schema.`, { cause });

function describe(error: z.ZodError): string {
  const issue = error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  if (issue?.code === 'unrecognized_keys') return `Assay cannot hold an answer to ${issue.keys.join(', ')}${where}`;
  return `${issue?.message ?? 'it is not one'}${where}`;
}
