import type { Cell } from '../../../preload/contract/compare.ts';
import { type AssayErrorData, isDeleted } from '../../../preload/contract/errors.ts';
import { fromErrorData, toErrorData } from '../../base/fault.ts';
import type { FoundModel } from '../../base/generation.ts';
import type { JobWork } from '../../base/job.ts';
import { createAlignment } from './alignment.ts';
import { answerCell } from './answer.ts';
import type { AnswersDependencies, AnswersInput } from './answers.job.ts';
import * as queries from './compare.queries.ts';
import { failureOf, foundColumn, losesColumn, publicColumn, waitingCell } from './compare.rules.ts';
import { requireComparison } from './read.ts';
import { settleCells } from './settle.ts';

/**
 * Answers every open cell and commits each at once. Column by column, so that each model is loaded once and timed alone, or
 * prompt by prompt with all columns at once. Throws when answers failed, after all others are done.
 */
export async function runAnswers(dependencies: AnswersDependencies, work: JobWork<AnswersInput>): Promise<void> {
  const { vault, models, engine, changes, lives } = dependencies;
  const { signal } = work;
  const store = vault.store();
  const live = lives.of(work.input.comparison);
  const row = requireComparison(store.read, work.input.comparison);
  const { settings_json: settings, columns_json: columns, prompt_count: promptCount, column_count: columnCount } = row;
  const alignment = createAlignment(store.read, row, live);
  const total = promptCount * columnCount;
  const place = (prompt: number, column: number) => prompt * columnCount + column;

  const open = new Set(Array.from({ length: total }, (_, index) => index));
  for (const cell of queries.selectLightCells(store.read, row.sequence)) {
    if (cell.state === 'done' || isDeleted(cell)) open.delete(place(cell.prompt, cell.column));
  }
  const found = new Map<number, FoundModel>();
  let failed = 0;
  let firstFailure: AssayErrorData | null = null;
  let announcedAt = 0;

  function tell(column: number): void {
    work.report({ done: total - open.size, total, unit: 'answers', note: columns[column]?.name });
    // The list shows how many are done; once a second keeps it true enough.
    if (performance.now() - announcedAt < 1000) return;
    announcedAt = performance.now();
    changes.announce('compare');
  }

  function keep(column: number, cells: readonly Cell[]): void {
    if (live.ended) return;
    settleCells(dependencies, store, row, live, cells);
    for (const { prompt, error } of cells) {
      open.delete(place(prompt, column));
      if (error === null) continue;
      failed++;
      firstFailure ??= error;
    }
    tell(column);
  }

  /** Gives all that is open in a lost column the sentence that says why, without trying each. */
  function giveUp(column: number, error: AssayErrorData): void {
    const prompts = Array.from({ length: promptCount }, (_, prompt) => prompt);
    const rest = prompts.filter((prompt) => open.has(place(prompt, column)));
    keep(
      column,
      rest.map((prompt) => ({ ...waitingCell(prompt, column), state: 'failed', error })),
    );
  }

  /** Finds the models of the columns with open cells, all of them before anything is timed. */
  async function findModels(): Promise<void> {
    const lost = new Map<number, AssayErrorData>();
    const wanted = columns.map((_, column) => [...open].some((one) => one % columnCount === column));
    await Promise.all(
      columns.map(async ({ reference }, column) => {
        if (!wanted[column]) return;
        try {
          const model = await models.resolve(reference);
          found.set(column, model);
          columns[column] = foundColumn(reference, model);
        } catch (thrown) {
          lost.set(column, toErrorData(thrown));
        }
      }),
    );
    signal.throwIfAborted();
    store.transaction((write) => queries.updateColumns(write, row.sequence, columns));
    columns.forEach((column, index) => {
      live.column(index, publicColumn(column));
    });
    for (const [column, error] of lost) giveUp(column, error);
  }

  /** The file may have been replaced while others answered. One that is gone may still be loaded. */
  async function lookAgain(column: number): Promise<FoundModel | undefined> {
    const before = found.get(column);
    const reference = columns[column]?.reference;
    if (before === undefined || reference === undefined) return before;
    const now = await models.resolve(reference).catch(() => before);
    if (now.version?.mark === before.version?.mark && now.version?.sha256 === before.version?.sha256) return before;
    const next = foundColumn(reference, now);
    found.set(column, now);
    columns[column] = next;
    store.transaction((write) => queries.updateColumns(write, row.sequence, columns));
    live.column(column, publicColumn(next));
    return now;
  }

  async function answer(prompt: number, column: number): Promise<void> {
    const model = await lookAgain(column);
    const text = queries.selectPrompt(store.read, row.sequence, prompt);
    if (model === undefined || text === undefined) return;
    const { system, sampler, schema, alternatives, contextSize, threads } = settings;
    const request = {
      model,
      messages: [{ role: 'user' as const, text }],
      system,
      sampler,
      schema,
      alternatives,
      contextSize,
      threads,
    };
    const cell = waitingCell(prompt, column);
    const before = await answerCell({ engine, live, alignment }, cell, request, signal);
    keep(column, [cell]);
    if (cell.error && losesColumn(cell.error.code, before)) giveUp(column, cell.error);
  }

  async function columnByColumn(): Promise<void> {
    for (let column = 0; column < columnCount; column++) {
      for (let prompt = 0; prompt < promptCount; prompt++) {
        if (!open.has(place(prompt, column))) continue;
        await work.yield();
        await answer(prompt, column);
      }
    }
  }

  async function promptByPrompt(): Promise<void> {
    for (let prompt = 0; prompt < promptCount; prompt++) {
      const here = columns.map((_, column) => column).filter((column) => open.has(place(prompt, column)));
      if (here.length === 0) continue;
      await work.yield();
      const ends = await Promise.allSettled(here.map((column) => answer(prompt, column)));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    }
  }

  tell(0);
  await findModels();
  await (settings.order === 'all at once' ? promptByPrompt() : columnByColumn());
  const failure = failureOf(failed, total, firstFailure);
  if (failure !== null) throw fromErrorData(failure);
}
