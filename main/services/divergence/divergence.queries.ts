import { z } from 'zod';
import { divergenceColumn, divergenceInput, modelMeasurement } from '../../../preload/contract/divergence.ts';
import { type ModelUse, modelUse } from '../../../preload/contract/models.ts';
import { fileMark } from '../../base/fileMark.ts';
import { jsonText } from '../../base/jsonText.ts';
import type { ReadHandle, WriteHandle } from '../../db/store.ts';
import {
  type CandidateScores,
  decodeCandidate,
  decodeReference,
  decodeSums,
  encodeCandidate,
  encodeReference,
  encodeSums,
  type ReferenceScores,
} from './scores.rules.ts';

/** A model of a run as it is stored: what it is, not how far it has come. */
export const storedColumn = divergenceColumn.omit({ chunksDone: true }).extend({
  /** Of its file when it was measured; null until then. */
  mark: fileMark.nullable().default(null),
});
export type StoredColumn = z.infer<typeof storedColumn>;

const runFacts = z.object({
  threads: z.number().nullable().default(null),
  chunkCount: z.number().nullable().default(null),
  /** Tokens of a chunk; a base file has its own. */
  contextSize: z.number().nullable().default(null),
  /** Tokens of all chunks, scored or not. */
  tokens: z.number().nullable().default(null),
  arrangement: z.enum(['together', 'turns']).nullable().default(null),
  referenceError: z.number().nullable().default(null),
  engineRelease: z.string().nullable().default(null),
  systemInfo: z.string().nullable().default(null),
  peakRssBytes: z.number().nullable().default(null),
  idleRssBytes: z.number().nullable().default(null),
  notes: z.array(z.string()).default([]),
  /** The base file that was asked for is whole and in its place. */
  baseWritten: z.boolean().default(false),
  /** By what it is known again; null: not written, or not readable afterwards. */
  baseMark: fileMark.nullable().default(null),
  /** Of the run when it came to its end, for lists of models; one that cannot be read is none. */
  measurements: z
    .array(
      modelMeasurement
        .extend({ mark: fileMark.nullable().default(null) })
        .nullable()
        .catch(null),
    )
    .transform((all) => all.filter((one) => one !== null))
    .default([]),
});
export type RunFacts = z.output<typeof runFacts>;
export type StoredMeasurement = RunFacts['measurements'][number];

const runRow = z.object({
  sequence: z.number(),
  id: z.string(),
  name: z.string().nullable(),
  created_at: z.string(),
  job_id: z.string().nullable(),
  settings_json: jsonText.pipe(divergenceInput.omit({ text: true, name: true })),
  columns_json: jsonText.pipe(z.array(storedColumn)),
  text_kind: z.enum(['text', 'dataset', 'sample', 'base file']),
  text_name: z.string(),
  // One damaged run must not take the others with it.
  facts_json: jsonText.pipe(runFacts).catch(() => runFacts.parse({})),
});
/** A run as it is stored, without its text. */
export type RunRow = z.output<typeof runRow>;

const columns = 'sequence, id, name, created_at, job_id, settings_json, columns_json, text_kind, text_name, facts_json';

export function selectRun(read: ReadHandle, id: string): RunRow | undefined {
  const row = read.get(
    `SELECT ${columns} FROM divergence_runs WHERE id = ? AND id NOT IN (SELECT subject FROM removals)`,
    id,
  );
  return row === undefined ? undefined : runRow.parse(row);
}

/**
 * Newest first, without rows that cannot be read and what was removed, those before `before` (an id; null: from the newest on), those of
 * a model only where one is named.
 */
export function selectRuns(
  read: ReadHandle,
  before: string | null,
  limit: number,
  model: string | null = null,
): RunRow[] {
  const page = `SELECT ${columns} FROM divergence_runs
    WHERE (@before IS NULL OR sequence < (SELECT sequence FROM divergence_runs WHERE id = @before))
    AND (@model IS NULL OR EXISTS (SELECT 1 FROM json_each(columns_json) AS one WHERE json_extract(one.value, '$.modelId') = @model))
    AND id NOT IN (SELECT subject FROM removals) ORDER BY sequence DESC LIMIT @limit`;
  return read.all(page, { before, limit, model }).flatMap((row) => {
    const { success, data } = runRow.safeParse(row);
    return success ? [data] : [];
  });
}

