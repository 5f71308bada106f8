import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import {
  type DepthBand,
  type DivergenceInput,
  type DivergenceRun,
  type DivergenceText,
  divergenceInput,
} from '../../preload/contract/divergence.ts';
import { Fault, fromErrorData } from '../base/fault.ts';
import { requireTarget } from '../base/writeTarget.ts';
import { type DivergenceDocument, divergenceDocument } from '../services/divergence/index.ts';
import type { CompareOptions } from './compare.options.ts';
import { depthTable, divergenceTable } from './divergenceTable.ts';
import { exitCode, exitCodeOf } from './exit.ts';
import { runJob } from './job.ts';
import { optionNamed, parseInput } from './parseInput.ts';
import type { Work } from './perform.ts';
import { readWhole } from './prompt.ts';
import { checkReference } from './reference.ts';
import { openSession, type Session } from './session.ts';

/** `assay compare`: exit code 0 when every candidate was measured; else that of the first failure. What was measured is printed in any case. */
export async function compare(options: CompareOptions, work: Work): Promise<number> {
  const { output, interruption } = work;
  requireReport(options);
  const input = options.resume === undefined ? await readInput(options, work.interruption.signal) : null;
  const session = await openSession(options, work);
  try {
    const { started, job } = await endOf(session, input, options, work);
    const run = await session.api.divergence.get({ id: started.id });
    if (job.state === 'cancelled' && options.ephemeral !== true)
      output.say(`What was measured is kept. It goes on with: ${wayOn(started.id, options)}`);
    if (run.referenceNumbers === null) {
      if (job.error !== null) throw fromErrorData(job.error);
      return interruption.code() ?? exitCode.interrupted;
    }
    const depths = options.byDepth === true ? await depthsOf(session, run) : [];
    output.document(named(divergenceDocument(run, depths), options));
    divergenceTable(run, output);
    depthTable(run, depths, output);
    await writeReport(session, run, options, work);
    // For a person the failure stands in the table.
    if (job.error !== null && output.json) output.say(`assay: ${job.error.message}`);
    return interruption.code() ?? (job.error === null ? exitCode.done : exitCodeOf(job.error.code));
  } finally {
    await session.close();
  }
}

/** Starts a run, or goes on with one that was cut off, until it ends. One that has nothing left to measure has ended. NOT_FOUND. */
async function endOf(session: Session, input: DivergenceInput | null, options: CompareOptions, work: Work) {
  const { api } = session;
  const { resume: id = '', ephemeral } = options;
  if (input === null && isWhole(await api.divergence.get({ id })))
    return { started: { id }, job: { state: 'done', error: null } as const };
  return await runJob(session, work, async () => {
    if (input === null) {
      const resumed = await resume(session, id);
      work.output.say(`If it is cut off, it goes on with: ${wayOn(id, options)}`);
      return resumed;
    }
    const begun = await api.divergence.start(input);
    // Whatever ends the command, the way on stands on the terminal.
    if (ephemeral !== true) work.output.say(`If it is cut off, it goes on with: ${wayOn(begun.id, options)}`);
    return begun;
  });
}

/** Also where its job was taken off the list. */
const isWhole = ({ state, jobId, chunksDone, chunkCount }: DivergenceRun) =>
  state === 'done' || (jobId === null && chunkCount !== null && chunksDone >= chunkCount);

/** The report of the part that was measured gives way to the whole one. */
function wayOn(id: string, { html, dataDir, byDepth, json }: CompareOptions): string {
  const quoted = (file: string) => (/[^\w./:\\-]/.test(file) ? JSON.stringify(file) : file);
  const words = [
    `assay compare --resume ${id}`,
    ...(dataDir === undefined ? [] : [`--data-dir ${quoted(dataDir)}`]),
    ...(html === undefined ? [] : [`--html ${quoted(html)} --overwrite`]),
    ...(byDepth === true ? ['--by-depth'] : []),
    ...(json === true ? ['--json'] : []),
  ];
  return words.join(' ');
}

/** Goes on with a run that was cut off. NOT_FOUND; CONFLICT when it runs. */
async function resume({ api }: Session, id: string): Promise<{ id: string; jobId: string }> {
  const { jobId } = await api.divergence.get({ id });
  if (jobId === null) throw new Fault('CONFLICT', 'The job of this run was taken off the list, so it cannot go on.');
  await api.jobs.resume({ id: jobId });
  return { id, jobId };
}

/** Of each candidate; without bands where it has no chunk. */
function depthsOf({ api }: Session, { id, candidates }: DivergenceRun): Promise<DepthBand[][]> {
  return Promise.all(candidates.map((_, candidate) => api.divergence.depth({ id, candidate })));
}

