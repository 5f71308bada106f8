export { createRemovalsRouter } from './removals.router.ts';
export { createRemovals, type UndoableRemovals } from './removals.ts';
