import { isDeepStrictEqual } from 'node:util';
import type { EngineSettings } from '../../../preload/contract/engine.ts';
import type { MemoryEstimate } from '../../../preload/contract/models.ts';
import { Fault } from '../../base/fault.ts';
import type { LoadSettings } from '../../inference/protocol.ts';

export function defaultSettings(cores: number): EngineSettings {
  return {
    threads: cores,
    gpu: 'auto',
    gpuLayers: 'auto',
    contextSize: 4096,
    idleMinutes: 10,
    mostMemoryBytes: 'auto',
  };
}

/** What the audit log keeps of changed settings: each by its own name. The input is not parsed yet and may hold anything beside them. */
export function auditedSettings({
  threads,
  gpu,
  gpuLayers,
  contextSize,
  idleMinutes,
  mostMemoryBytes,
}: Partial<EngineSettings>): Record<string, string | number> {
  const asked = Object.entries({ threads, gpu, gpuLayers, contextSize, idleMinutes, mostMemoryBytes });
  return Object.fromEntries(asked.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** Bytes that models may take together. */
export function mostBytesOf({ mostMemoryBytes }: Pick<EngineSettings, 'mostMemoryBytes'>): number {
  return mostMemoryBytes === 'auto' ? Number.POSITIVE_INFINITY : mostMemoryBytes;
}

export type ModelSettings = Omit<LoadSettings, 'excluded'>;

export function sameSettings(one: ModelSettings, other: ModelSettings): boolean {
  return isDeepStrictEqual(one, other);
}

/** Refuses more threads than cores: the surplus would make every token many times slower. */
export function requireThreads(threads: number, cores: number): number {
  if (threads <= cores) return threads;
  const range = cores === 1 ? '1 thread' : `1 to ${cores} threads`;
  throw new Fault(
    'BAD_INPUT',
    `${threads} threads are more than the ${cores} physical cores of this machine can run at once, which makes decoding many times slower. Choose ${range}.`,
    {
      facts: { threads, cores },
    },
  );
}

/** Beyond it llama.cpp is not asked: at two thousand million tokens it takes all memory and is killed. */
const absoluteContext = 10_000_000;

/** Tokens of context for a request, or CONTEXT_TOO_LARGE. `trained`: 0 when the file does not say. */
export function chooseContext(name: string, trained: number, asked: number | undefined, usual: number): number {
  if (asked !== undefined && asked > absoluteContext) {
    throw new Fault(
      'CONTEXT_TOO_LARGE',
      `${asked} tokens of context are more than any machine holds. Choose ${absoluteContext} or fewer.`,
      {
        facts: { asked, largest: absoluteContext },
      },
    );
  }
  if (asked === undefined) return trained > 0 ? Math.max(16, Math.min(usual, trained)) : usual;
  if (trained > 0 && asked > trained) {
    throw new Fault(
      'CONTEXT_TOO_LARGE',
      `${name} was trained on ${trained} tokens of context and ${asked} were asked for. Choose ${trained} or fewer.`,
      {
        facts: { asked, largest: trained },
      },
    );
  }
  return asked;
}

/**
 * What to say when a model does not fit, idle models being unloaded already. `busy`: models that answer now and hold memory.
 * `most`: what the settings let models take, where that is what falls short; null: it is the memory that is free.
 */
export function doesNotFit(
  name: string,
  contextSize: number,
  { weightsBytes, totalBytes, availableBytes, largestContext }: MemoryEstimate,
  busy: number,
  most: number | null = null,
): Fault {
  const advice =
    busy > 0
      ? 'Other models answer now and hold memory: run one at a time, or wait.'
      : largestContext >= 256
        ? `It would fit with a context of ${largestContext} tokens.`
        : `Its weights alone take ${inUnits(weightsBytes)}: choose a quantization whose file is smaller than ${inUnits(availableBytes * 0.8)}, or ${most === null ? 'close other programs' : 'raise “Most memory for models” in the settings of the engine'}.`;
  const left = most === null ? 'free' : `left of the ${inUnits(most)} that models may take`;
  return new Fault(
    'NOT_ENOUGH_MEMORY',
    `${name} with a context of ${contextSize} tokens needs ${inUnits(totalBytes)} of memory and ${inUnits(availableBytes)} are ${left}. ${advice}`,
    { facts: { neededBytes: totalBytes, availableBytes, largestContext } },
  );
}

function inUnits(bytes: number): string {
  return bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GiB` : `${Math.round(bytes / 2 ** 20)} MiB`;
}
