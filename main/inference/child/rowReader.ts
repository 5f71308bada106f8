import { AddonMissing, loadAddon } from '../../../native/addon/load.ts';
import type { NativeParts } from './bindings.ts';
import { NotANumber, type Observation } from './observation.ts';

/** Reads the logits where they lie: no sort, and of a vocabulary of 32,000 about 10 µs. */
export interface RowReader {
  /** Of a row of the last decode; a negative token stands for the most likely one. `count`: how many of the best to name. */
  read(row: number, token: number, count: number): Observation;
}

/**
 * Undefined where our addon is not built, or does not know this node-llama-cpp: then log-probabilities come by sorting samplers. On a
 * CPU only: the addon opens those libraries, and a GPU's context belongs to others.
 */
export function openRowReader(
  native: Pick<NativeParts, 'context' | 'model'>,
  known: { contextSize: number; batchSize: number; vocabulary: number },
): RowReader | undefined {
  const addon = addonOrNone();
  const attached = addon?.attachContext?.(native.context, native.model, known);
  if (addon === undefined || attached === undefined || attached === null) return undefined;
  let out = new Float64Array(2);
  return {
    read(row, token, count) {
      if (out.length !== 2 + 2 * count) out = new Float64Array(2 + 2 * count);
      if (!addon.readRow(attached, row, token, out)) throw new NotANumber();
      const top: Observation['top'] = [];
      for (let index = 2; index < out.length; index += 2)
        top.push({ id: out[index] ?? 0, logprob: out[index + 1] ?? 0 });
      return { token: out[0] ?? 0, logprob: out[1] ?? 0, top };
    },
  };
}

function addonOrNone() {
  try {
    return loadAddon().addon;
  } catch (thrown) {
    if (thrown instanceof AddonMissing) return undefined;
    throw thrown;
  }
}
