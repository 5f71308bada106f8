import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  DepthBand,
  DivergenceRun,
  DivergenceSummary,
  KldHistogram,
  StripToken,
  TokenStrip,
} from '../../../preload/contract/divergence.ts';
import type { JobState } from '../../../preload/contract/jobs.ts';
import { Fault } from '../../base/fault.ts';
import type { ReadHandle } from '../../db/store.ts';
import { contextNotes } from './columns.rules.ts';
import { byDepth } from './depth.rules.ts';
import * as queries from './divergence.queries.ts';
import { onlyFinite } from './finite.rules.ts';
import { candidateNumbers, histogramOf, referenceNumbers } from './numbers.rules.ts';
import { type CandidateScores, isCut, type ReferenceScores, sum, withoutCut } from './scores.rules.ts';
import { countText } from './shown.rules.ts';
import { smallestIn } from './smallest.rules.ts';

type StateOf = (jobId: string) => JobState | null;

/** NOT_FOUND when it was removed. */
export function requireRun(read: ReadHandle, id: string): queries.RunRow {
  return there(queries.selectRun(read, id), id);
}

/** The job of a run, also of one that cannot be read. NOT_FOUND when it was removed. */
export function requireJob(read: ReadHandle, id: string): string | null {
  return there(queries.selectJob(read, id), id);
}

function there<T>(found: T | undefined, run: string): T {
  if (found === undefined)
    throw new Fault('NOT_FOUND', `There is no divergence run ${run} in the store; it may have been deleted.`, {
      facts: { run },
    });
  return found;
}

export function readSummary(read: ReadHandle, row: queries.RunRow, stateOf: StateOf): DivergenceSummary {
  const done = queries.selectDone(read, row.sequence);
  const columns = row.columns_json.map(({ mark: _mark, ...column }, index) => ({
    ...column,
    chunksDone: done.get(index) ?? 0,
  }));
  const measured = columns.filter(({ error }, index) => index === 0 || error === null);
  return {
    id: row.id,
    name: row.name,
    createdAt: row.created_at,
    columns,
    textName: row.text_name,
    contextSize: row.facts_json.contextSize ?? row.settings_json.contextSize,
    chunkCount: row.facts_json.chunkCount,
    chunksDone: Math.min(...measured.map(({ chunksDone }) => chunksDone)),
    jobId: row.job_id,
    state: row.job_id === null ? null : stateOf(row.job_id),
  };
}

/** Of a run that goes on: whoever watches it asks again and again, and the host has others to answer. */
const fewReplicates = 200;

/** Every number of a run, from its chunks. Of a long text a candidate takes a tenth of a second; others are answered in between. */
export async function readRun(read: ReadHandle, row: queries.RunRow, stateOf: StateOf): Promise<DivergenceRun> {
  const { sequence, facts_json: facts, settings_json: settings } = row;
  const summary = readSummary(read, row, stateOf);
  const reference = queries.selectSums(read, sequence, 0);
  const perChunk = facts.tokens !== null && facts.chunkCount ? facts.tokens / facts.chunkCount : settings.contextSize;
  const effortOf = (chunks: typeof reference) => ({
    decodeSeconds: chunks.map(({ decodeSeconds }) => decodeSeconds),
    secondsMetrics: chunks.reduce((total, { metricsSeconds }) => total + metricsSeconds, 0),
    tokens: perChunk * chunks.length,
  });
  const sums = reference.map((chunk) => chunk.sums);
  const isBase = row.text_kind === 'base file';
  const replicates = summary.state === 'running' ? fewReplicates : undefined;
  const referenceAlone = sums.length === 0 ? null : onlyFinite(referenceNumbers(sums, effortOf(reference), replicates));
  const vocabulary = row.columns_json.find((column) => column.vocabulary !== null)?.vocabulary ?? null;
  const held = isBase ? queries.selectReferenceNumbers(read, sequence) : null;
  const numbersOf = (candidate: number) => {
    const chunks = queries.selectSums(read, sequence, candidate + 1);
    if (chunks.length === 0 || referenceAlone === null) return null;
    const scored = queries.selectCandidateScores(read, sequence, candidate + 1);
    const numbers = candidateNumbers(
      chunks.map((chunk, index) => {
        const known = held?.get(index);
        const own = scored[index]?.scores;
        return known === undefined || own === undefined ? chunk.sums : withoutCut(chunk.sums, own, known);
      }),
      joined(scored),
      effortOf(chunks),
      { reference: referenceAlone, vocabulary, isBase, replicates },
    );
    return onlyFinite(numbers);
  };
  const candidates: DivergenceRun['candidates'] = [];
  for (const candidate of row.columns_json.keys()) {
    if (candidate === 0) continue;
    await nextTurn();
    candidates.push(numbersOf(candidate - 1));
  }
  const tokensScored = sums.reduce((total, chunk) => total + (chunk[sum.count] ?? 0), 0);
  return {
    ...summary,
    textKind: row.text_kind,
    threads: facts.threads,
    tokensScored,
    referenceNumbers: referenceAlone,
    candidates,
    smallest: smallestIn(row.columns_json, candidates, tokensScored, summary.chunksDone),
    peakRssBytes: facts.peakRssBytes,
    idleRssBytes: facts.idleRssBytes,
    engineRelease: facts.engineRelease,
    systemInfo: facts.systemInfo,
    arrangement: facts.arrangement,
    referenceError: facts.referenceError,
    notes: [
      ...facts.notes,
      // The items of a data set are as long as they are.
      ...(row.text_kind === 'dataset' ? [] : contextNotes(row.columns_json, summary.contextSize)),
      ...(held === null ? [] : cutNotes([...held.values()])),
    ],
  };
}

