import { z } from 'zod';
import type { Cell } from '../../../preload/contract/compare.ts';
import type { JobState } from '../../../preload/contract/jobs.ts';
import type { Changes } from '../../base/changes.ts';
import type { Clock } from '../../base/clock.ts';
import type { FoundModel, Generating } from '../../base/generation.ts';
import type { JobKind } from '../../base/job.ts';
import type { Store } from '../../db/store.ts';
import { runAnswers } from './answersRun.ts';
import * as queries from './compare.queries.ts';
import { titleOf, waitingCell } from './compare.rules.ts';
import { deleteBarePrompts } from './deletion.ts';
import type { AnswerHistory } from './history.ts';
import type { Live, Lives } from './live.ts';
import { settleCells } from './settle.ts';

const answersInput = z.object({ comparison: z.string(), models: z.number().int(), prompts: z.number().int() });
export type AnswersInput = z.infer<typeof answersInput>;

export interface AnswersDependencies {
  vault: { store(): Store };
  models: { resolve(reference: string): Promise<FoundModel> };
  engine: Generating;
  changes: Pick<Changes, 'announce'>;
  lives: Lives;
  history?: AnswerHistory | undefined;
  clock: Clock;
}

/** The job behind a comparison. What is done stays done: a resume answers what is not. */
export function answersJob(dependencies: AnswersDependencies): JobKind<AnswersInput> {
  return {
    kind: 'compare.answers',
    lane: ({ prompts }) => (prompts === 1 ? 'interactive' : 'batch'),
    recovery: 'resume',
    input: answersInput,
    title: ({ models, prompts }) => titleOf(models, prompts),
    subject: ({ comparison }) => comparison,
    run: (work) => runAnswers(dependencies, work),
    settled: ({ comparison }, state) => settleRest(dependencies, comparison, state),
  };
}

/** What the job left open: answers under way keep what they have; a cancel also settles those that never began. */
function settleRest(dependencies: AnswersDependencies, id: string, state: JobState): void {
  const { vault, lives, changes } = dependencies;
  const live = lives.find(id);
  try {
    const store = vault.store();
    const row = queries.selectComparison(store.read, id);
    if (row === undefined) return;
    const underWay = [...(live?.cells.values() ?? [])];
    for (const cell of underWay) {
      cell.state = 'cancelled';
      cell.loadProgress = null;
    }
    settleCells(dependencies, store, row, live, underWay);
    if (state === 'cancelled') settleWaiting(dependencies, row, live);
    // One that goes on later still needs its prompts.
    if (state !== 'interrupted') store.transaction((write) => deleteBarePrompts(write, row.sequence));
  } finally {
    lives.end(id);
    changes.announce('compare');
  }
}

/** The answers that never began. Of a prompt without any the reference's stands in the history, so that what was asked is found there. */
function settleWaiting(dependencies: AnswersDependencies, row: queries.ComparisonRow, live: Live | undefined): void {
  const store = dependencies.vault.store();
  const cells = queries.selectLightCells(store.read, row.sequence);
  const settled = new Set(cells.map((cell) => cell.prompt * row.column_count + cell.column));
  const begun = new Set(cells.map(({ prompt }) => prompt));
  const places = Array.from({ length: row.prompt_count * row.column_count }, (_, place) => place);
  const open = places
    .filter((place) => !settled.has(place))
    .map((place) => waitingCell(Math.floor(place / row.column_count), place % row.column_count))
    .map((cell) => ({ ...cell, state: 'cancelled' as const }));
  const standsForAll = ({ prompt, column }: Cell) => column === 0 && !begun.has(prompt);
  settleCells(dependencies, store, row, live, open.filter(standsForAll));
  const others = open.filter((cell) => !standsForAll(cell));
  settleCells(dependencies, store, row, live, others, false);
}
