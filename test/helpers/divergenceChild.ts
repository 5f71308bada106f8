import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHost } from '../../main/host/createHost.ts';
import { sampleFolder } from '../../main/host/places.ts';
import { forkStarter } from '../../main/inference/forkStarter.ts';
import { passphrase } from './openServices.ts';

/**
 * A process of its own for tests that kill it: opens a store in the folder of its first argument, measures the sample against itself and
 * a quantization, writing the base file of its third where there is one, and says on stdout how many chunks are done, one JSON document a line.
 */
const [folder = '', chunks = '20', base] = process.argv.slice(2);
const tasks = readFileSync(join(import.meta.dirname, '../fixtures/divergence/tasks.txt'), 'utf8');
const say = (what: unknown) => process.stdout.write(`${JSON.stringify(what)}\n`);

const host = await createHost({ folder, engineStarter: forkStarter(), sampleFolder: sampleFolder() });
const api = host.caller({ person: 'Tester', role: 'owner', home: 'host' });
await api.vault.create({ passphrase });
const jobs = (await api.jobs.watch())[Symbol.asyncIterator]();
const first = jobs.next();
const started = await api.divergence.start({
  reference: { model: 'sample' },
  candidates: [{ model: 'sample:Q4_K_M' }],
  text: { kind: 'text', name: 'tasks.txt', text: tasks.repeat(2) },
  contextSize: 256,
  chunks: Number(chunks),
  threads: 1,
  base: base === undefined ? undefined : { file: base, use: 'write' },
});
say(started);
for (let next = await first; next.done !== true; next = await jobs.next()) {
  const { progress, state } = next.value;
  if (progress !== null && progress.unit === 'chunks') say({ done: progress.done, state });
}