/** How much of a base file cannot count for the ratio. */
function cutNotes(held: readonly Pick<ReferenceScores, 'nll'>[]): string[] {
  const cut = held.reduce((total, { nll }) => total + nll.filter(isCut).length, 0);
  const all = held.reduce((total, { nll }) => total + nll.length, 0);
  if (cut === 0) return [];
  return [
    `${countText(cut)} of ${countText(all)} tokens lie below what a base file surely holds (e^−16, it is cut at that share of the likeliest token): in the PPL ratio and the verdict they count as no difference, so that is not the ratio of the two perplexities; the JSON has this one too (lnPplRatio).`,
  ];
}

function allScores(read: ReadHandle, sequence: number, candidate: number): { kld: Float32Array; deltaP: Float32Array } {
  return joined(queries.selectCandidateScores(read, sequence, candidate + 1));
}

/** KLD and Δp of all scored tokens of a candidate, in their order. */
function joined(chunks: readonly { scores: CandidateScores }[]): { kld: Float32Array; deltaP: Float32Array } {
  const length = chunks.reduce((total, { scores }) => total + scores.kld.length, 0);
  const kld = new Float32Array(length);
  const deltaP = new Float32Array(length);
  let at = 0;
  for (const { scores } of chunks) {
    kld.set(scores.kld, at);
    deltaP.set(scores.deltaP, at);
    at += scores.kld.length;
  }
  return { kld, deltaP };
}

function requireCandidate(row: queries.RunRow, candidate: number): void {
  if (row.columns_json[candidate + 1] === undefined)
    throw new Fault('NOT_FOUND', `This run has no candidate ${candidate + 1}. It has ${row.columns_json.length - 1}.`);
}

export function readHistogram(read: ReadHandle, row: queries.RunRow, candidate: number, bins: number): KldHistogram {
  requireCandidate(row, candidate);
  return histogramOf(allScores(read, row.sequence, candidate).kld.sort(), bins);
}

export function readDepth(read: ReadHandle, row: queries.RunRow, candidate: number, bands: number): DepthBand[] {
  requireCandidate(row, candidate);
  const references = queries.selectReferenceNumbers(read, row.sequence);
  const measured = queries.selectCandidateScores(read, row.sequence, candidate + 1);
  const isBase = row.text_kind === 'base file';
  const chunks = measured.flatMap(({ chunk, scores }) => {
    const reference = references.get(chunk);
    if (reference === undefined) return [];
    // As in the whole run, what a base file may have cut counts as no difference.
    const nll = isBase
      ? reference.nll.map((exact, at) => (isCut(exact) ? (scores.nll[at] ?? exact) : exact))
      : reference.nll;
    return [{ reference: { places: reference.places, nll }, candidate: scores }];
  });
  return byDepth(chunks, bands);
}

