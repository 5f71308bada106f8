import type { GenerationStats, Token } from '../../preload/contract/engine.ts';
import { Fault } from '../base/fault.ts';
import { type EngineChannel, type EngineLimits, openChannel, usualLimits } from './channel.ts';
import type { BackendName, GenerateSettings, LoadResult, LoadSettings } from './protocol.ts';
import type { EngineStarter } from './starter.ts';

export interface SupervisorOptions {
  starter: EngineStarter;
  /** Name of the model, for messages and process lists. */
  label: string;
  settings: Omit<LoadSettings, 'excluded'>;
  /** Backends that ended a process; shared by all models, and added to. */
  excluded: { name: BackendName; reason: string }[];
  limits?: EngineLimits;
  /** Milliseconds without a request after which the model is unloaded; asked when a request has ended. */
  idleMs: () => number;
  onChange: () => void;
  /** Told of each failure of a process, with its code and sentence. */
  onFailure?: (fault: Fault) => void;
  /** Milliseconds since 1970; default: the system's. */
  now?: () => number;
}

export type SupervisorState = 'stopped' | 'starting' | 'loading' | 'ready' | 'busy' | 'stopping' | 'down';

export interface GenerateListener {
  started(prompt: { promptTokens: number; keptTokens: number; contextSize: number }): void;
  tokens(tokens: Token[]): void;
}

/** Keeps one model loaded in one process. */
export interface Supervisor {
  readonly state: SupervisorState;
  readonly pid: number | undefined;
  readonly residentBytes: number;
  /** Of the process that runs, or null. */
  readonly loaded: LoadResult | null;
  /** Why it is down, as a sentence; null while it is not. */
  readonly downReason: string | null;
  /** Milliseconds since 1970. */
  readonly usedAt: number;
  /** Starts and loads where needed. Not tried again by itself, save without a GPU backend that crashed while loading. */
  load(signal: AbortSignal, onProgress: (share: number) => void): Promise<void>;
  /** Answers with the model that `load` loaded. What a crash ends is not run again. */
  generate(settings: GenerateSettings, signal: AbortSignal, listener: GenerateListener): Promise<GenerationStats>;
  /** Ends the process, and forgets earlier failures. */
  stop(): Promise<void>;
}

