export type { Memory } from './availableMemory.ts';
export type { Surroundings } from './found.rules.ts';
export { hashShare, hashWorkspace } from './hash.job.ts';
export { createLibrary, type Library } from './library.ts';
export { createModelsRouter } from './models.router.ts';
export { createModels, type Models } from './models.ts';
export { createQuantizeRouter } from './quantize.router.ts';
export { createQuantize, type Quantize } from './quantize.ts';
export { createSampleLadder } from './quantizeSample.ts';
