import type { Llama, LlamaContext, LlamaModel, Token } from 'node-llama-cpp';
import { Fault, isAbort } from '../../base/fault.ts';
import type { BackendName, LoadResult, LoadSettings } from '../protocol.ts';
import { chooseBackend, releaseOf } from './backend.ts';
import { knowsArchitecture, type NativeParts, nativeParts } from './bindings.ts';
import { type ChatTemplate, chatTemplateOf } from './chatPrompt.ts';
import { inspect } from './inspect.ts';
import { openRowReader } from './rowReader.ts';
import type { SequenceCache } from './sequenceCache.ts';

type Library = typeof import('node-llama-cpp');

export interface LoadedEngine {
  library: Library;
  llama: Llama;
  model: LlamaModel;
  context: LlamaContext;
  parts: NativeParts;
  /** What the context holds of the requests so far. */
  cache: SequenceCache;
  template: ChatTemplate;
  contextSize: number;
  batchSize: number;
  asToken(id: number): Token;
  /** What a token looks like on its own, special tokens by their names. */
  tokenText(id: number): string;
  result: LoadResult;
}

export interface LoadListener {
  trying(backend: BackendName): void;
  progress(share: number): void;
}

const batchSize = 512;

export async function load(settings: LoadSettings, signal: AbortSignal, listener: LoadListener): Promise<LoadedEngine> {
  const library = await import('node-llama-cpp');
  const { llama, name } = await chooseBackend(library, settings, listener.trying);
  const { header } = inspect(settings.path);
  if (!knowsArchitecture(llama, header.architecture))
    throw unknownArchitecture(settings.path, header.architecture, llama);
  if (signal.aborted) throw new Fault('CANCELLED', 'Loading was cancelled.');
  const model = await loadModel(library, llama, settings, signal, listener);
  const context = await openContext(library, model, settings, signal);
  const template = chatTemplateOf(library, model, settings.path);
  const native = nativeParts(llama, model, context);
  const known = {
    contextSize: settings.contextSize,
    batchSize: context.batchSize,
    vocabulary: header.vocabularySize,
  };
  const rows = name === 'cpu' ? openRowReader(native, known) : undefined;
  const ids = new Map<number, string>();
  const asToken = (id: number) => id as Token;
  const reference = model.tokenize('a');
  return {
    library,
    llama,
    model,
    context,
    parts: { ...native, rows },
    cache: { tokens: [] },
    template,
    contextSize: settings.contextSize,
    batchSize: Math.min(batchSize, context.batchSize),
    asToken,
    tokenText(id) {
      const known = ids.get(id);
      if (known !== undefined) return known;
      const text = model.detokenize([asToken(id)], true, reference);
      ids.set(id, text);
      return text;
    },
    result: {
      contextSize: settings.contextSize,
      threads: settings.threads,
      backend: name,
      devices: await llama.getGpuDeviceNames(),
      gpuLayers: model.gpuLayers,
      release: releaseOf(llama),
      systemInfo: llama.systemInfo,
    },
  };
}

async function loadModel(
  library: Library,
  llama: Llama,
  settings: LoadSettings,
  signal: AbortSignal,
  listener: LoadListener,
): Promise<LlamaModel> {
  let shown = -1;
  try {
    return await llama.loadModel({
      modelPath: settings.path,
      gpuLayers:
        settings.gpuLayers === 'auto' ? { fitContext: { contextSize: settings.contextSize } } : settings.gpuLayers,
      // Without it a model with NaN in its weights loads and answers token 0 for ever.
      checkTensors: true,
      loadSignal: signal,
      onLoadProgress(share) {
        if (share - shown < 0.01 && share < 1) return;
        shown = share;
        listener.progress(share);
      },
    });
  } catch (thrown) {
    if (signal.aborted || isAbort(thrown)) throw new Fault('CANCELLED', 'Loading was cancelled.');
    throw loadFault(library, thrown, settings);
  }
}

async function openContext(
  library: Library,
  model: LlamaModel,
  settings: LoadSettings,
  signal: AbortSignal,
): Promise<LlamaContext> {
  try {
    return await model.createContext({
      contextSize: settings.contextSize,
      batchSize: Math.min(batchSize, settings.contextSize),
      sequences: 1,
      threads: settings.threads,
      createSignal: signal,
      failedCreationRemedy: false,
    });
  } catch (thrown) {
    if (signal.aborted || isAbort(thrown)) throw new Fault('CANCELLED', 'Loading was cancelled.');
    throw loadFault(library, thrown, settings);
  }
}

const unknownArchitecture = (path: string, architecture: string, llama: Llama) =>
  new Fault(
    'MODEL_UNSUPPORTED',
    `${path} is of the architecture ${architecture}, which llama.cpp ${releaseOf(llama)} does not know. A newer Assay may.`,
    { facts: { path, architecture } },
  );

function loadFault(library: Library, thrown: unknown, settings: LoadSettings): Fault {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  if (thrown instanceof library.InsufficientMemoryError || /create context|VRAM|memory/i.test(reason)) {
    return new Fault(
      'NOT_ENOUGH_MEMORY',
      `The model with a context of ${settings.contextSize} tokens does not fit into memory (${reason}). Choose a smaller context or a smaller quantization.`,
      { cause: thrown },
    );
  }
  return new Fault(
    'MODEL_UNREADABLE',
    `llama.cpp could not load ${settings.path}: ${reason}. The file is damaged (its weights may hold values that are not numbers), or of a kind that this release does not know. Get the file anew.`,
    { cause: thrown, facts: { path: settings.path } },
  );
}
