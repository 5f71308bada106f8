import { basename } from 'node:path';
import type { AssayErrorData } from '../../../preload/contract/errors.ts';
import { Fault, fromErrorData, isAbort, toErrorData } from '../../base/fault.ts';
import { type FileMark, markOf as fileMarkOf, isReplaced } from '../../base/fileMark.ts';
import type { JobWork } from '../../base/job.ts';
import type { DivergenceChunk, DivergenceWork, LabInput, LabModel } from '../../inference/lab.ts';
import { llamaRelease } from '../../inference/protocol.ts';
import { labelsOf } from './columns.rules.ts';
import type { RunDependencies, RunInput } from './divergence.job.ts';
import * as queries from './divergence.queries.ts';
import { findModels } from './findModels.ts';
import { tooImprobable } from './finite.rules.ts';
import { measurementsOf } from './measurements.ts';
import { readRun, requireRun } from './read.ts';
import { partialBaseOf, requireBase } from './requireBase.ts';
import { requireSameRelease } from './sameFiles.ts';
import { candidateScores, type ReferenceScores, referenceSums } from './scores.rules.ts';
import { conversations } from './text.rules.ts';

/**
 * Measures every candidate that has chunks left, all of them in lockstep with the reference. A candidate that fails (another vocabulary,
 * a damaged file, the end of its engine) is left out with the sentence that says why, and the others go on; the job then ends as failed
 * with the first of them.
 */
