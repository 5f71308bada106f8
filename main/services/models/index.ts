export type { Memory } from './availableMemory.ts';
export type { Surroundings } from './found.rules.ts';
export { hashShare, hashWorkspace } from './hash.job.ts';
export { createLibrary, type Library, type LibraryDependencies } from './library.ts';
export { createModelsRouter } from './models.router.ts';
export { createModels, type Models, type ModelsDependencies } from './models.ts';
export { createQuantizeRouter } from './quantize.router.ts';
export { createQuantize, type Quantize, type QuantizeDependencies } from './quantize.ts';
export { createSampleLadder, type SampleLadder } from './quantizeSample.ts';
