export { createEngineRouter } from './engine.router.ts';
export {
  createEngine,
  type Engine,
} from './engine.ts';
