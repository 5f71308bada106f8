import { z } from 'zod';
import { jsonProblem } from './jsonProblem.ts';

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

/** What is wrong with the text of a schema, and where; the end of a sentence. Null: an answer can be held to it. */
export function problemOfAnswerSchema(text: string): string | null {
  const broken = jsonProblem(text);
  if (broken !== null) return `it is not JSON, ${broken}`;
  const schema: unknown = JSON.parse(text);
  const checked = answerSchema.safeParse(schema);
  if (!checked.success) return describe(checked.error);
  const { type, oneOf, enum: values, const: value, $ref } = checked.data;
  const says = [type, oneOf, values, value, $ref].some((part) => part !== undefined);
  return says ? null : 'it says nothing of the type of the answer';
}

function describe(error: z.ZodError): string {
  const issue = error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  if (issue?.code === 'unrecognized_keys') return `Assay cannot hold an answer to ${issue.keys.join(', ')}${where}`;
  return `${issue?.message ?? 'it is not one'}${where}`;
}
