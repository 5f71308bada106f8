export { createEngineRouter } from './engine.router.ts';
export {
  createEngine,
  type Engine,
  type EngineDependencies,
} from './engine.ts';
