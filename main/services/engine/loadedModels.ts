import type { EngineStatus, LoadedModel } from '../../../preload/contract/engine.ts';
import type { MemoryEstimate } from '../../../preload/contract/models.ts';
import { Fault } from '../../base/fault.ts';
import type { FoundModel } from '../../base/generation.ts';
import { type EngineLimits, usualLimits } from '../../inference/channel.ts';
import type { BackendName } from '../../inference/protocol.ts';
import type { EngineStarter } from '../../inference/starter.ts';
import { createSupervisor, type Supervisor } from '../../inference/supervisor.ts';
import { doesNotFit, type ModelSettings, sameSettings } from './engine.rules.ts';

export interface LoadedModelsOptions {
  starter: EngineStarter;
  limits?: EngineLimits;
  excluded: { name: BackendName; reason: string }[];
  /** What the model would take, held against what is `left` for it of the bytes free now. */
  estimate(model: FoundModel, contextSize: number, left: (freeBytes: number) => number): Promise<MemoryEstimate>;
  /** What all models may take together. */
  mostBytes(): number;
  idleMs(): number;
  onChange: () => void;
  onFailure: (modelId: string, fault: Fault) => void;
  now: () => number;
}

/** A model that a request holds: it is neither evicted nor reloaded until `release`. */
export interface Hold {
  supervisor: Supervisor;
  release(): void;
}

export interface LoadedModels {
  /** Makes room and starts, or takes the running one with the same settings and of the same file. Faults: NOT_ENOUGH_MEMORY, CANCELLED. */
  hold(model: FoundModel, settings: ModelSettings, signal: AbortSignal): Promise<Hold>;
  list(): LoadedModel[];
  /** Those that failed too often. */
  down(): EngineStatus['down'];
  backendInUse(): BackendName | undefined;
  /** Ends the process of a model, also while it answers. */
  unload(modelId: string): Promise<void>;
  close(): Promise<void>;
}

interface Slot {
  model: FoundModel;
  settings: ModelSettings;
  supervisor: Supervisor;
  holds: number;
  /** Called when the last hold is given back. */
  freed: (() => void)[];
  neededBytes: number;
}

/** Whether both were found in one file; what is not known of one of them says nothing against it. */
function isSameVersion({ version: one }: FoundModel, { version: other }: FoundModel): boolean {
  return one === undefined || other === undefined || one.mark === other.mark;
}

/** How far above its estimate a process may grow before it counts as running away. */
const ceilingOf = (neededBytes: number) => neededBytes * 1.5 + 2 ** 30;

