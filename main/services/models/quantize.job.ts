import { existsSync, rmSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { AssayErrorData } from '../../../preload/contract/errors.ts';
import { type QuantizationType, quantizationType } from '../../../preload/contract/quantize.ts';
import type { Changes } from '../../base/changes.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault, fromErrorData, toErrorData } from '../../base/fault.ts';
import { fileMark, isReplaced, markOf } from '../../base/fileMark.ts';
import { allParts } from '../../base/ggufParts.ts';
import type { JobKind, JobWork } from '../../base/job.ts';
import { isOneFile } from '../../base/writeTarget.ts';
import type { Store } from '../../db/store.ts';
import type { Lab, QuantizeResult } from '../../inference/lab.ts';
import { llamaRelease } from '../../inference/protocol.ts';
import { quantizeResult } from '../../inference/protocolLab.ts';
import type { Hasher } from './hasher.ts';
import * as queries from './quantize.queries.ts';
import { hashModel, verifyByLoading } from './quantizeFile.ts';

const quantizeJobInput = z.object({
  /** File that is quantized, and what it is called. */
  source: z.string(),
  name: z.string(),
  sourceBytes: z.number(),
  /** `partial`: its name until it is whole and was loaded. */
  files: z.array(z.object({ type: quantizationType, file: z.string(), partial: z.string().optional() })),
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
type JobFile = QuantizeJobInput['files'][number];

const checkpoint = z.object({
  done: z.array(quantizationType),
  referenceSha256: z.string().nullable(),
  /** By what the file with that hash is known again; checkpoints of earlier releases do not say. */
  source: fileMark.nullable().default(null),
  imatrixSha256: z.string().nullable(),
  /** The last file that was whole and was loaded: it may have its name already, and not yet its provenance. */
  verified: z.object({ file: z.string(), sha256: z.string(), result: quantizeResult }).nullable().default(null),
});
type Checkpoint = z.infer<typeof checkpoint>;

export interface QuantizeJobDependencies {
  vault: { store(): Store; unfinished(files: readonly string[]): void };
  lab: Pick<Lab, 'probe' | 'quantize' | 'imatrix' | 'divergence'>;
  hasher: Hasher;
  changes: Pick<Changes, 'announce'>;
  clock: Clock;
  /** Told of each file that is there and whole. */
  made(file: string, type: QuantizationType, sha256: string): Promise<void>;
}

/**
 * Makes one file after the other, goes on after one that fails, and then ends as failed. Files that are whole stay; of one that was not
 * finished nothing is left, also when the process was killed.
 */
export function quantizeJob(dependencies: QuantizeJobDependencies): JobKind<QuantizeJobInput> {
  return {
    kind: 'models.quantize',
    lane: 'batch',
    recovery: 'resume',
    input: quantizeJobInput,
    title: ({ name, files }) => `Quantize ${name} to ${files.map(({ type }) => type).join(', ')}`.slice(0, 300),
    run: (work) => quantizeAll(dependencies, work),
    settled(input) {
      removeUnfinished(input);
      dependencies.changes.announce('quantize');
    },
  };
}

async function quantizeAll(dependencies: QuantizeJobDependencies, work: JobWork<QuantizeJobInput>): Promise<void> {
  const { vault, lab, hasher } = dependencies;
  const { input, signal } = work;
  const available = await lab.probe();
  if (!available.available) throw new Fault('ENGINE_UNAVAILABLE', `${available.reason} ${available.remedy}`);
  const state: Checkpoint = checkpoint.safeParse(work.resumed).data ?? {
    done: [],
    referenceSha256: null,
    source: null,
    imatrixSha256: null,
    verified: null,
  };
  const keep = () => work.checkpoint(state);
  const failures: { type: QuantizationType; fault: AssayErrorData }[] = [];
  removeUnfinished(input);
  vault.unfinished(unfinishedOf(input));
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

    state.source ??= markOf(input.source);
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
    for (const one of input.files) {
      const { type } = one;
      await work.yield();
      requireSource(input, state);
      try {
        if (!state.done.includes(type)) {
          await quantizeOne(dependencies, work, state, one, (share, note) => report(share, `${type}: ${note}`));
          state.done.push(type);
          keep();
        }
      } catch (thrown) {
        signal.throwIfAborted();
        failures.push({ type, fault: toErrorData(thrown) });
      }
      before += 1;
      report(0, type);
    }
  } finally {
    await hasher.rest();
    if (input.imatrixFile !== null) await rm(input.imatrixFile, { force: true });
  }
  const [first, ...others] = failures;
  if (first === undefined) return;
  if (others.length === 0 && input.files.length === 1) throw fromErrorData(first.fault);
  const message = failures.map(({ type, fault }) => `${type}: ${fault.message}`).join(' ');
  throw fromErrorData({ ...first.fault, message });
}

/** A process that was killed could not do it: its job does, when it is settled or goes on. */
function removeUnfinished(input: QuantizeJobInput): void {
  for (const path of unfinishedOf(input)) rmSync(path, { force: true });
}

function unfinishedOf({ files, imatrixFile }: QuantizeJobInput): string[] {
  return [imatrixFile, ...files.map(({ partial }) => partial)].filter((path) => typeof path === 'string');
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
    {
      model: source,
      input: { kind: 'text', text },
      output,
      inPlace: true,
      threads,
      dataset: name.slice(0, 200) || 'text',
    },
    signal,
  );
  for (let next = await running.next(); next.done !== true; next = await running.next())
    report(next.value.done / Math.max(1, next.value.total));
}

async function quantizeOne(
  dependencies: QuantizeJobDependencies,
  work: JobWork<QuantizeJobInput>,
  state: Checkpoint,
  one: JobFile,
  report: (share: number, note: string) => void,
): Promise<void> {
  const { input, signal } = work;
  const { type, file, partial = `${file}.partial` } = one;
  const before = state.verified;
  // Its last run ended between its name and its provenance.
  if (before?.file === file && existsSync(file) && (await hashOf(dependencies, file, signal)) === before.sha256)
    return keepProvenance(dependencies, input, state, one, before);
  requireFree(input, file);
  try {
    const result = await quantized(dependencies.lab, input, { type, partial }, signal, report);
    requireSource(input, state);
    report(1, 'loads it');
    await verifyByLoading(dependencies.lab, partial, { threads: input.threads, shownAs: file }, signal);
    state.verified = { file, sha256: await hashOf(dependencies, partial, signal), result };
    work.checkpoint(state);
    requireFree(input, file);
    await rename(partial, file);
    await keepProvenance(dependencies, input, state, one, state.verified);
  } finally {
    await rm(partial, { force: true });
  }
}

/** It may have come while another one was made. */
function requireFree({ source, overwrite }: QuantizeJobInput, file: string): void {
  if (overwrite && !allParts(source).some((part) => isOneFile(part, file))) return;
  if (!existsSync(file)) return;
  throw new Fault(
    'CONFLICT',
    `${file} is there already. Choose another folder, or ask for replacement (--overwrite).`,
    { facts: { path: file } },
  );
}

/** CONFLICT when another file has come under the name of the one that was hashed: what is made of it would carry a false hash. */
function requireSource({ source }: QuantizeJobInput, { source: mark }: Checkpoint): void {
  if (mark === null || !isReplaced(source, mark)) return;
  throw new Fault(
    'CONFLICT',
    `${source} was replaced by another file after this job had begun, so no more is made of it. Begin a new one for the file that lies there now.`,
    { facts: { path: source } },
  );
}

const hashOf = ({ hasher }: QuantizeJobDependencies, file: string, signal: AbortSignal) =>
  hashModel(hasher, file, signal, () => undefined);

async function keepProvenance(
  { vault, changes, clock, made }: QuantizeJobDependencies,
  input: QuantizeJobInput,
  state: Checkpoint,
  { type, file }: JobFile,
  { sha256, result }: NonNullable<Checkpoint['verified']>,
): Promise<void> {
  const createdAt = new Date(clock.now()).toISOString();
  const { bitsPerWeight, fallbacks, seconds } = result;
  vault.store().transaction((write) =>
    queries.insertQuantization(write, {
      file,
      type,
      createdAt,
      sizeBytes: result.sizeBytes ?? statSync(file).size,
      bitsPerWeight,
      sha256,
      referenceFile: input.source,
      referenceSha256: state.referenceSha256 ?? '',
      imatrixSha256: state.imatrixSha256,
      engineRelease: llamaRelease,
      tensorTypes: input.tensorTypes,
      outputType: input.outputType,
      embeddingType: input.embeddingType,
      fallbacks,
      seconds,
      sourceBytes: input.sourceBytes,
    }),
  );
  await made(file, type, sha256);
  changes.announce('quantize');
}

async function quantized(
  lab: QuantizeJobDependencies['lab'],
  input: QuantizeJobInput,
  { type, partial }: { type: QuantizationType; partial: string },
  signal: AbortSignal,
  report: (share: number, note: string) => void,
): Promise<QuantizeResult> {
  const running = lab.quantize(
    {
      input: input.source,
      output: partial,
      inPlace: true,
      type,
      threads: input.threads,
      imatrixFile: input.imatrixText === null ? undefined : (input.imatrixFile ?? undefined),
      // The file is gone afterwards, and its folder is nobody's business.
      imatrixName: 'imatrix.gguf',
      tensorTypes: input.tensorTypes.length === 0 ? undefined : input.tensorTypes,
      outputType: input.outputType ?? undefined,
      embeddingType: input.embeddingType ?? undefined,
      allowRequantize: input.allowRequantize,
    },
    signal,
  );
  for (;;) {
    const next = await running.next();
    if (next.done === true) return next.value;
    const { done, total, note } = next.value;
    report(done / Math.max(1, total), note ?? 'quantizes');
  }
}

/** The name of a file until it is whole and was loaded. */
export const partialPlace = (file: string, id: string) => `${file}.${id}.partial`;

/** Where a job keeps its importance matrix: beside its results, under a name that says whose it is. */
export function imatrixPlace(folder: string, id: string): string {
  return join(folder, `.assay-${id}.imatrix.gguf`);
}