export async function runDivergence(dependencies: RunDependencies, work: JobWork<RunInput>): Promise<void> {
  const { vault, lab, changes } = dependencies;
  const { signal } = work;
  const store = vault.store();
  const row = requireRun(store.read, work.input.run);
  const { sequence, settings_json: settings, columns_json: columns } = row;
  let facts = row.facts_json;
  let announcedAt = 0;

  const keepFacts = (more: Partial<queries.RunFacts>) => {
    facts = { ...facts, ...more };
    store.transaction((write) => queries.updateFacts(write, sequence, facts));
  };
  const keepColumns = () => store.transaction((write) => queries.updateColumns(write, sequence, columns));
  const done = (column: number) => queries.selectDone(store.read, sequence).get(column) ?? 0;
  const isWhole = (column: number) => facts.chunkCount !== null && done(column) >= facts.chunkCount;

  const available = await lab.probe();
  if (!available.available) throw new Fault('ENGINE_UNAVAILABLE', `${available.reason} ${available.remedy}`);
  const threads = facts.threads ?? settings.threads ?? dependencies.threads();
  requireSameRelease(facts, Math.max(0, ...queries.selectDone(store.read, sequence).values()));
  keepFacts({ threads, engineRelease: llamaRelease });
  work.report({ done: 0, total: facts.chunkCount ?? 0, unit: 'chunks', note: 'looks at the models' });
  await findModels(dependencies, row, done, signal);
  keepColumns();
  announce('now');
  const input = inputOf(row, queries.selectText(store.read, sequence));

  /** Tells those who watch once a second, and seldomer the more there is to add up anew each time. */
  function announce(chunks: number | 'now'): void {
    const everyMs = chunks === 'now' ? 0 : Math.max(1000, (chunks * columns.length) / 2);
    if (performance.now() - announcedAt < everyMs) return;
    announcedAt = performance.now();
    changes.announce('divergence');
  }

  function lose(column: number, error: AssayErrorData): void {
    const one = columns[column];
    if (one !== undefined) columns[column] = { ...one, error };
    keepColumns();
    announce('now');
  }

  // The end of an engine names nobody: each candidate alone shows which of them it was.
  let alone = false;
  const read = new Set<number>();
  for (;;) {
    const left = columns.flatMap(({ error }, column) => {
      return column > 0 && error === null && !isWhole(column) ? [column] : [];
    });
    const open = alone ? left.slice(0, 1) : left;
    const wantsBase = writesBase() && columns.some(({ error }, column) => column > 0 && error === null);
    if (open.length === 0 && !wantsBase) break;
    if (!areUnchanged(open)) continue;
    for (const column of [0, ...open]) read.add(column);
    const parked = new AbortController();
    try {
      await measure(open, AbortSignal.any([signal, parked.signal]), parked);
    } catch (thrown) {
      signal.throwIfAborted();
      if (parked.signal.aborted && isAbort(thrown)) {
        // More urgent work has had its turn meanwhile.
        await work.yield();
        continue;
      }
      if (endedTheEngine(thrown) && (alone || open.length > 1)) {
        const [suspect] = open;
        if (alone && suspect !== undefined) lose(suspect, againAlone(columns[suspect], thrown));
        alone = true;
        continue;
      }
      const lost = lostColumns(thrown, open);
      if (lost.length === 0) throw thrown;
      // A file that went when all of it was measured costs no number.
      for (const column of lost) if (!isWhole(column)) lose(column, toErrorData(thrown));
    }
  }

  noteReplaced(read);
  const ended = await readRun(store.read, requireRun(store.read, row.id), () => null);
  for (const [column, { error }] of columns.entries()) {
    if (error !== null || (column === 0 ? ended.referenceNumbers : ended.candidates[column - 1]) !== null) continue;
    const chunks = queries.selectSums(store.read, sequence, column);
    // Without a chunk nothing was measured: what failed says why.
    if (chunks.length === 0) continue;
    const improbable = tooImprobable(labelsOf(columns)[column] ?? 'The model', columns[column]?.file ?? null, chunks);
    if (column === 0) throw improbable;
    lose(column, toErrorData(improbable));
  }
  const measurements = measurementsOf(ended, new Date(dependencies.clock.now()).toISOString());
  const markOf = (path: string) => columns.find(({ file }) => file === path)?.mark ?? null;
  keepFacts({ measurements: measurements.map((one) => ({ ...one, mark: markOf(one.file) })) });
  const failures = columns.flatMap(({ error }) => (error === null ? [] : [error]));
  if (failures[0] !== undefined) throw fromErrorData(failures[0]);

  /** Whether what is to be read is what was found at the beginning: an engine that ended may have read a file that was written over. */
  function areUnchanged(open: readonly number[]): boolean {
    const replaced = [0, ...open].filter((column) => {
      const { file = null, mark = null } = columns[column] ?? {};
      return file !== null && mark !== null && isReplaced(file, mark);
    });
    for (const column of replaced) {
      const fault = replacedWhileMeasured(columns[column]?.file ?? '');
      if (column === 0) throw fault;
      lose(column, toErrorData(fault));
    }
    return replaced.length === 0;
  }

  /** Of what was read just now: what was measured whole before may lie anywhere. */
  function noteReplaced(read: ReadonlySet<number>): void {
    const notes = [...read].flatMap((column) => {
      const { file = null, mark = null } = columns[column] ?? {};
      if (file === null || mark === null || !isReplaced(file, mark)) return [];
      return `${file} was replaced while it was measured. If it was written over in its place, numbers of two files stand here: begin a new run.`;
    });
    if (notes.length > 0) keepFacts({ notes: [...new Set([...facts.notes, ...notes])] });
  }

  /** The open columns that a failure is about; none when it is about the reference or about nothing in particular. */
  function lostColumns(thrown: unknown, open: readonly number[]): number[] {
    if (!(thrown instanceof Fault)) return [];
    // The native code names the file in its sentence only.
    const named = columns.find(({ file }) => file !== null && thrown.message.startsWith(file))?.file;
    const path = thrown.facts?.model ?? thrown.facts?.path ?? named;
    if (path === undefined || path === columns[0]?.file) return [];
    return open.filter((column) => columns[column]?.file === path);
  }

  function writesBase(): boolean {
    return settings.base?.use === 'write' && !facts.baseWritten;
  }

  /** By what a clean-up knows that what lies there is still what was written. */
  function baseMark(): FileMark | null {
    try {
      return settings.base ? fileMarkOf(settings.base.file) : null;
    } catch {
      return null; // Taken away at this very moment: the run has its numbers all the same.
    }
  }

  async function measure(open: readonly number[], until: AbortSignal, parked: AbortController): Promise<void> {
    const count = facts.chunkCount;
    const from = Math.min(...open.map(done), count !== null && done(0) >= count ? count : done(0));
    // A base file is written from its beginning or not at all.
    const writes = writesBase();
    if (writes) requireBase(settings, columns);
    const fromChunk = writes ? 0 : from;
    const room = await dependencies.models.room();
    const request: DivergenceWork = {
      reference: settings.base?.use === 'read' ? null : labModel(columns[0]),
      candidates: open.map((column) => labModel(columns[column])),
      input,
      context: settings.contextSize,
      chunks: settings.chunks,
      threads,
      definition: 'llama-perplexity',
      fromChunk,
      saveBase: writes ? settings.base?.file : undefined,
      partialBase: writes ? (partialBaseOf(row) ?? undefined) : undefined,
      arrangement: 'auto',
      memoryBytes: room.isLimited ? Math.max(1, room.availableBytes) : undefined,
      scratchFolder: dependencies.scratchFolder ?? undefined,
    };
    const running = lab.divergence(request, until);
    try {
      await follow(running, fromChunk, open, parked);
      if (writes) keepFacts({ baseWritten: true, baseMark: baseMark() });
    } finally {
      // What ends the reading ends the process that measures.
      await running.return({ ...nothingMeasured });
    }
  }

  async function follow(
    running: ReturnType<typeof lab.divergence>,
    fromChunk: number,
    open: readonly number[],
    parked: AbortController,
  ): Promise<void> {
    let passes = 1;
    let steps = 0;
    for (;;) {
      const next = await running.next();
      if (next.done === true) {
        const { peakRssBytes, idleRssBytes = null, systemInfo } = next.value;
        keepFacts({ peakRssBytes: Math.max(peakRssBytes, facts.peakRssBytes ?? 0), idleRssBytes, systemInfo });
        return;
      }
      const event = next.value;
      if (event.type === 'loading') {
        const note = `loads ${columns.find(({ file }) => file === event.model)?.quantization ?? 'a model'}`;
        work.report({ done: steps, total: (facts.chunkCount ?? 0) * passes, unit: 'chunks', note });
      } else if (event.type === 'plan') {
        passes = event.arrangement === 'turns' ? 1 + open.length : 1;
        steps = fromChunk * passes;
        keepFacts({
          chunkCount: event.chunks,
          contextSize: event.context,
          tokens: event.tokens,
          arrangement: event.arrangement,
          referenceError: event.referenceError,
          notes: [...new Set([...facts.notes, ...event.notes])],
        });
        work.report({ done: steps, total: event.chunks * passes, unit: 'chunks' });
      } else {
        keepChunk(event, open);
        steps += 1;
        work.report({ done: steps, total: (facts.chunkCount ?? 0) * passes, unit: 'chunks' });
        announce(event.index);
        await giveWay(parked);
      }
    }
  }

  function keepChunk(event: DivergenceChunk, open: readonly number[]): void {
    store.transaction((write) => {
      const reference =
        referenceOf(event) ?? queries.selectReferenceScores(write, sequence, event.index, event.index + 1)[0]?.scores;
      if (reference === undefined) throw new Error(`Chunk ${event.index} came without its reference.`);
      if (event.reference !== null) {
        const { decodeSeconds, metricsSeconds } = event.reference;
        const sums = referenceSums(reference);
        queries.upsertReferenceChunk(write, sequence, {
          chunk: event.index,
          decodeSeconds,
          metricsSeconds,
          sums,
          scores: reference,
        });
      }
      for (const measured of event.candidates) {
        const column = open[measured.candidate];
        if (column === undefined) continue;
        const { decodeSeconds, metricsSeconds } = measured;
        const { scores, sums } = candidateScores(measured, reference);
        queries.upsertCandidateChunk(write, sequence, {
          column,
          chunk: event.index,
          decodeSeconds,
          metricsSeconds,
          sums,
          scores,
        });
      }
    });
  }

  /** When more urgent work waits, the models make room for it: the run stops here and goes on after it. */
  async function giveWay(parked: AbortController): Promise<void> {
    let waiting = true;
    const turn = work.yield().finally(() => {
      waiting = false;
    });
    // A failure is heard where it is awaited.
    turn.catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    if (waiting) parked.abort(new Fault('CANCELLED', 'More urgent work goes first.'));
    await turn;
  }
}

