import type { GpuChoice, Backends as ListedBackends } from '../../../preload/contract/engine.ts';
import { toErrorData } from '../../base/fault.ts';
import { type EngineLimits, openChannel } from '../../inference/channel.ts';
import type { BackendName, ProbeResult } from '../../inference/protocol.ts';
import type { EngineStarter } from '../../inference/starter.ts';

export interface Backends {
  /** What is known now. Starts the search at the first call; `onChange` is called with each thing that is found. */
  list(choice: GpuChoice, inUse: BackendName | undefined): ListedBackends;
  /** Backends that ended an engine; loading leaves them out. */
  readonly excluded: { name: BackendName; reason: string }[];
  close(): Promise<void>;
}

export interface BackendsOptions {
  starter: EngineStarter;
  limits: EngineLimits;
  onChange: () => void;
}

/** Best first. */
const ofPlatform: readonly BackendName[] = process.platform === 'darwin' ? ['metal', 'cpu'] : ['cuda', 'vulkan', 'cpu'];

/** Tries every backend that this platform could use, each in a process of its own, because a driver may end it. */
export function createBackends({ starter, limits, onChange }: BackendsOptions): Backends {
  const found = new Map<BackendName, ProbeResult>();
  const excluded: { name: BackendName; reason: string }[] = [];
  const stop = new AbortController();
  let search: Promise<void> | undefined;

  async function probeAll(): Promise<void> {
    for (const name of ofPlatform) {
      if (stop.signal.aborted) return;
      found.set(name, await probe(name));
      onChange();
    }
  }

  async function probe(backend: BackendName): Promise<ProbeResult> {
    const channel = openChannel(starter, `search for ${backend}`, limits);
    try {
      const { result } = await channel.ask({ type: 'probe', backend }, 'probed', { signal: stop.signal });
      return result;
    } catch (thrown) {
      return { usable: false, reason: toErrorData(thrown).message, release: null };
    } finally {
      await channel.stop();
    }
  }

  function chosen(choice: GpuChoice): BackendName | undefined {
    const candidates = choice === 'auto' ? ofPlatform : ofPlatform.filter((name) => name === choice);
    return candidates.find((name) => found.get(name)?.usable && !excluded.some((one) => one.name === name));
  }

  return {
    excluded,
    list(choice, inUse) {
      search ??= probeAll();
      const used = inUse ?? chosen(choice);
      return ofPlatform.map((name) => {
        const result = found.get(name);
        const shut = excluded.find((one) => one.name === name);
        if (shut !== undefined) return { name, state: 'unavailable', reason: shut.reason };
        if (name === used) return { name, state: 'used', reason: result?.reason ?? '' };
        if (result === undefined) return { name, state: 'not checked', reason: 'Being looked for.' };
        if (!result.usable) return { name, state: 'unavailable', reason: result.reason };
        return {
          name,
          state: 'available',
          reason: `${result.reason}; not in use, because ${choice === 'auto' ? 'a faster one is' : 'another one is chosen'}.`,
        };
      });
    },
    async close() {
      stop.abort();
      await search;
    },
  };
}
