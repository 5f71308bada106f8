export { createEngineRouter, type EngineRouter } from './engine.router.ts';
export {
  createEngine,
  type Engine,
  type EngineDependencies,
  type GenerateEvent,
  type GenerateRequest,
} from './engine.ts';
