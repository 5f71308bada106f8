export { createEngineRouter, type EngineRouter } from './engine.router.ts';
export {
  createEngine,
  type Engine,
  type EngineDependencies,
} from './engine.ts';
