import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHost, type Host } from '../../main/host/createHost.ts';
import { sampleFolder } from '../../main/host/places.ts';
import { forkStarter } from '../../main/inference/forkStarter.ts';
import { createLab } from '../../main/inference/lab.ts';
import type { EngineProcess, EngineStarter } from '../../main/inference/starter.ts';
import type { DivergenceInput, DivergenceRun } from '../../preload/contract/divergence.ts';
import type { Job } from '../../preload/contract/jobs.ts';
import { addonEnvironment } from './labModels.ts';
import { createTestLog, passphrase } from './openServices.ts';

export interface LabHost {
  folder: string;
  host: Host;
  api: ReturnType<Host['caller']>;
  /** Process ids of every engine process that was started. */
  pids: Set<number>;
  /** Why the native addon cannot be used here; null where it can. */
  why: string | null;
  close(): Promise<void>;
}

/** The whole host on a store in a folder of its own, with real engine processes and the sample model. `onStart`: told of each engine. */
export async function openLabHost(onStart?: (engine: EngineProcess, label: string) => void): Promise<LabHost> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-lab-'));
  const pids = new Set<number>();
  const engineStarter: EngineStarter = {
    start(options) {
      const started = forkStarter({ environment: addonEnvironment() }).start(options);
      if (started.pid !== undefined) pids.add(started.pid);
      onStart?.(started, options.label);
      return started;
    },
  };
  const host = await createHost({
    folder: join(folder, 'store'),
    engineStarter,
    sampleFolder: sampleFolder(),
    log: createTestLog(),
  });
  const api = host.caller({ person: 'Tester', role: 'owner', home: 'host' });
  await api.vault.create({ passphrase });
  const available = await api.divergence.availability();
  return {
    folder,
    host,
    api,
    pids,
    why: available.available ? null : `${available.reason} ${available.remedy}`,
    async close() {
      await host.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Starts a job and waits until it has ended, however it does. `each`: told of every change. */
export async function ended<T extends { jobId: string }>(
  { api }: Pick<LabHost, 'api'>,
  start: () => Promise<T>,
  each?: (job: Job) => void,
): Promise<{ started: T; job: Job }> {
  const jobs = (await api.jobs.watch())[Symbol.asyncIterator]();
  let next = jobs.next();
  const started = await start();
  for (;;) {
    const { value: job, done } = await next;
    if (done) throw new Error('the queue ended');
    next = jobs.next();
    if (job.id !== started.jobId) continue;
    each?.(job);
    if (job.endedAt === null) continue;
    next.catch(() => undefined);
    await Promise.race([jobs.return?.(), Promise.resolve()]);
    return { started, job };
  }
}

/** A run from its start to its end; throws when its job failed. */
export async function measured(lab: Pick<LabHost, 'api'>, input: DivergenceInput): Promise<DivergenceRun> {
  const { started, job } = await ended(lab, () => lab.api.divergence.start(input));
  if (job.state !== 'done') throw new Error(`${job.state}: ${job.error?.message}`);
  return await lab.api.divergence.get({ id: started.id });
}

/** Why the native addon cannot be used here; null where it can. */
export async function whyNoLab(): Promise<string | null> {
  const lab = createLab({ starter: forkStarter({ environment: addonEnvironment() }) });
  try {
    const found = await lab.probe();
    return found.available ? null : `${found.reason} ${found.remedy}`;
  } finally {
    await lab.close();
  }
}
