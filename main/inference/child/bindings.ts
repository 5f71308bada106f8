import type { Llama, LlamaContext, LlamaGrammarEvaluationState, LlamaModel } from 'node-llama-cpp';
import type { RowReader } from './rowReader.ts';

/**
 * The native objects under node-llama-cpp's classes. Its public loop gives no log-probability of a sampled token and
 * keeps the native thread waiting while JavaScript runs; these calls are what that loop makes. The version is pinned, and `nativeParts` checks what it finds.
 */
export interface NativeContext {
  initBatch(size: number): void;
  /** Returns the rows whose logits can be sampled after the decode. */
  addToBatch(sequence: number, position: number, tokens: Uint32Array, outputs: Uint32Array): Uint32Array;
  decodeBatch(): Promise<void>;
  sampleToken(row: number, sampler: NativeSampler): Promise<number>;
  /** Probabilities come flat: token, probability, token, … in descending order; confidence is that of the token. */
  sampleToken(row: number, sampler: NativeSampler, probabilities: boolean, confidence: boolean): Promise<NativeSample>;
  disposeSequence(sequence: number): void;
  /** From `start` up to but without `end`; -1: all behind. False when this kind of cache cannot. */
  removeTokenCellsFromSequence(sequence: number, start: number, end: number): boolean;
  /** Of the first token that the sequence still holds; -1: it holds none. */
  getSequenceKvCacheMinPosition(sequence: number): number;
}
export type NativeSample = [token: number, probabilities: number[] | undefined, confidence: number | undefined];

export interface NativeSampler {
  applyConfig(config: SamplerConfig): void;
  dispose(): void;
}

/** An absent field leaves that sampler out of the chain. Order: penalties, top-k, top-p, min-p, temperature, draw. */
export interface SamplerConfig {
  temperature: number;
  topK?: number;
  topP?: number;
  minP?: number;
  seed?: number;
  xtcProbability?: number;
  xtcThreshold?: number;
  repeatPenalty?: number;
  repeatPenaltyMaxTokens?: number;
  repeatPenaltyTokens?: Uint32Array;
  grammarEvaluationState?: object;
}

/** A grammar, and how far an answer has come in it. */
export interface NativeGrammar {
  state: object;
  /** Goes on by a token that was answered before. */
  accept(token: number): void;
}

export interface NativeParts {
  context: NativeContext;
  model: object;
  /** Where our addon can read this context. */
  rows?: RowReader | undefined;
  createSampler(config: SamplerConfig): NativeSampler;
}

export function nativeParts(llama: Llama, model: LlamaModel, context: LlamaContext): NativeParts {
  const native = internal(context, '_ctx');
  const nativeModel = internal(model, '_model');
  const Sampler: unknown = Reflect.get(internal(llama, '_bindings'), 'AddonSampler');
  if (!isNativeContext(native) || !isSamplerClass(Sampler)) throw changedInternals();
  return {
    context: native,
    model: nativeModel,
    createSampler(config) {
      const sampler = new Sampler(nativeModel);
      sampler.applyConfig(config);
      return sampler;
    },
  };
}

/** Whether this llama.cpp can build that architecture at all; loading an unknown one fails without saying why. */
export function knowsArchitecture(llama: Llama, name: string): boolean {
  const ask: unknown = Reflect.get(internal(llama, '_bindings'), 'getIsArchSupported');
  if (typeof ask !== 'function') throw changedInternals();
  return ask(name) === true;
}

export function nativeGrammar(llama: Llama, grammar: LlamaGrammarEvaluationState): NativeGrammar {
  const Sampler: unknown = Reflect.get(internal(llama, '_bindings'), 'AddonSampler');
  if (!isSamplerClass(Sampler)) throw changedInternals();
  const state = internal(grammar, '_state');
  return { state, accept: (token) => Sampler.acceptGrammarEvaluationStateToken(state, token) };
}

function internal(owner: object, name: string): object {
  const value: unknown = Reflect.get(owner, name);
  if (typeof value !== 'object' || value === null) throw changedInternals();
  return value;
}

const nativeContextCalls: readonly (keyof NativeContext)[] = [
  'initBatch',
  'addToBatch',
  'decodeBatch',
  'sampleToken',
  'disposeSequence',
  'removeTokenCellsFromSequence',
  'getSequenceKvCacheMinPosition',
];

function isNativeContext(value: object): value is NativeContext {
  return nativeContextCalls.every((name) => typeof Reflect.get(value, name) === 'function');
}

interface SamplerClass {
  new (model: object): NativeSampler;
  acceptGrammarEvaluationStateToken(state: object, token: number): void;
}

function isSamplerClass(value: unknown): value is SamplerClass {
  return typeof value === 'function' && typeof Reflect.get(value, 'acceptGrammarEvaluationStateToken') === 'function';
}

const changedInternals = () =>
  new Error('The installed node-llama-cpp is not the version that Assay was built for: reinstall the dependencies.');
