import { join } from 'node:path';
import { z } from 'zod';
import { command, type Gate, query, router } from '../../../main/base/procedure.ts';
import { createConnections } from '../../../main/host/connections.ts';
import { openHostLink } from '../../../main/host/hostLink.ts';
import { createLinkConnections } from '../../../main/host/linkConnections.ts';
import { createShellKeyRing, type ShellKeyRing } from '../../../main/host/shellKeyRing.ts';
import { createShellStarter } from '../../../main/host/shellStarter.ts';
import type { EngineExit } from '../../../main/inference/starter.ts';
import { createSupervisor } from '../../../main/inference/supervisor.ts';
import { sampler } from '../../../preload/contract/engine.ts';

/** A host without a store: the real link, connections, key ring and engines around a few procedures, most of which do what no host may. */
const link = openHostLink();
const starter = createShellStarter(link);
let sampleFolder = '';
let keyRing: ShellKeyRing | undefined;

const gate: Gate = {
  requireUnlocked: () => undefined,
  touch: () => undefined,
  onLocking: () => () => undefined,
  record: () => () => undefined,
};

const procedures = router({
  process: query.query(() => ({ pid: process.pid, kind: process.type, napi: process.versions.napi })),
  echo: query.input(z.string()).query(({ input }) => input),
  exit: command.input(z.number()).mutation(({ input }) => void process.exit(input)),
  /** As a crash ends it, or the system for want of memory. */
  die: command.mutation(() => void process.kill(process.pid, 'SIGKILL')),
  hang: command.mutation(() => {
    for (;;);
  }),
  misspeak: command.mutation(() => {
    process.parentPort.postMessage({ type: 'prompt', text: 'of another build' });
    return new Promise<never>(() => undefined);
  }),

  /** The real engine on the sample model, greedy. */
  generate: command.input(z.number()).mutation(async ({ input: maxTokens }) => {
    const supervisor = createSupervisor({
      starter,
      label: 'the sample',
      settings: {
        path: join(sampleFolder, 'assay-sample-Q4_K_M.gguf'),
        contextSize: 512,
        threads: 1,
        gpu: 'cpu',
        gpuLayers: 'auto',
      },
      excluded: [],
      idleMs: () => 60_000,
      onChange: () => undefined,
    });
    try {
      const texts: string[] = [];
      const { signal } = new AbortController();
      await supervisor.load(signal, () => undefined);
      const { pid } = supervisor;
      const stats = await supervisor.generate(
        {
          messages: [{ role: 'user', text: 'Tell me a story about a hen.' }],
          written: [],
          reuse: false,
          sampler: sampler.parse({ temperature: 0, maxTokens }),
          alternatives: 0,
        },
        signal,
        { started: () => undefined, tokens: (tokens) => texts.push(...tokens.map(({ text }) => text)) },
      );
      return { pid, texts, stopReason: stats.stopReason };
    } finally {
      await supervisor.stop();
    }
  }),

  /** Resolves when it has said that it is ready. */
  startEngine: command.mutation(() => {
    const engine = starter.start({ label: 'an engine' });
    return new Promise<void>((resolve) => engine.onMessage(() => resolve()));
  }),
  /** Starts an engine and ends it: at once, or when it has said that it is ready. */
  killEngine: command.input(z.enum(['at once', 'when ready'])).mutation(async ({ input }) => {
    const engine = starter.start({ label: 'an engine' });
    const exit = new Promise<EngineExit>((resolve) => engine.onExit(resolve));
    if (input === 'when ready') await new Promise<void>((resolve) => engine.onMessage(() => resolve()));
    engine.kill();
    return exit;
  }),

  keyRing: query.query(() => keyRing?.status()),
  /** Sealed, and opened again. */
  seal: command.input(z.string()).mutation(async ({ input }) => {
    if (!keyRing) throw new Error('The host was not started.');
    const sealed = await keyRing.encrypt(input);
    return { sealed: sealed.toString('base64'), ...(await keyRing.decrypt(sealed)) };
  }),
});

const connections = createConnections({ router: procedures, gate, log: console });
const carried = createLinkConnections(link, connections.connect);

link.onMessage((message) => {
  switch (message.type) {
    case 'start':
      sampleFolder = message.options.sampleFolder;
      keyRing = createShellKeyRing(link, message.options.keyRing);
      return link.send({ type: 'started' });
    case 'stop':
      link.send({ type: 'stopped' });
      return void setTimeout(() => process.exit(0), 20);
    case 'connection.open':
    case 'connection.frame':
    case 'connection.close':
      return carried.take(message);
    case 'engine.started':
    case 'engine.message':
    case 'engine.errorOutput':
    case 'engine.exit':
      return starter.take(message);
    case 'keyRing.answer':
    case 'keyRing.failure':
      return keyRing?.take(message);
  }
});
link.send({ type: 'up' });
