export { answersDocument } from './answers.rules.ts';
export { createBlindRouter } from './blind.router.ts';
export { type Blind, createBlind } from './blind.ts';
export { createCompareRouter } from './compare.router.ts';
export { type Compare, createCompare } from './compare.ts';
export { firstDivergence } from './divergence.rules.ts';
export { createPlaygroundRouter } from './playground/playground.router.ts';
export { createPlayground, type Playground } from './playground/playground.ts';