const failuresAllowed = 3;
const failureWindowMs = 5 * 60_000;

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { starter, label, excluded, limits = usualLimits, onChange, now = Date.now } = options;
  let channel: EngineChannel | undefined;
  let loading:
    | {
        result: Promise<LoadResult>;
        stop: AbortController;
        waiting: number;
        listeners: Set<(progress: number) => void>;
        progress: number;
      }
    | undefined;
  let loaded: LoadResult | null = null;
  let state: SupervisorState = 'stopped';
  let busy = 0;
  let usedAt = now();
  let failures: { at: number; fault: Fault }[] = [];
  let idle: NodeJS.Timeout | undefined;

  const become = (next: SupervisorState) => {
    if (state === next) return;
    state = next;
    onChange();
  };

  function open(): EngineChannel {
    const opened = openChannel(starter, label, limits);
    channel = opened;
    void opened.ended.then((fault) => {
      if (fault !== undefined) {
        failures.push({ at: now(), fault });
        options.onFailure?.(fault);
      }
      if (channel !== opened) return;
      channel = undefined;
      // While loading, the load itself decides whether it goes on without a backend.
      if (loaded !== null) loading = undefined;
      loaded = null;
      become(budgetSpent() ? 'down' : 'stopped');
    });
    return opened;
  }

  function budgetSpent(): boolean {
    if (state === 'down') return true;
    failures = failures.filter(({ at }) => at > now() - failureWindowMs);
    return failures.length >= failuresAllowed;
  }

  async function load(stop: AbortSignal, progress: (share: number) => void): Promise<LoadResult> {
    for (;;) {
      const opened = open();
      let trying: BackendName = 'cpu';
      try {
        const { result } = await opened.ask(
          { type: 'load', settings: { ...options.settings, excluded: [...excluded] } },
          'loaded',
          {
            signal: stop,
            onEvent(event) {
              if (event.type === 'trying') trying = event.backend;
              if (event.type !== 'progress') return;
              become('loading');
              progress(event.progress);
            },
          },
        );
        return result;
      } catch (thrown) {
        await opened.stop();
        const crash = thrown instanceof Fault && thrown.code === 'ENGINE_CRASHED';
        if (!crash || trying === 'cpu' || options.settings.gpu !== 'auto' || stop.aborted) throw thrown;
        excluded.push({ name: trying, reason: `it ended the engine while loading ${label}: ${thrown.message}` });
      }
    }
  }

  /** One load for all who wait; it is given up when the last of them has gone. */
  async function ensureLoaded(signal: AbortSignal, onProgress: (share: number) => void): Promise<void> {
    // A load that the last one who waited has given up ends first.
    while (loading?.stop.signal.aborted) await Promise.allSettled([loading.result]);
    if (budgetSpent()) throw down();
    if (loading === undefined) {
      const stop = new AbortController();
      const listeners = new Set<(share: number) => void>();
      become('starting');
      const entry = {
        stop,
        listeners,
        waiting: 0,
        progress: 0,
        result: load(stop.signal, (share) => {
          entry.progress = share;
          for (const listener of listeners) listener(share);
        }),
      };
      loading = entry;
      entry.result.then(
        (result) => {
          if (loading !== entry) return;
          loaded = result;
          become('ready');
        },
        () => {
          if (loading === entry) loading = undefined;
        },
      );
    }
    const current = loading;
    current.waiting += 1;
    current.listeners.add(onProgress);
    if (loaded === null) onProgress(current.progress);
    const leave = () => {
      current.waiting -= 1;
      current.listeners.delete(onProgress);
      if (current.waiting === 0 && loaded === null) current.stop.abort();
    };
    try {
      await raceAbort(current.result, signal);
    } finally {
      leave();
    }
    if (channel === undefined) throw gone();
  }

  function down(): Fault {
    const last = failures.at(-1);
    return new Fault(
      'ENGINE_DOWN',
      `The engine of ${label} failed ${failuresAllowed} times within 5 minutes and stays down until it is unloaded in Settings › Engine. The last time: ${last?.fault.message ?? 'unknown.'}`,
    );
  }

  const gone = () => failures.at(-1)?.fault ?? new Fault('ENGINE_DOWN', `The engine of ${label} was stopped.`);

  /** Keeps the idle stop away while the work lasts. */
  async function inUse<T>(work: () => Promise<T>): Promise<T> {
    clearTimeout(idle);
    busy += 1;
    usedAt = now();
    try {
      return await work();
    } finally {
      busy -= 1;
      usedAt = now();
      if (busy === 0) {
        if (state === 'busy') become('ready');
        rest();
      }
    }
  }

  function rest(): void {
    clearTimeout(idle);
    idle = setTimeout(() => void halt(), options.idleMs());
    // A loaded model does not keep the host alive.
    idle.unref();
  }

  async function halt(): Promise<void> {
    clearTimeout(idle);
    const current = channel;
    loading?.stop.abort();
    if (current !== undefined) {
      become('stopping');
      await current.stop();
    }
    if (channel === current) {
      channel = undefined;
      loaded = null;
      loading = undefined;
      become('stopped');
    }
  }

  return {
    get state() {
      return state;
    },
    get pid() {
      return channel?.pid;
    },
    get residentBytes() {
      return channel?.residentBytes ?? 0;
    },
    get loaded() {
      return loaded;
    },
    get downReason() {
      return state === 'down' ? down().message : null;
    },
    get usedAt() {
      return usedAt;
    },
    load: (signal, onProgress) => inUse(() => ensureLoaded(signal, onProgress)),
    generate: (settings, signal, listener) =>
      inUse(async () => {
        if (channel === undefined || loaded === null) throw gone();
        become('busy');
        const { stats } = await channel.ask({ type: 'generate', settings }, 'done', {
          signal,
          onEvent(event) {
            if (event.type === 'tokens') listener.tokens(event.tokens);
            else if (event.type === 'started') listener.started(event);
          },
        });
        return stats;
      }),
    async stop() {
      await halt();
      failures = [];
      become('stopped');
    },
  };
}

/** Waits, but not longer than the signal allows. */
function raceAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new Fault('CANCELLED', 'Cancelled.'));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