export function selectModelUses(read: ReadHandle): ModelUse[] {
  const uses = `SELECT json_extract(one.value, '$.modelId') AS model, count(DISTINCT sequence) AS count
    FROM divergence_runs, json_each(columns_json) AS one WHERE json_extract(one.value, '$.modelId') IS NOT NULL
    AND divergence_runs.id NOT IN (SELECT subject FROM removals) GROUP BY 1`;
  return read.all(uses).map((row) => modelUse.parse(row));
}

const jobRow = z.object({ job_id: z.string().nullable() });
/** The job of a run, whatever else of it can be read, also of one that was removed; undefined: there is no such run. */
export function selectJob(read: ReadHandle, id: string): string | null | undefined {
  const row = read.get('SELECT job_id FROM divergence_runs WHERE id = ?', id);
  return row === undefined ? undefined : jobRow.parse(row).job_id;
}

export interface NewRun {
  id: string;
  name: string | null;
  createdAt: string;
  jobId: string;
  settings: z.output<typeof divergenceInput>;
  columns: readonly StoredColumn[];
  textKind: RunRow['text_kind'];
  textName: string;
  text: string | null;
  notes: readonly string[];
}

export function insertRun(write: WriteHandle, run: NewRun): void {
  const { text: _text, name: _name, ...settings } = run.settings;
  write.run(
    `INSERT INTO divergence_runs (id, name, created_at, job_id, settings_json, columns_json, text_kind, text_name, text, facts_json)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    run.id,
    run.name,
    run.createdAt,
    run.jobId,
    JSON.stringify(settings),
    JSON.stringify(run.columns),
    run.textKind,
    run.textName,
    run.text,
    JSON.stringify({ notes: run.notes }),
  );
}

const textRow = z.object({ text: z.string().nullable() });
export function selectText(read: ReadHandle, sequence: number): string | null {
  const row = read.get('SELECT text FROM divergence_runs WHERE sequence = ?', sequence);
  return row === undefined ? null : textRow.parse(row).text;
}

export function updateColumns(write: WriteHandle, sequence: number, changed: readonly StoredColumn[]): void {
  write.run('UPDATE divergence_runs SET columns_json = ? WHERE sequence = ?', JSON.stringify(changed), sequence);
}

export function updateFacts(write: WriteHandle, sequence: number, facts: RunFacts): void {
  write.run('UPDATE divergence_runs SET facts_json = ? WHERE sequence = ?', JSON.stringify(facts), sequence);
}

export function updateName(write: WriteHandle, id: string, name: string | null): void {
  write.run('UPDATE divergence_runs SET name = ? WHERE id = ?', name, id);
}

export function deleteRun(write: WriteHandle, id: string): void {
  write.run('DELETE FROM divergence_runs WHERE id = ?', id);
}

const doneRow = z.object({ model_column: z.number(), done: z.number() });
/** How many chunks each column has from the first on, without a gap; columns without any are not in it. */
export function selectDone(read: ReadHandle, sequence: number): Map<number, number> {
  const rows = read.all(
    `SELECT model_column, count(*) AS done FROM divergence_chunks WHERE run = ? GROUP BY model_column`,
    sequence,
  );
  return new Map(rows.map((row) => doneRow.parse(row)).map(({ model_column, done }) => [model_column, done]));
}

interface ChunkBase {
  column: number;
  chunk: number;
  decodeSeconds: number;
  metricsSeconds: number;
  sums: Float64Array;
}

export function upsertReferenceChunk(
  write: WriteHandle,
  sequence: number,
  chunk: Omit<ChunkBase, 'column'> & { scores: ReferenceScores },
): void {
  upsertChunk(write, sequence, { ...chunk, column: 0 }, encodeReference(chunk.scores), chunk.scores.texts);
}

export function upsertCandidateChunk(
  write: WriteHandle,
  sequence: number,
  chunk: ChunkBase & { scores: CandidateScores },
): void {
  upsertChunk(write, sequence, chunk, encodeCandidate(chunk.scores), null);
}

function upsertChunk(
  write: WriteHandle,
  sequence: number,
  { column, chunk, decodeSeconds, metricsSeconds, sums }: ChunkBase,
  scores: Buffer,
  texts: readonly string[] | null,
): void {
  write.run(
    `INSERT INTO divergence_chunks (run, model_column, chunk, decode_seconds, metrics_seconds, sums, scores, texts_json)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (run, model_column, chunk) DO UPDATE SET decode_seconds = excluded.decode_seconds,
       metrics_seconds = excluded.metrics_seconds, sums = excluded.sums, scores = excluded.scores, texts_json = excluded.texts_json`,
    sequence,
    column,
    chunk,
    decodeSeconds,
    metricsSeconds,
    encodeSums(sums),
    scores,
    texts === null ? null : JSON.stringify(texts),
  );
}

const bytes = z.instanceof(Uint8Array);
const sumsRow = z.object({ decode_seconds: z.number(), metrics_seconds: z.number(), sums: bytes });

/** Of one column, in the order of the chunks. */
export function selectSums(
  read: ReadHandle,
  sequence: number,
  column: number,
): { decodeSeconds: number; metricsSeconds: number; sums: Float64Array }[] {
  const rows = read.all(
    `SELECT decode_seconds, metrics_seconds, sums FROM divergence_chunks WHERE run = ? AND model_column = ? ORDER BY chunk`,
    sequence,
    column,
  );
  return rows
    .map((row) => sumsRow.parse(row))
    .map((row) => ({
      decodeSeconds: row.decode_seconds,
      metricsSeconds: row.metrics_seconds,
      sums: decodeSums(row.sums),
    }));
}

const scoresRow = z.object({ chunk: z.number(), scores: bytes });

/** Of one candidate, chunks from `from` up to but without `to`. */
export function selectCandidateScores(
  read: ReadHandle,
  sequence: number,
  column: number,
  from = 0,
  to = Number.MAX_SAFE_INTEGER,
): { chunk: number; scores: CandidateScores }[] {
  const rows = read.all(
    `SELECT chunk, scores FROM divergence_chunks WHERE run = ? AND model_column = ? AND chunk >= ? AND chunk < ? ORDER BY chunk`,
    sequence,
    column,
    from,
    to,
  );
  return rows
    .map((row) => scoresRow.parse(row))
    .map(({ chunk, scores }) => ({ chunk, scores: decodeCandidate(scores) }));
}

const referenceRow = scoresRow.extend({ texts_json: jsonText.pipe(z.array(z.string())) });

export function selectReferenceScores(
  read: ReadHandle,
  sequence: number,
  from = 0,
  to = Number.MAX_SAFE_INTEGER,
): { chunk: number; scores: ReferenceScores }[] {
  const rows = read.all(
    `SELECT chunk, scores, texts_json FROM divergence_chunks
     WHERE run = ? AND model_column = 0 AND chunk >= ? AND chunk < ? ORDER BY chunk`,
    sequence,
    from,
    to,
  );
  return rows
    .map((row) => referenceRow.parse(row))
    .map(({ chunk, scores, texts_json: texts }) => ({ chunk, scores: { ...decodeReference(scores), texts } }));
}

/** Of all chunks, without the texts of their tokens. */
export function selectReferenceNumbers(
  read: ReadHandle,
  sequence: number,
): Map<number, Omit<ReferenceScores, 'texts'>> {
  const rows = read.all(`SELECT chunk, scores FROM divergence_chunks WHERE run = ? AND model_column = 0`, sequence);
  return new Map(rows.map((row) => scoresRow.parse(row)).map(({ chunk, scores }) => [chunk, decodeReference(scores)]));
}
