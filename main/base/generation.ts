import type { GenerationStats, Sampler, Token } from '../../preload/contract/engine.ts';
import type { FileVersion, Model } from '../../preload/contract/models.ts';

/** The part of the engine that those who want an answer need. */
export interface Generating {
  /**
   * Loads the model when needed and answers. Failures are thrown as Fault; an aborted signal ends with `done` and the stop reason
   * `cancelled`, or with a throw.
   */
  generate(request: GenerateRequest, signal: AbortSignal): AsyncIterable<GenerateEvent>;
}

/** A model with the file that was found under its path just now. */
export interface FoundModel extends Model {
  /** Default: not known. */
  version?: FileVersion;
}

export interface GenerateRequest {
  model: FoundModel;
  /** The conversation; the last message is answered, or written on when it is the assistant's. */
  messages: { role: 'user' | 'assistant'; text: string }[];
  /** Ids of tokens that were answered already: the answer goes on behind them, exactly as if it had never stopped. Default: none. */
  written?: number[];
  /**
   * Whether what the engine still holds of the conversation may be taken from its cache: quicker, but the numbers then depend a little
   * (some thousandths of a nat) on what was asked before. Default: false.
   */
  reuse?: boolean;
  system?: string;
  sampler: Sampler;
  /** A JSON schema, as text, that the answer obeys. */
  schema?: string;
  /** How many of the most likely tokens to report with each token; 0 costs nothing. */
  alternatives: number;
  /** Default: that of the settings, bounded by what the model was trained on. */
  contextSize?: number;
  /** Default: that of the settings. */
  threads?: number;
}

export type GenerateEvent =
  | { type: 'loading'; progress: number }
  | { type: 'started'; promptTokens: number; keptTokens: number; contextSize: number }
  | { type: 'tokens'; tokens: Token[] }
  | { type: 'done'; stats: GenerationStats };

/** Of a request that was cancelled before it had its turn, or instead of an orderly end. */
export const cancelledStats: GenerationStats = {
  promptTokens: 0,
  tokenCount: 0,
  ttftMs: null,
  tokensPerSecond: null,
  totalMs: 0,
  stopReason: 'cancelled',
};