/** One process a model. A model with other settings, or whose file is another now, is loaded again; the one longest unused makes room. */
export function createLoadedModels(options: LoadedModelsOptions): LoadedModels {
  const { starter, limits = usualLimits, excluded, estimate, mostBytes, idleMs, onChange } = options;
  const slots = new Map<string, Slot>();
  /** Admissions one after the other: two that look at the same free memory would both take it. */
  let turn: Promise<unknown> = Promise.resolve();

  /** Takes or makes the slot, or tells which one is in the way because it answers with other settings. */
  async function admit(
    model: FoundModel,
    settings: ModelSettings,
    signal: AbortSignal,
  ): Promise<{ slot: Slot } | { inTheWay: Slot }> {
    const old = slots.get(model.id);
    if (old !== undefined && sameSettings(old.settings, settings) && isSameVersion(old.model, model)) {
      old.holds += 1;
      return { slot: old };
    }
    if (old !== undefined && old.holds > 0) return { inTheWay: old };
    if (old !== undefined) await drop(old);
    const neededBytes = await makeRoom(model, settings);
    if (signal.aborted) throw new Fault('CANCELLED', 'Cancelled.');
    const supervisor = createSupervisor({
      starter,
      label: `${model.name} (${model.header?.quantization ?? 'unknown'})`,
      settings,
      excluded,
      limits: { ...limits, memoryCeilingBytes: limits.memoryCeilingBytes ?? ceilingOf(neededBytes) },
      idleMs,
      onChange,
      onFailure: (fault) => options.onFailure(model.id, fault),
      now: options.now,
    });
    const slot: Slot = { model, settings, supervisor, holds: 1, freed: [], neededBytes };
    slots.set(model.id, slot);
    return { slot };
  }

  /** Unloads what nobody uses, longest unused first, until the model fits. Returns the bytes that it will take. */
  async function makeRoom(model: FoundModel, settings: ModelSettings): Promise<number> {
    for (;;) {
      const there = [...slots.values()].filter(({ holds, supervisor }) => holds > 0 || supervisor.pid !== undefined);
      const resident = there.reduce((sum, { supervisor }) => sum + supervisor.residentBytes, 0);
      // What is being loaded has not taken its memory yet.
      const taken = there.reduce(
        (sum, { neededBytes, supervisor }) => sum + Math.max(neededBytes, supervisor.residentBytes),
        0,
      );
      const most = mostBytes();
      const allowed = Math.max(0, most - taken);
      const now = await estimate(model, settings.contextSize, (freeBytes) =>
        Math.min(allowed, Math.max(0, freeBytes - (taken - resident))),
      );
      if (now.fits) return now.totalBytes;
      const idle = [...slots.values()].filter(({ holds, supervisor }) => holds === 0 && supervisor.pid !== undefined);
      const oldest = idle.sort((one, other) => one.supervisor.usedAt - other.supervisor.usedAt)[0];
      if (oldest === undefined) {
        const busy = there.filter(({ holds }) => holds > 0).length;
        throw doesNotFit(model.name, settings.contextSize, now, busy, now.availableBytes === allowed ? most : null);
      }
      await drop(oldest);
    }
  }

  async function drop(slot: Slot): Promise<void> {
    await slot.supervisor.stop();
    if (slots.get(slot.model.id) === slot) slots.delete(slot.model.id);
    onChange();
  }

  async function enter(model: FoundModel, settings: ModelSettings, signal: AbortSignal): Promise<Slot> {
    for (;;) {
      const admitted = turn.then(() => admit(model, settings, signal));
      turn = Promise.allSettled([admitted]);
      const result = await admitted;
      if ('slot' in result) return result.slot;
      // Waited for outside the turn, so that other models are let in meanwhile.
      if (result.inTheWay.holds > 0) await freed(result.inTheWay, signal);
    }
  }

  function freed(slot: Slot, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = () => reject(new Fault('CANCELLED', 'Cancelled.'));
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      slot.freed.push(() => {
        signal.removeEventListener('abort', abort);
        resolve();
      });
    });
  }

  return {
    async hold(model, settings, signal) {
      const slot = await enter(model, settings, signal);
      let released = false;
      return {
        supervisor: slot.supervisor,
        release() {
          if (released) return;
          released = true;
          slot.holds -= 1;
          if (slot.holds === 0) for (const wake of slot.freed.splice(0)) wake();
        },
      };
    },
    list: () =>
      [...slots.values()].flatMap(({ model, settings, supervisor: { state, residentBytes, loaded } }) =>
        state === 'stopped' || state === 'down'
          ? []
          : [
              {
                modelId: model.id,
                name: model.name,
                quantization: model.header?.quantization ?? 'unknown',
                state,
                memoryBytes: residentBytes,
                contextSize: settings.contextSize,
                threads: settings.threads,
                gpu: loaded?.backend ?? settings.gpu,
              },
            ],
      ),
    down: () =>
      [...slots.values()].flatMap(({ model, supervisor: { downReason } }) =>
        downReason === null
          ? []
          : [
              {
                modelId: model.id,
                name: model.name,
                quantization: model.header?.quantization ?? 'unknown',
                reason: downReason,
              },
            ],
      ),
    backendInUse: () =>
      [...slots.values()].map(({ supervisor }) => supervisor.loaded?.backend).find((name) => name !== undefined),
    async unload(modelId) {
      const slot = slots.get(modelId);
      if (slot === undefined) throw new Fault('NOT_FOUND', 'This model is not loaded.');
      await drop(slot);
    },
    async close() {
      await Promise.all([...slots.values()].map(drop));
    },
  };
}
