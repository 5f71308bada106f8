import type { Llama, LlamaGrammarEvaluationState, LlamaModel } from 'node-llama-cpp';
import { problemOfAnswerSchema } from '../../../preload/contract/answerSchema.ts';
import { Fault } from '../../base/fault.ts';

/** A grammar that lets nothing but the schema's JSON be written. BAD_INPUT for what is no schema, or says what it cannot hold to. */
export async function grammarOf(
  library: typeof import('node-llama-cpp'),
  llama: Llama,
  model: LlamaModel,
  text: string,
): Promise<LlamaGrammarEvaluationState> {
  try {
    const problem = problemOfAnswerSchema(text);
    if (problem !== null) throw unusable(problem);
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
