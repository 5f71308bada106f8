import { z } from 'zod';
import {
  blindIdInput,
  blindSummary,
  blindTest,
  exportBlindInput,
  judgeInput,
  listBlindInput,
  startBlindInput,
} from '../../../preload/contract/blind.ts';
import { exportedText } from '../../../preload/contract/compare.ts';
import { modelUse } from '../../../preload/contract/models.ts';
import { removed } from '../../../preload/contract/removals.ts';
import { command, type Identity, query, router } from '../../base/procedure.ts';
import type { Blind } from './blind.ts';

/** Judging is what reviewers are for. */
const roles: readonly Identity['role'][] = ['owner', 'engineer', 'reviewer'];
const ofTest = (input: z.input<typeof blindIdInput>) => ({ test: input.id });

/** Which of two answers a person prefers, without knowing whose they are. */
export function createBlindRouter(blind: Blind) {
  return router({
    /** { comparisons, pairs?, name? } → { id }. NOT_FOUND; BAD_INPUT when they hold one model only. */
    start: command
      .meta({
        roles,
        facts: (input: z.input<typeof startBlindInput>) => ({ comparisons: input.comparisons.join(', ') }),
      })
      .input(startBlindInput)
      .output(blindIdInput)
      .mutation(({ input }) => blind.start(input)),
    /** How far it is, what to judge next, after the end the result. NOT_FOUND. */
    get: query
      .input(blindIdInput)
      .output(blindTest)
      .query(({ input }) => blind.get(input.id)),
    /** Newest first, a page at a time. */
    list: query
      .input(listBlindInput)
      .output(z.array(blindSummary))
      .query(({ input }) => blind.list(input)),
    /** In how many tests each model stands against others. */
    uses: query.output(z.array(modelUse)).query(() => blind.uses()),
    /** { id, pair, outcome } → the test with the next pair. NOT_FOUND; CONFLICT. */
    judge: command
      .meta({
        roles,
        facts: (input: z.input<typeof judgeInput>) => ({ test: input.id, pair: input.pair, outcome: input.outcome }),
      })
      .input(judgeInput)
      .output(blindTest)
      .mutation(({ input }) => blind.judge(input.id, input.pair, input.outcome)),
    /** Takes the last judgement back. NOT_FOUND; CONFLICT. */
    undo: command
      .meta({ roles, facts: ofTest })
      .input(blindIdInput)
      .output(blindTest)
      .mutation(({ input }) => blind.undo(input.id)),
    /** Shows the names and ends the test. NOT_FOUND; CONFLICT before the first judgement. */
    reveal: command
      .meta({ roles, facts: ofTest })
      .input(blindIdInput)
      .output(blindTest)
      .mutation(({ input }) => blind.reveal(input.id)),
    /** Hides it at once, deletes it for good when the time to undo that is over; the comparisons stay. NOT_FOUND. */
    remove: command
      .meta({ facts: ofTest })
      .input(blindIdInput)
      .output(removed)
      .mutation(({ input }) => blind.remove(input.id)),
    /** Scores and judgements as one text; a command, because it leaves the store in clear. NOT_FOUND; CONFLICT before the end. */
    export: command
      .meta({ facts: (input: z.input<typeof exportBlindInput>) => ({ test: input.id, format: input.format }) })
      .input(exportBlindInput)
      .output(exportedText)
      .mutation(({ input }) => blind.export(input.id, input.format)),
  });
}
