import { existsSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { type QuantizationType, quantizationType } from '../../../preload/contract/quantize.ts';
import type { Changes } from '../../base/changes.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import type { JobKind, JobWork } from '../../base/job.ts';
import type { Store } from '../../db/store.ts';
import type { Lab, QuantizeResult } from '../../inference/lab.ts';
import { llamaRelease } from '../../inference/protocol.ts';
import type { Hasher } from './hasher.ts';
import * as queries from './quantize.queries.ts';
import { hashModel, verifyByLoading } from './quantizeFile.ts';

const quantizeJobInput = z.object({
  /** File that is quantized, and what it is called. */
  source: z.string(),
  name: z.string(),
  sourceBytes: z.number(),
  files: z.array(z.object({ type: quantizationType, file: z.string() })),
  imatrixText: z.object({ name: z.string(), text: z.string() }).nullable(),
  /** Where the importance matrix lies while it is needed. */
  imatrixFile: z.string().nullable(),
  tensorTypes: z.array(z.object({ pattern: z.string(), type: z.string() })),
  outputType: z.string().nullable(),
  embeddingType: z.string().nullable(),
  allowRequantize: z.boolean(),
  overwrite: z.boolean(),
  threads: z.number().int(),
});
export type QuantizeJobInput = z.infer<typeof quantizeJobInput>;

const checkpoint = z.object({
  done: z.array(quantizationType),
  referenceSha256: z.string().nullable(),
  imatrixSha256: z.string().nullable(),
});
type Checkpoint = z.infer<typeof checkpoint>;

export interface QuantizeJobDependencies {
  vault: { store(): Store };
  lab: Pick<Lab, 'probe' | 'quantize' | 'imatrix' | 'divergence'>;
  hasher: Hasher;
  changes: Pick<Changes, 'announce'>;
  clock: Clock;
  /** Told of each file that is there and whole. */
  made(file: string, type: QuantizationType): Promise<void>;
}

/** Makes one file after the other. Those that are whole stay; of one that was not finished nothing is left. */
export function quantizeJob(dependencies: QuantizeJobDependencies): JobKind<QuantizeJobInput> {
  return {
    kind: 'models.quantize',
    lane: 'batch',
    recovery: 'resume',
    input: quantizeJobInput,
    title: ({ name, files }) => `Quantize ${name} to ${files.map(({ type }) => type).join(', ')}`.slice(0, 300),
    run: (work) => quantizeAll(dependencies, work),
    settled({ imatrixFile }) {
      if (imatrixFile !== null) void rm(imatrixFile, { force: true });
      dependencies.changes.announce('quantize');
    },
  };
}

async function quantizeAll(dependencies: QuantizeJobDependencies, work: JobWork<QuantizeJobInput>): Promise<void> {
  const { lab, hasher } = dependencies;
  const { input, signal } = work;
  const available = await lab.probe();
  if (!available.available) throw new Fault('ENGINE_UNAVAILABLE', `${available.reason} ${available.remedy}`);
  const state: Checkpoint = checkpoint.safeParse(work.resumed).data ?? {
    done: [],
    referenceSha256: null,
    imatrixSha256: null,
  };
  const keep = () => work.checkpoint(state);
  try {
    // Bytes of the source that are read: once for its hash, once for the importance matrix, once for each file.
    const steps = input.files.length + (input.imatrixText === null ? 1 : 2);
    let before = 0;
    const report = (share: number, note: string) =>
      work.report({
        done: Math.round(input.sourceBytes * (before + share)),
        total: input.sourceBytes * steps,
        unit: 'bytes',
        note,
      });

    state.referenceSha256 ??= await hashModel(hasher, input.source, signal, (bytes) =>
      report(Math.min(1, bytes / Math.max(1, input.sourceBytes)), `reads ${basename(input.source)}`),
    );
    keep();
    before += 1;
    if (input.imatrixText !== null && input.imatrixFile !== null) {
      if (input.files.some(({ type }) => !state.done.includes(type))) {
        await makeImatrix(lab, input, input.imatrixFile, signal, (share) =>
          report(share, 'measures the importance of weights'),
        );
        state.imatrixSha256 = await hashModel(hasher, input.imatrixFile, signal, () => undefined);
        keep();
      }
      before += 1;
    }
    for (const { type, file } of input.files) {
      await work.yield();
      if (!state.done.includes(type)) {
        await quantizeOne(dependencies, work, state, { type, file }, llamaRelease, (share, note) =>
          report(share, `${type}: ${note}`),
        );
        state.done.push(type);
        keep();
      }
      before += 1;
      report(0, type);
    }
  } finally {
    await hasher.rest();
    if (input.imatrixFile !== null) await rm(input.imatrixFile, { force: true });
  }
}

async function makeImatrix(
  lab: QuantizeJobDependencies['lab'],
  { source, imatrixText, threads }: QuantizeJobInput,
  output: string,
  signal: AbortSignal,
  report: (share: number) => void,
): Promise<void> {
  const { name, text } = imatrixText ?? { name: '', text: '' };
  const running = lab.imatrix(
    { model: source, input: { kind: 'text', text }, output, threads, dataset: name.slice(0, 200) || 'text' },
    signal,
  );
  for (let next = await running.next(); next.done !== true; next = await running.next())
    report(next.value.done / Math.max(1, next.value.total));
}

async function quantizeOne(
  { vault, lab, hasher, changes, clock, made }: QuantizeJobDependencies,
  { input, signal }: JobWork<QuantizeJobInput>,
  state: Checkpoint,
  { type, file }: { type: QuantizationType; file: string },
  release: string,
  report: (share: number, note: string) => void,
): Promise<void> {
  if (!input.overwrite && existsSync(file)) {
    throw new Fault(
      'CONFLICT',
      `${file} is there already. Delete it, choose another folder, or ask for it to be replaced.`,
      {
        facts: { path: file },
      },
    );
  }
  const result = await quantized(lab, input, { type, file }, signal, report);
  report(1, 'loads it');
  try {
    await verifyByLoading(lab, file, input.threads, signal);
  } catch (thrown) {
    await rm(file, { force: true });
    throw thrown;
  }
  const sha256 = await hashModel(hasher, file, signal, () => undefined);
  const at = new Date(clock.now()).toISOString();
  vault.store().transaction((write) =>
    queries.insertQuantization(write, {
      file,
      type,
      createdAt: at,
      sizeBytes: result.sizeBytes,
      bitsPerWeight: result.bitsPerWeight,
      sha256,
      referenceFile: input.source,
      referenceSha256: state.referenceSha256 ?? '',
      imatrixSha256: state.imatrixSha256,
      engineRelease: release,
      tensorTypes: input.tensorTypes,
      fallbacks: result.fallbacks,
      seconds: result.seconds,
      sourceBytes: input.sourceBytes,
    }),
  );
  await made(file, type);
  changes.announce('quantize');
}

async function quantized(
  lab: QuantizeJobDependencies['lab'],
  input: QuantizeJobInput,
  { type, file }: { type: QuantizationType; file: string },
  signal: AbortSignal,
  report: (share: number, note: string) => void,
): Promise<QuantizeResult & { sizeBytes: number }> {
  const running = lab.quantize(
    {
      input: input.source,
      output: file,
      type,
      threads: input.threads,
      imatrixFile: input.imatrixText === null ? undefined : (input.imatrixFile ?? undefined),
      tensorTypes: input.tensorTypes.length === 0 ? undefined : input.tensorTypes,
      outputType: input.outputType ?? undefined,
      embeddingType: input.embeddingType ?? undefined,
      allowRequantize: input.allowRequantize,
    },
    signal,
  );
  for (;;) {
    const next = await running.next();
    if (next.done === true) return { ...next.value, sizeBytes: next.value.sizeBytes ?? (await stat(file)).size };
    const { done, total, note } = next.value;
    report(done / Math.max(1, total), note ?? 'quantizes');
  }
}

/** Where a job keeps its importance matrix: beside its results, under a name that says whose it is. */
export function imatrixPlace(folder: string, id: string): string {
  return join(folder, `.assay-${id}.imatrix.gguf`);
}
