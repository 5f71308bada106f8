import type { GenerationStats, Sampler, Token } from '../../../preload/contract/engine.ts';
import type { Model } from '../../../preload/contract/models.ts';

/** The part of the engine that answering needs. */
export interface Answering {
  /**
   * Loads the model when needed and answers. Failures are thrown as Fault; an aborted signal ends with `done` and the stop reason
   * `cancelled`, or with a throw.
   */
  generate(request: AnswerRequest, signal: AbortSignal): AsyncIterable<AnswerEvent>;
}

export interface AnswerRequest {
  model: Model;
  messages: { role: 'user' | 'assistant'; text: string }[];
  system?: string;
  sampler: Sampler;
  schema?: string;
  alternatives: number;
  contextSize?: number;
  threads?: number;
}

export type AnswerEvent =
  | { type: 'loading'; progress: number }
  | { type: 'started'; promptTokens: number }
  | { type: 'tokens'; tokens: Token[] }
  | { type: 'done'; stats: GenerationStats };