const replacedWhileMeasured = (file: string) =>
  new Fault('CONFLICT', `${file} was replaced while it was measured. Begin a new run.`, { facts: { model: file } });

const endedTheEngine = (thrown: unknown): thrown is Fault =>
  thrown instanceof Fault && (thrown.code === 'ENGINE_CRASHED' || thrown.code === 'ENGINE_HUNG');

function againAlone(column: queries.StoredColumn | undefined, { code, message, facts }: Fault): AssayErrorData {
  const name = basename(column?.file ?? '');
  return {
    code,
    message: `${name} was measured alone after the engine had ended, and it ended again: ${message}`,
    facts,
  };
}

/** What a generator that is ended early returns to nobody. */
const nothingMeasured = { reference: null, candidates: [], seconds: 0, peakRssBytes: 0, systemInfo: '' };

function referenceOf({ tokens, positions, pieces, reference }: DivergenceChunk): ReferenceScores | undefined {
  if (reference === null) return undefined;
  return { tokens, places: positions, texts: pieces, nll: reference.nll, baseNll: reference.baseNll };
}

function labModel(column: queries.StoredColumn | undefined): LabModel {
  if (column?.file === undefined || column.file === null) throw new Error('A model was measured before it was found.');
  return { path: column.file, cacheKeyType: column.keyType, cacheValueType: column.valueType };
}

export function inputOf(row: Pick<queries.RunRow, 'settings_json' | 'text_kind'>, text: string | null): LabInput {
  if (row.text_kind === 'base file') return { kind: 'base', path: row.settings_json.base?.file ?? '' };
  if (row.text_kind === 'dataset') return { kind: 'chats', chats: conversations.parse(JSON.parse(text ?? '[]')) };
  return { kind: 'text', text: text ?? '' };
}
