export { createEngineRouter } from './engine.router.ts';
export { mostBytesOf } from './engine.rules.ts';
export {
  createEngine,
  type Engine,
} from './engine.ts';
