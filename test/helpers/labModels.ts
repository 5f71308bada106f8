import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forkStarter } from '../../main/inference/forkStarter.ts';
import { createLab, type DivergenceWork, type Lab, type LabModel } from '../../main/inference/lab.ts';
import type { DivergenceChunk, DivergenceResult } from '../../main/inference/protocolLab.ts';
import { type RandomLlama, randomLlama, writeModel } from './ggufModel.ts';
import { isAlive } from './processes.ts';

const root = join(import.meta.dirname, '../..');
export const sampleFile = (type: string) => join(root, `native/sample-model/assay-sample-${type}.gguf`);
export const fixture = (name: string) => join(root, 'test/fixtures/lab', name);
/** Without a compiler there is no addon, and nothing to test of it. */
export const addonStands = existsSync(join(root, 'native/addon/build/Release/assay-addon.node'));
/** For the name of what is skipped then. */
export const whyNoAddon = addonStands ? '' : ' (skipped: the native addon is not built; npm run build:native)';

export const labModel = (path: string, more: Partial<LabModel> = {}): LabModel => ({
  path,
  cacheKeyType: 'F16',
  cacheValueType: 'F16',
  ...more,
});

/** 32,000 tokens, and rows of 256 so that k-quants fit. */
export const wideModel: RandomLlama = {
  vocabulary: 32_000,
  dim: 256,
  layers: 1,
  heads: 4,
  keyValueHeads: 2,
  feedForward: 256,
  type: 'F16',
  seed: 7,
  peak: 1.5,
};

/** Small enough for a base file in the repository. */
export const smallModel: RandomLlama = { dim: 64, feedForward: 128, seed: 11, peak: 2, type: 'F16' };

/** Large enough to be killed in the middle of. */
export const bigModel: RandomLlama = {
  dim: 512,
  layers: 4,
  heads: 8,
  keyValueHeads: 8,
  feedForward: 2048,
  type: 'F16',
};

/** A model of the kind of test/helpers/ggufModel.ts at a path. */
export const makeModel = (path: string, options: RandomLlama = {}) => writeModel(path, randomLlama(options));

export interface LabFixture {
  lab: Lab;
  folder: string;
  pids: Set<number>;
  path(name: string): string;
  /** Ends what runs, and fails when a process is left. */
  close(): Promise<void>;
}

/** Of a process that takes the addon: `npm run sanitize` names what is loaded into it before all else. */
export function addonEnvironment(variables: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const { ASSAY_ENGINE_PRELOAD: preload } = process.env;
  return preload === undefined ? variables : { ...variables, LD_PRELOAD: preload };
}

export function openLabFixture(variables?: NodeJS.ProcessEnv): LabFixture {
  const folder = mkdtempSync(join(tmpdir(), 'assay-lab-'));
  const pids = new Set<number>();
  const starter = forkStarter({ environment: addonEnvironment(variables) });
  const lab = createLab({
    starter: {
      start(options) {
        const started = starter.start(options);
        if (started.pid !== undefined) pids.add(started.pid);
        return started;
      },
    },
    // A machine that is busy with other things takes its time.
    limits: { startMs: 240_000, hangMs: 240_000, cancelMs: 2000 },
  });
  return {
    lab,
    folder,
    pids,
    path: (name) => join(folder, name),
    async close() {
      await lab.close();
      rmSync(folder, { recursive: true, force: true });
      const left = [...pids].filter(isAlive);
      if (left.length > 0) throw new Error(`Processes of the lab were left behind: ${left.join(', ')}`);
    },
  };
}

/** Reads a generator to its end; `onValue` sees what it yields. */
export async function finished<T, R>(running: AsyncGenerator<T, R, void>, onValue?: (value: T) => void): Promise<R> {
  for (;;) {
    const next = await running.next();
    if (next.done) return next.value;
    onValue?.(next.value);
  }
}

export interface Measured {
  chunks: DivergenceChunk[];
  result: DivergenceResult;
  arrangement: string;
  notes: string[];
  /** Of all chunks in order. */
  reference: { nll: number[]; baseNll: number[] };
  candidates: { nll: number[]; kld: number[]; deltaP: number[]; sameTop: number[] }[];
}

export async function measured(lab: Lab, work: DivergenceWork, signal?: AbortSignal): Promise<Measured> {
  const chunks: DivergenceChunk[] = [];
  const found: Measured = {
    chunks,
    result: undefined as never,
    arrangement: '',
    notes: [],
    reference: { nll: [], baseNll: [] },
    candidates: work.candidates.map(() => ({ nll: [], kld: [], deltaP: [], sameTop: [] })),
  };
  found.result = await finished(lab.divergence(work, signal), (event) => {
    if (event.type === 'plan') {
      found.arrangement = event.arrangement;
      found.notes = event.notes;
    }
    if (event.type !== 'chunk') return;
    chunks.push(event);
    found.reference.nll.push(...(event.reference?.nll ?? []));
    found.reference.baseNll.push(...(event.reference?.baseNll ?? []));
    for (const one of event.candidates) {
      const into = found.candidates[one.candidate];
      into?.nll.push(...one.nll);
      into?.kld.push(...one.kld);
      into?.deltaP.push(...one.deltaP);
      into?.sameTop.push(...one.sameTop);
    }
  });
  return found;
}

/** The numbers that llama-perplexity prints, by its formulas. */
export function printedNumbers(found: Measured, candidate = 0): Record<string, number> {
  const one = found.candidates[candidate];
  if (one === undefined) throw new Error('There is no such candidate.');
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const percentile = (values: number[], share: number) => {
    const sorted = [...values].sort((a, b) => a - b);
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    const low = sorted[below] ?? 0;
    return low + (place - below) * ((sorted[Math.min(below + 1, sorted.length - 1)] ?? 0) - low);
  };
  const percentiles = (label: string, values: number[], shares: number[], unit: number) =>
    Object.fromEntries(shares.map((share) => [`${label} ${share}`, percentile(values, share) * unit]));
  const nll = mean(one.nll);
  const baseNll = mean(found.reference.baseNll);
  return {
    'ppl of the first pass': Math.exp(mean(found.reference.nll)),
    'ppl of the candidate': Math.exp(nll),
    'ppl of the base': Math.exp(baseNll),
    'ln ratio': nll - baseNll,
    'kld mean': mean(one.kld),
    ...percentiles('kld', one.kld, [1, 0.999, 0.99, 0.95, 0.9, 0.5, 0.1, 0.05, 0.01, 0.001, 0], 1),
    'deltaP mean': mean(one.deltaP) * 100,
    ...percentiles('deltaP', one.deltaP, [1, 0.999, 0.99, 0.95, 0.9, 0.75, 0.5, 0.25, 0.1, 0.05, 0.01, 0.001, 0], 100),
    'deltaP rms': Math.sqrt(mean(one.deltaP.map((value) => value * value))) * 100,
    'same top': mean(one.sameTop) * 100,
  };
}
