import type { Backends, EngineSettings, EngineStatus, GenerationStats } from '../../../preload/contract/engine.ts';
import type { MemoryEstimate } from '../../../preload/contract/models.ts';
import type { Changes } from '../../base/changes.ts';
import type { Clock } from '../../base/clock.ts';
import { cancelledStats, type GenerateEvent, type GenerateRequest, type Generating } from '../../base/generation.ts';
import type { Log } from '../../base/log.ts';
import type { Store } from '../../db/store.ts';
import { type EngineLimits, usualLimits } from '../../inference/channel.ts';
import { llamaRelease } from '../../inference/protocol.ts';
import type { EngineStarter } from '../../inference/starter.ts';
import { createBackends } from './backends.ts';
import { createCoreGate } from './coreGate.ts';
import { countOnWindows, countPhysicalCores } from './cores.ts';
import * as queries from './engine.queries.ts';
import { chooseContext, defaultSettings, type ModelSettings, mostBytesOf, requireThreads } from './engine.rules.ts';
import { createEventStream } from './eventStream.ts';
import { createLoadedModels } from './loadedModels.ts';

export interface EngineDependencies {
  vault: { store(): Store; onLocking(listener: () => Promise<void>): () => void };
  models: {
    estimate(
      input: { model: string; contextSize?: number },
      left?: (freeBytes: number) => number,
    ): Promise<MemoryEstimate>;
    memory(): Promise<{ totalBytes: number; availableBytes: number }>;
  };
  starter: EngineStarter;
  changes: Pick<Changes, 'announce'>;
  clock: Clock;
  /** Told of engines that crash or hang. */
  log?: Pick<Log, 'warn'>;
  /** Default: 30 s to start, 30 s without a sign of life, 2 s to cancel. */
  limits?: EngineLimits;
  /** Physical cores; default: counted. */
  cores?: number;
}

/** Runs models, each in a process of its own. */
export interface Engine extends Generating {
  status(): Promise<EngineStatus>;
  /** The first call starts the search for them, in a process each, which announces `engine` with what it finds. */
  backends(): Backends;
  /** As they are now, without a look at the backends. */
  settings(): EngineSettings;
  /** What is not named stays. Loaded models take the change at their next request. BAD_INPUT for more threads than cores. */
  updateSettings(change: Partial<EngineSettings>): EngineSettings;
  /** Ends the engine process of a model, also while it answers, and lets a model that failed too often be tried again. NOT_FOUND. */
  unload(modelId: string): Promise<void>;
  /**
   * Loads the model when needed and answers. Aborting the signal, or leaving the loop, ends it; then `done` comes with the stop reason
   * `cancelled`. Faults: NOT_ENOUGH_MEMORY, CONTEXT_TOO_LARGE, TOO_LARGE (prompt), BAD_INPUT (schema, threads), MODEL_UNREADABLE,
   * MODEL_UNSUPPORTED, ENGINE_CRASHED, ENGINE_HUNG, ENGINE_DOWN, ENGINE_UNAVAILABLE, and CANCELLED when aborted before it could start.
   */
  generate(request: GenerateRequest, signal: AbortSignal): AsyncIterable<GenerateEvent>;
  close(): Promise<void>;
}

