import { z } from 'zod';

export const gpuChoice = z.enum(['auto', 'cuda', 'metal', 'vulkan', 'cpu']);
export type GpuChoice = z.infer<typeof gpuChoice>;

export const engineSettings = z.object({
  /** Threads for decoding; at most the physical cores. */
  threads: z.number().int().min(1).max(256),
  gpu: gpuChoice,
  /** Layers on the GPU; `auto` fits as many as the memory holds. */
  gpuLayers: z.union([z.literal('auto'), z.number().int().min(0).max(1000)]),
  /** Tokens of context when a request names none; bounded by what the model was trained on and by memory. */
  contextSize: z.number().int().min(256).max(1_048_576),
  /** Minutes without a request after which a loaded model is unloaded. */
  idleMinutes: z.number().int().min(1).max(1440),
  /** Bytes that all loaded models may take together; `auto`: as much as is free when one is loaded. */
  mostMemoryBytes: z.union([
    z.literal('auto'),
    z
      .number()
      .int()
      .min(2 ** 28)
      .max(2 ** 50),
  ]),
});
export type EngineSettings = z.infer<typeof engineSettings>;

export const loadedModel = z.object({
  modelId: z.string(),
  name: z.string(),
  quantization: z.string(),
  state: z.enum(['starting', 'loading', 'ready', 'busy', 'stopping']),
  /** Resident bytes of the engine process. */
  memoryBytes: z.number(),
  contextSize: z.number().int(),
  threads: z.number().int(),
  gpu: z.string(),
});
export type LoadedModel = z.infer<typeof loadedModel>;

/** Every backend this platform could use: which one is in use, and why the others are not. */
export const backends = z.array(
  z.object({
    name: gpuChoice.exclude(['auto']),
    state: z.enum(['used', 'available', 'unavailable', 'not checked']),
    reason: z.string(),
  }),
);
export type Backends = z.infer<typeof backends>;

export const engineStatus = z.object({
  /** Release of llama.cpp, e.g. `v0.4.0`. */
  release: z.string(),
  physicalCores: z.number().int(),
  memoryBytes: z.number(),
  settings: engineSettings,
  loaded: z.array(loadedModel),
  /** Models that failed three times within five minutes: they are not started again until `engine.unload`. */
  down: z.array(z.object({ modelId: z.string(), name: z.string(), quantization: z.string(), reason: z.string() })),
});
export type EngineStatus = z.infer<typeof engineStatus>;

/** Settings of the sampler. Temperature 0 is greedy and ignores the rest. */
export const sampler = z.object({
  temperature: z.number().min(0).max(5).default(0),
  topK: z.number().int().min(0).max(100_000).default(40),
  topP: z.number().min(0).max(1).default(0.95),
  minP: z.number().min(0).max(1).default(0.05),
  repeatPenalty: z.number().min(0.5).max(3).default(1),
  seed: z.number().int().min(0).max(4_294_967_295).default(0),
  maxTokens: z.number().int().min(1).max(100_000).default(128),
  /** Texts that end the answer; they are not part of it. */
  stop: z.array(z.string().min(1).max(200)).max(16).default([]),
});
export type Sampler = z.infer<typeof sampler>;

/** One generated token. */
export const token = z.object({
  text: z.string(),
  id: z.number().int(),
  /** Natural log of the probability the model gave to this token, at temperature 1 over the whole vocabulary. */
  logprob: z.number(),
  /** Milliseconds from the submit to this token, on the engine's clock. */
  ms: z.number(),
  /** The most likely tokens at this position, when asked for. */
  alternatives: z.array(z.object({ id: z.number().int(), text: z.string(), logprob: z.number() })).optional(),
});
export type Token = z.infer<typeof token>;

export const stopReason = z.enum(['end', 'length', 'stop', 'cancelled', 'failed']);
export type StopReason = z.infer<typeof stopReason>;

export const message = z.object({ role: z.enum(['user', 'assistant']), text: z.string().max(1_000_000) });

/** What one generation took. Times in milliseconds from the submit. */
export const generationStats = z.object({
  promptTokens: z.number().int(),
  tokenCount: z.number().int(),
  /** Submit to the first non-empty token; includes tokenization and prefill, not the loading of the model. */
  ttftMs: z.number().nullable(),
  /** (tokens - 1) / (last token - first token); null below two tokens. */
  tokensPerSecond: z.number().nullable(),
  totalMs: z.number(),
  stopReason,
});
export type GenerationStats = z.infer<typeof generationStats>;
