import { z } from 'zod';
import { generationStats, gpuChoice, message, sampler, token } from '../../preload/contract/engine.ts';
import { assayErrorData } from '../../preload/contract/errors.ts';
import { modelHeader } from '../../preload/contract/models.ts';
import { sourceFile } from '../base/sourceFile.ts';
import { fileDescription, modelIdentity, vocabularyDifference } from './protocolFiles.ts';
import { labAnswer, labAside, labRequest } from './protocolLab.ts';

/** Grows when a message changes its shape; host and engine come from one build, so a difference means a broken install. */
export const protocolVersion = 2;

/** Of llama.cpp in the pinned node-llama-cpp. */
export const llamaRelease = 'v0.4.0';

export const backendName = gpuChoice.exclude(['auto']);
export type BackendName = z.infer<typeof backendName>;

/** Chosen by the host, unique in a process; every answer carries the id of its request. */
const id = z.number().int().nonnegative();

/** Settings that belong to a loaded model; different ones mean loading it again. */
export const loadSettings = z.object({
  path: z.string(),
  contextSize: z.number().int().min(16).max(10_000_000),
  threads: z.number().int().min(1).max(256),
  gpu: gpuChoice,
  gpuLayers: z.union([z.literal('auto'), z.number().int().min(0).max(1000)]),
  /** Backends that ended an earlier process and why; they are not tried again. */
  excluded: z.array(z.object({ name: backendName, reason: z.string() })).default([]),
});
export type LoadSettings = z.infer<typeof loadSettings>;

export const generateSettings = z.object({
  messages: z.array(message).min(1).max(10_000),
  system: z.string().optional(),
  /** Token ids that stand behind the rendered conversation: the answer as far as it came before. */
  written: z.array(z.number().int().nonnegative()).max(1_000_000),
  /** Whether the engine may take from its cache what it holds of the conversation: quicker, and the numbers differ a little. */
  reuse: z.boolean(),
  sampler,
  /** A JSON schema, as text, that the answer must obey. */
  schema: z.string().optional(),
  /** How many of the most likely tokens to report at each position. */
  alternatives: z.number().int().min(0).max(20),
});
export type GenerateSettings = z.infer<typeof generateSettings>;

/** What the host asks of an engine process. */
export const engineRequest = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ping'), sequence: z.number().int() }),
  z.object({ type: z.literal('inspect'), id, path: z.string() }),
  /** The headers of many files; a file that cannot be read costs the others nothing. */
  z.object({ type: z.literal('inspectMany'), id, paths: z.array(z.string()).max(1000) }),
  /** All that a file says about itself, and its chat template on an example. */
  z.object({ type: z.literal('describe'), id, path: z.string() }),
  z.object({ type: z.literal('compareVocabularies'), id, one: z.string(), other: z.string() }),
  /** Goes on with the SHA-256 of a file for a fifth of a second, or `bytes` bytes; `from` 0 begins it. */
  z.object({
    type: z.literal('hash'),
    id,
    path: z.string(),
    from: z.number().int().nonnegative(),
    bytes: z.number().int().positive().optional(),
  }),
  /** Loads one backend and says what it found. A process is used for one probe and then ended: the backend may crash it. */
  z.object({ type: z.literal('probe'), id, backend: backendName }),
  z.object({ type: z.literal('load'), id, settings: loadSettings }),
  z.object({ type: z.literal('generate'), id, settings: generateSettings }),
  /** Work of the native addon; a process serves one piece, or one inspector. */
  z.object({ type: z.literal('lab'), id, work: labRequest }),
  /** Ends the request cooperatively; it then answers as cancelled. */
  z.object({ type: z.literal('cancel'), id }),
  /** Frees the model and exits with code 0. */
  z.object({ type: z.literal('stop') }),
]);
export type EngineRequest = z.infer<typeof engineRequest>;

/** What the header says that loading needs but no person asks for. */
export const headerFacts = z.object({
  header: modelHeader,
  /** Bytes of the file, of all parts when it is split. */
  fileBytes: z.number(),
  tensorBytes: z.number(),
  heads: z.number().int(),
  /** Largest over the layers. */
  keyValueHeads: z.number().int(),
  keyLength: z.number().int(),
  valueLength: z.number().int(),
  feedForwardLength: z.number().int(),
  /** Layers whose keys and values are kept; state-space layers keep none. */
  attentionLayers: z.number().int(),
  /** True when the model only makes embeddings: it cannot generate. */
  embeddingOnly: z.boolean(),
  /** What the model is and where it comes from; null in what an earlier release has kept. */
  identity: modelIdentity.nullable().default(null),
});
export type HeaderFacts = z.infer<typeof headerFacts>;

/** Either what the header says or why it could not be read. */
const inspection = z.union([z.object({ facts: headerFacts }), z.object({ error: assayErrorData })]);
export type Inspection = z.infer<typeof inspection>;

export const probeResult = z.object({
  usable: z.boolean(),
  /** Names of the devices, or why there are none. */
  reason: z.string(),
  release: z.string().nullable(),
});
export type ProbeResult = z.infer<typeof probeResult>;

/** What loading came to. */
export const loadResult = z.object({
  contextSize: z.number().int(),
  threads: z.number().int(),
  backend: backendName,
  /** Names of the devices in use; empty on a CPU. */
  devices: z.array(z.string()),
  gpuLayers: z.number().int(),
  release: z.string(),
  systemInfo: z.string(),
});
export type LoadResult = z.infer<typeof loadResult>;

/** What an engine process tells the host. */
export const engineEvent = z.discriminatedUnion('type', [
  /** Once, first. */
  z.object({ type: z.literal('ready'), protocol: z.number().int(), pid: z.number().int() }),
  z.object({ type: z.literal('pong'), sequence: z.number().int(), residentBytes: z.number() }),
  /** Share of the model that is loaded, 0 to 1. */
  z.object({ type: z.literal('progress'), id, progress: z.number() }),
  /** Before a backend is touched, so that its crash can be laid at its door. */
  z.object({ type: z.literal('trying'), id, backend: backendName }),
  z.object({
    type: z.literal('started'),
    id,
    promptTokens: z.number().int(),
    keptTokens: z.number().int(),
    contextSize: z.number().int(),
  }),
  /** The first token at once, later ones together, at most one message in 16 ms. */
  z.object({ type: z.literal('tokens'), id, tokens: z.array(token) }),
  z.object({ type: z.literal('labAside'), id, event: labAside }),
  z.object({ type: z.literal('labDone'), id, answer: labAnswer }),
  z.object({ type: z.literal('inspected'), id, facts: headerFacts }),
  /** In the order in which they were asked for. */
  z.object({ type: z.literal('inspectedMany'), id, results: z.array(inspection) }),
  z.object({ type: z.literal('described'), id, description: fileDescription.extend({ facts: headerFacts }) }),
  z.object({ type: z.literal('vocabulariesCompared'), id, difference: vocabularyDifference }),
  z.object({
    type: z.literal('hashed'),
    id,
    /** Bytes that are in the hash. */
    position: z.number().int(),
    file: sourceFile,
    /** Null while the end is not reached. */
    sha256: z.string().nullable(),
  }),
  z.object({ type: z.literal('probed'), id, result: probeResult }),
  z.object({ type: z.literal('loaded'), id, result: loadResult }),
  z.object({ type: z.literal('done'), id, stats: generationStats }),
  z.object({ type: z.literal('failed'), id, error: assayErrorData }),
]);
export type EngineEvent = z.infer<typeof engineEvent>;
