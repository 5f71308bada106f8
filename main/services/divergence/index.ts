export { depthCells, depthNames } from './candidates.rules.ts';
export { labelsOf } from './columns.rules.ts';
export { createDivergenceRouter } from './divergence.router.ts';
export { createDivergence, type Divergence } from './divergence.ts';
export { type DivergenceDocument, divergenceDocument } from './document.rules.ts';
export {
  bytesText,
  chunksText,
  countText,
  intervalText,
  percentText,
  pointsText,
  ratioText,
  significantText,
  tailName,
  tailText,
} from './shown.rules.ts';
