import { Fault, toErrorData } from '../../base/fault.ts';
import { cancelledStats } from '../../base/generation.ts';
import { type EngineRequest, protocolVersion } from '../protocol.ts';
import type { LabAside } from '../protocolLab.ts';
import type { LoadedEngine } from './load.ts';
import { openHostPort } from './port.ts';
import { skipSelfTest } from './skipSelfTest.ts';

skipSelfTest();

let engine: LoadedEngine | undefined;
/** One context with one sequence: generations of a process run one after the other. */
let turn: Promise<unknown> = Promise.resolve();
const running = new Map<number, AbortController>();

const port = openHostPort((request) => {
  switch (request.type) {
    case 'ping':
      return port.send({ type: 'pong', sequence: request.sequence, residentBytes: process.memoryUsage.rss() });
    case 'cancel':
      return running.get(request.id)?.abort();
    case 'stop':
      return void stop();
    default:
      return void answer(request);
  }
});
port.send({ type: 'ready', protocol: protocolVersion, pid: process.pid });

type Work = Exclude<Extract<EngineRequest, { id: number }>, { type: 'cancel' }>;

async function answer(request: Work): Promise<void> {
  const controller = new AbortController();
  running.set(request.id, controller);
  try {
    await handle(request, controller.signal);
  } catch (thrown) {
    port.send({ type: 'failed', id: request.id, error: toErrorData(thrown) });
  } finally {
    running.delete(request.id);
  }
}

async function handle(request: Work, signal: AbortSignal): Promise<void> {
  const { id } = request;
  switch (request.type) {
    case 'inspect': {
      const { inspect } = await import('./inspect.ts');
      return port.send({ type: 'inspected', id, facts: inspect(request.path) });
    }
    case 'inspectMany': {
      const { inspectMany } = await import('./inspect.ts');
      return port.send({ type: 'inspectedMany', id, results: inspectMany(request.paths) });
    }
    case 'describe': {
      const { describe } = await import('./describe.ts');
      return port.send({ type: 'described', id, description: describe(request.path) });
    }
    case 'compareVocabularies': {
      const { compareVocabularies } = await import('./compareVocabularies.ts');
      const difference = compareVocabularies(request.one, request.other);
      return port.send({ type: 'vocabulariesCompared', id, difference });
    }
    case 'hash': {
      const { hashOn } = await import('./hashFile.ts');
      return port.send({ type: 'hashed', id, ...hashOn(request.path, request.from, request.bytes) });
    }
    case 'lab': {
      const { workInLab } = await import('./lab.ts');
      const report = (event: LabAside) => port.send({ type: 'labAside', id, event });
      return port.send({ type: 'labDone', id, answer: await workInLab(request.work, signal, report) });
    }
    case 'probe': {
      const { probeBackend } = await import('./backend.ts');
      port.send({ type: 'trying', id, backend: request.backend });
      return port.send({
        type: 'probed',
        id,
        result: await probeBackend(await import('node-llama-cpp'), request.backend),
      });
    }
    case 'load': {
      if (engine !== undefined) throw new Fault('CONFLICT', 'This engine process has a model already.');
      // Only who answers needs these; processes that hash or measure start without them.
      const [{ load }] = await Promise.all([import('./load.ts'), import('./generate.ts')]);
      engine = await load(request.settings, signal, {
        trying: (backend) => port.send({ type: 'trying', id, backend }),
        progress: (progress) => port.send({ type: 'progress', id, progress }),
      });
      return port.send({ type: 'loaded', id, result: engine.result });
    }
    case 'generate': {
      const loaded = engine;
      if (loaded === undefined) throw new Fault('CONFLICT', 'This engine process has no model yet.');
      const before = turn;
      const work = (async () => {
        await Promise.race([before, aborted(signal)]);
        const { generate } = await import('./generate.ts');
        if (signal.aborted) return cancelledStats;
        return generate(loaded, request.settings, signal, {
          started: (promptTokens, keptTokens) =>
            port.send({ type: 'started', id, promptTokens, keptTokens, contextSize: loaded.contextSize }),
          tokens: (tokens) => port.send({ type: 'tokens', id, tokens }),
        });
      })();
      turn = Promise.allSettled([before, work]);
      return port.send({ type: 'done', id, stats: await work });
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function stop(): Promise<void> {
  for (const controller of running.values()) controller.abort();
  await turn;
  await engine?.context.dispose();
  await engine?.model.dispose();
  process.exit(0);
}