/** Before anything is measured. */
function requireReport({ html, text, base, saveBase, overwrite = false }: CompareOptions): void {
  if (html === undefined) return;
  if (saveBase !== undefined && resolve(saveBase) === resolve(html))
    throw new Fault('BAD_INPUT', '--html and --save-base name the same file. Give each a name of its own.');
  const inputs = [text, base, saveBase].flatMap((file) => (file === undefined ? [] : [resolve(file)]));
  requireTarget({ file: resolve(html), what: 'report', overwrite, inputs });
}

async function writeReport(
  { api }: Session,
  run: DivergenceRun,
  { html }: CompareOptions,
  { output }: Work,
): Promise<void> {
  if (html === undefined) return;
  const file = resolve(html);
  if (run.chunksDone < (run.chunkCount ?? Number.POSITIVE_INFINITY) && existsSync(file)) {
    output.say(`The report that lies at ${file} was left as it is: this run did not come to its end.`);
    return;
  }
  const { text } = await api.divergence.export({ id: run.id, format: 'html' });
  const partial = `${file}.${run.id}.partial`;
  try {
    await writeFile(partial, text);
    await rename(partial, file);
  } catch (thrown) {
    await rm(partial, { force: true });
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown);
    throw new Fault('READ_ONLY', `The report could not be written to ${file} (${code}).`, { cause: thrown });
  }
  output.say(`Report: ${file}`);
}

/** A script finds the models under the names that it gave. */
function named(document: DivergenceDocument, options: CompareOptions): DivergenceDocument {
  return {
    ...document,
    reference: { ...document.reference, file: options.base ?? options.reference ?? document.reference.file },
    candidates: document.candidates.map((one, index) => ({
      ...one,
      file: options.candidate?.[Math.floor(index / cachesOf(options).length)] ?? one.file,
    })),
  };
}

async function readInput(options: CompareOptions, signal: AbortSignal): Promise<DivergenceInput> {
  const { reference, context, chunks, threads, saveBase, base, overwrite } = options;
  requireBaseAlone(options);
  if (reference === undefined && base === undefined)
    throw new Fault('BAD_INPUT', 'There is no reference. Name a model with --reference, or a base file with --base.');
  if (options.candidate === undefined)
    throw new Fault('BAD_INPUT', 'There is nothing to measure. Name a model with --candidate, again for each.');
  const candidates = await Promise.all(options.candidate.map((one) => checkReference(one, '--candidate')));
  const given = {
    reference: reference === undefined ? null : { model: await checkReference(reference, '--reference') },
    candidates: candidates.flatMap((model) => cachesOf(options).map((cache) => ({ model, ...cache }))),
    text: await readTextOf(options, signal),
    contextSize: context,
    chunks,
    threads,
    base:
      base !== undefined
        ? { file: resolve(base), use: 'read' }
        : saveBase === undefined
          ? undefined
          : { file: requireBasePlace(saveBase, options), use: 'write', overwrite },
  };
  return parseInput(divergenceInput, given, optionOf);
}

/** What a base file holds is not asked for twice: the other one would be silently left unread. */
function requireBaseAlone({ base, reference, text, context }: CompareOptions): void {
  if (base === undefined) return;
  const given = Object.entries({ '--reference': reference, '--text': text, '--context': context }).flatMap(
    ([option, value]) => (value === undefined ? [] : option),
  );
  if (given.length > 0)
    throw new Fault(
      'BAD_INPUT',
      `--base brings its own reference, text and context. Leave out ${given.join(' and ')}, or leave out --base.`,
    );
}

/** The text is known here alone; models are looked at by the run. */
function requireBasePlace(saveBase: string, { text, overwrite = false }: CompareOptions): string {
  const file = resolve(saveBase);
  const inputs = text === undefined ? [] : [resolve(text)];
  requireTarget({ file, what: 'base file', overwrite, inputs });
  return file;
}

/** How each candidate keeps its context, one candidate of the run for each. */
function cachesOf({ keyType = [], valueType = [] }: CompareOptions): { keyType?: string; valueType?: string }[] {
  return Array.from({ length: Math.max(1, keyType.length, valueType.length) }, (_, index) => ({
    keyType: keyType[index]?.toUpperCase(),
    valueType: valueType[index]?.toUpperCase(),
  }));
}

async function readTextOf({ text, dataset, base }: CompareOptions, signal: AbortSignal): Promise<DivergenceText> {
  if (dataset !== undefined) return { kind: 'dataset', dataset };
  if (text === 'sample') return { kind: 'sample' };
  if (text !== undefined) {
    return { kind: 'text', name: basename(text), text: await readWhole(text, '--text', signal) };
  }
  // A base file brings its own.
  if (base !== undefined) return { kind: 'sample' };
  throw new Fault(
    'BAD_INPUT',
    'There is nothing to read. Name a text with --text FILE (`sample` for the answers of the built-in tasks), or a data set with --dataset ID.',
  );
}

/** `candidates.0.keyType` is what the person knows as `--key-type`. */
function optionOf(path: readonly PropertyKey[]): string {
  return optionNamed(
    path.findLast((part) => typeof part === 'string'),
    { contextSize: 'context', candidates: 'candidate' },
  );
}
