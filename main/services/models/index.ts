export type { Memory } from './availableMemory.ts';
export { createModelsRouter, type ModelsRouter } from './models.router.ts';
export { createModels, type Models, type ModelsDependencies } from './models.ts';