export function createEngine({
  vault,
  models,
  starter,
  changes,
  clock,
  log,
  limits = usualLimits,
  cores = countPhysicalCores(),
}: EngineDependencies): Engine {
  let physicalCores = cores;
  /** As they were read last: when a request ends, the store may be locked already. */
  let { idleMinutes, mostMemoryBytes } = defaultSettings(cores);
  const onChange = () => changes.announce('engine');
  const backends = createBackends({ starter, limits, onChange });
  const gate = createCoreGate(() => physicalCores);
  const loaded = createLoadedModels({
    starter,
    limits,
    excluded: backends.excluded,
    estimate: ({ id }, contextSize, left) => models.estimate({ model: id, contextSize }, left),
    mostBytes: () => mostBytesOf({ mostMemoryBytes }),
    idleMs: () => idleMinutes * 60_000,
    onChange,
    onFailure: (model, { code, message, facts }) => log?.warn({ model, code, ...facts }, message),
    now: () => clock.now(),
  });
  // What a model was asked lies in its memory: nothing of it outlives the unlocked store.
  const forgetLocking = vault.onLocking(() => loaded.close());
  if (process.platform === 'win32') void refineCores();

  async function refineCores(): Promise<void> {
    physicalCores = await countOnWindows();
    onChange();
  }

  function settings(): EngineSettings {
    const chosen = { ...defaultSettings(physicalCores), ...queries.selectSettings(vault.store().read) };
    ({ idleMinutes, mostMemoryBytes } = chosen);
    return { ...chosen, threads: Math.min(chosen.threads, physicalCores) };
  }

  function modelSettings(request: GenerateRequest): ModelSettings {
    const usual = settings();
    return {
      path: request.model.path,
      contextSize: chooseContext(
        request.model.name,
        request.model.header?.contextLength ?? 0,
        request.contextSize,
        usual.contextSize,
      ),
      threads: requireThreads(request.threads ?? usual.threads, physicalCores),
      gpu: usual.gpu,
      gpuLayers: usual.gpuLayers,
    };
  }

  async function answer(
    request: GenerateRequest,
    signal: AbortSignal,
    push: (event: GenerateEvent) => void,
  ): Promise<GenerationStats> {
    const wanted = modelSettings(request);
    const { supervisor, release } = await loaded.hold(request.model, wanted, signal);
    try {
      await supervisor.load(signal, (progress) => push({ type: 'loading', progress }));
      const leave = await gate.enter(wanted.threads, signal);
      try {
        const { messages, written = [], reuse = false, system, sampler, schema, alternatives } = request;
        return await supervisor.generate({ messages, written, reuse, system, sampler, schema, alternatives }, signal, {
          started: ({ promptTokens, keptTokens, contextSize }) =>
            push({ type: 'started', promptTokens, keptTokens, contextSize }),
          tokens: (tokens) => push({ type: 'tokens', tokens }),
        });
      } finally {
        leave();
      }
    } finally {
      release();
    }
  }

  return {
    async status() {
      const chosen = settings();
      const { totalBytes } = await models.memory();
      return {
        release: llamaRelease,
        physicalCores,
        memoryBytes: totalBytes,
        settings: chosen,
        loaded: loaded.list(),
        down: loaded.down(),
      };
    },
    backends: () => backends.list(settings().gpu, loaded.backendInUse()),
    settings,
    updateSettings(change) {
      if (change.threads !== undefined) requireThreads(change.threads, physicalCores);
      const store = vault.store();
      store.transaction((write) => queries.writeSettings(write, { ...queries.selectSettings(write), ...change }));
      onChange();
      // What is said to fit goes by it.
      if (change.mostMemoryBytes !== undefined) changes.announce('models');
      return settings();
    },
    unload: (modelId) => loaded.unload(modelId),
    async *generate(request, signal) {
      const left = new AbortController();
      const either = AbortSignal.any([signal, left.signal]);
      const stream = createEventStream<GenerateEvent>();
      const work = answer(request, either, stream.push).then(
        (stats) => {
          stream.push({ type: 'done', stats });
          stream.end();
        },
        (thrown: unknown) => {
          // Whoever has cancelled is not told of what failed on the way out.
          if (either.aborted) stream.push({ type: 'done', stats: cancelledStats });
          else stream.fail(thrown);
          stream.end();
        },
      );
      try {
        yield* stream;
      } finally {
        left.abort();
        await work;
      }
    },
    async close() {
      forgetLocking();
      await Promise.all([backends.close(), loaded.close()]);
    },
  };
}