/** A page of the scored tokens that a candidate has. */
export function readStrip(
  read: ReadHandle,
  row: queries.RunRow,
  { candidate, from, count }: { candidate: number; from: number; count: number },
): TokenStrip {
  requireCandidate(row, candidate);
  const starts = startsOf(read, row.sequence, candidate);
  const total = starts.at(-1) ?? 0;
  const first = chunkAt(starts, from);
  const last = chunkAt(starts, Math.min(total, from + count) - 1);
  if (from >= total || first === null || last === null) return { total, tokens: [] };
  const tokens = readTokens(read, row.sequence, candidate, starts, first, last + 1);
  return { total, tokens: tokens.filter(({ position }) => position >= from && position < from + count) };
}

/** The scored tokens with the largest KLD, the worst first. */
export function readWorst(read: ReadHandle, row: queries.RunRow, candidate: number, share: number): StripToken[] {
  requireCandidate(row, candidate);
  const { kld } = allScores(read, row.sequence, candidate);
  const wanted = Math.min(mostWorst, kld.length, Math.max(1, Math.round(share * kld.length)));
  const order = Array.from(kld.keys()).sort((a, b) => (kld[b] ?? 0) - (kld[a] ?? 0) || a - b);
  const starts = startsOf(read, row.sequence, candidate);
  const chunks = new Map<number, StripToken[]>();
  return order.slice(0, wanted).flatMap((position) => {
    const chunk = chunkAt(starts, position);
    if (chunk === null) return [];
    const tokens = chunks.get(chunk) ?? readTokens(read, row.sequence, candidate, starts, chunk, chunk + 1);
    chunks.set(chunk, tokens);
    return tokens.filter((one) => one.position === position);
  });
}

const mostWorst = 1000;

/** The token at a position, with its chunk's scored text before it. NOT_FOUND when it was not scored. */
export function readPosition(
  read: ReadHandle,
  row: queries.RunRow,
  candidate: number,
  position: number,
): { token: StripToken; before: string } {
  requireCandidate(row, candidate);
  const starts = startsOf(read, row.sequence, candidate);
  const chunk = chunkAt(starts, position);
  const tokens = chunk === null ? [] : readTokens(read, row.sequence, candidate, starts, chunk, chunk + 1);
  const token = tokens.find((one) => one.position === position);
  if (token === undefined)
    throw new Fault(
      'NOT_FOUND',
      `There is no scored token at position ${position}. The run has ${starts.at(-1) ?? 0}.`,
    );
  const before = tokens.filter((one) => one.position < position).map(({ text }) => text);
  return { token, before: before.join('') };
}

/** Position of the first scored token of each chunk that the candidate has, and last of all their number. */
function startsOf(read: ReadHandle, sequence: number, candidate: number): number[] {
  const starts = [0];
  for (const { sums } of queries.selectSums(read, sequence, candidate + 1))
    starts.push((starts.at(-1) ?? 0) + (sums[sum.count] ?? 0));
  return starts;
}

function chunkAt(starts: readonly number[], position: number): number | null {
  if (position < 0 || position >= (starts.at(-1) ?? 0)) return null;
  let low = 0;
  let high = starts.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= position) low = middle;
    else high = middle;
  }
  return low;
}

function readTokens(
  read: ReadHandle,
  sequence: number,
  candidate: number,
  starts: readonly number[],
  from: number,
  to: number,
): StripToken[] {
  const references = queries.selectReferenceScores(read, sequence, from, to);
  const candidates = new Map(
    queries.selectCandidateScores(read, sequence, candidate + 1, from, to).map(({ chunk, scores }) => [chunk, scores]),
  );
  return references.flatMap(({ chunk, scores }) => {
    const measured = candidates.get(chunk);
    return measured === undefined ? [] : tokensOf(chunk, starts[chunk] ?? 0, scores, measured);
  });
}

function tokensOf(chunk: number, start: number, reference: ReferenceScores, measured: CandidateScores): StripToken[] {
  return Array.from(reference.tokens, (id, index) => ({
    position: start + index,
    chunk,
    place: reference.places[index] ?? 0,
    id,
    text: reference.texts[index] ?? '',
    kld: measured.kld[index] ?? 0,
    nll: measured.nll[index] ?? 0,
    nllReference: reference.nll[index] ?? 0,
    sameTop: measured.sameTop[index] === 1,
  }));
}
