export { type AnswerColumn, type AnswersDocument, answersDocument } from './answers.rules.ts';
export { createBlindRouter } from './blind.router.ts';
export { type Blind, createBlind } from './blind.ts';
export { createCompareRouter } from './compare.router.ts';
export { type Compare, type CompareDependencies, createCompare } from './compare.ts';
export { firstDivergence } from './divergence.rules.ts';
export { createPlaygroundRouter, type PlaygroundRouter } from './playground/playground.router.ts';
export { createPlayground, type Playground, type PlaygroundDependencies } from './playground/playground.ts';
