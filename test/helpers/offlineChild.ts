import { setTimeout } from 'node:timers/promises';
import { createHost } from '../../main/host/createHost.ts';
import { sampleFolder } from '../../main/host/places.ts';
import { forkStarter } from '../../main/inference/forkStarter.ts';
import { passphrase } from './openServices.ts';

/** A process of its own for a test that traces it: all that the host does in a day with the network off, then what its ledger says. */
const [folder = ''] = process.argv.slice(2);
const host = await createHost({ folder, engineStarter: forkStarter(), sampleFolder: sampleFolder() });
const api = host.caller({ person: 'Tester', role: 'owner', home: 'host' });
try {
  await api.vault.create({ passphrase });
  await api.engine.updateSettings({ threads: 1 });
  const { id, jobId } = await api.compare.start({
    models: ['sample:Q4_K_M', 'sample'],
    prompts: ['What is 2 and 3?'],
    sampler: { maxTokens: 4 },
  });
  const isOver = async () => (await api.jobs.list()).some((job) => job.id === jobId && job.endedAt !== null);
  while (!(await isOver())) await setTimeout(50);
  await api.models.found();
  await api.models.library();
  const refusal = await api.downloads.look({ repository: 'org/model' }).then(
    () => 'looked',
    (thrown: unknown) => (thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown)),
  );
  const { answers } = await answered(id);
  const attempts = await api.network.connections({});
  const summary = await api.network.summary();
  process.stdout.write(`${JSON.stringify({ refusal, answers, attempts, summary })}\n`);
} finally {
  await host.close();
}

async function answered(id: string): Promise<{ answers: number }> {
  const summary = (await api.compare.list({ limit: 10 })).find((comparison) => comparison.id === id);
  return { answers: summary?.done ?? 0 };
}
