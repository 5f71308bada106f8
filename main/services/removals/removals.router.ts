import { bringBackRemovedInput } from '../../../preload/contract/removals.ts';
import { command, router } from '../../base/procedure.ts';
import type { UndoableRemovals } from './removals.ts';

/** What was removed, as long as that can be undone. */
export function createRemovalsRouter(removals: UndoableRemovals) {
  return router({
    /** Brings back what was removed together. CONFLICT when it is too late. */
    bringBack: command.input(bringBackRemovedInput).mutation(({ input }) => removals.bringBack(input.token)),
  });
}
