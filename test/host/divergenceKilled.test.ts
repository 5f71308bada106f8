import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createHost } from '../../main/host/createHost.ts';
import { sampleFolder } from '../../main/host/places.ts';
import { forkStarter } from '../../main/inference/forkStarter.ts';
import { ended, whyNoLab } from '../helpers/labHost.ts';
import { passphrase } from '../helpers/openServices.ts';
import { descendants, isAlive, whyNoProcessControl } from '../helpers/processes.ts';

const line = z.union([
  z.object({ id: z.string(), jobId: z.string() }),
  z.object({ done: z.number(), state: z.string() }),
]);
const chunks = 24;

const folders: string[] = [];
const children = new Set<ChildProcess>();
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe('a divergence run whose process is killed', () => {
  it('leaves nothing running or half written, and goes on from its last chunk', { timeout: 300_000 }, async ({
    skip,
  }) => {
    skip(whyNoProcessControl !== null, whyNoProcessControl ?? '');
    const why = await whyNoLab();
    skip(why !== null, why ?? '');
    const folder = mkdtempSync(join(tmpdir(), 'assay-killed-'));
    folders.push(folder);
    const script = join(import.meta.dirname, '../helpers/divergenceChild.ts');
    const child = spawn(process.execPath, [script, folder, String(chunks)], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.add(child);
    const exited = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    let started: { id: string; jobId: string } | undefined;
    let acknowledged = 0;
    let engines: number[] = [];
    for await (const text of createInterface({ input: child.stdout })) {
      const said = line.parse(JSON.parse(text));
      if ('id' in said) started = said;
      else acknowledged = Math.max(acknowledged, said.done);
      if (acknowledged >= 4 && !child.killed) {
        engines = descendants(child.pid ?? 0);
        child.kill('SIGKILL');
      }
    }
    expect(await exited).toBe('SIGKILL');
    if (started === undefined) throw new Error('the child started nothing');
    const { id, jobId } = started;
    expect(engines.length).toBeGreaterThan(0);
    // An engine ends by itself once its host is gone.
    await expect.poll(() => engines.filter(isAlive), { timeout: 30_000 }).toEqual([]);

    const host = await createHost({ folder, engineStarter: forkStarter(), sampleFolder: sampleFolder() });
    try {
      const api = host.caller({ person: 'Tester', role: 'owner', home: 'host' });
      await api.vault.unlock({ kind: 'passphrase', passphrase });
      const before = await api.divergence.get({ id });
      expect(before.state).toBe('interrupted');
      expect(before.chunksDone).toBeGreaterThanOrEqual(acknowledged);
      expect(before.chunksDone).toBeLessThan(chunks);
      const kept = await api.divergence.tokens({ id, candidate: 0, count: 8192 });
      const decodedBefore = before.referenceNumbers?.secondsDecode ?? 0;

      const { job } = await ended({ api }, async () => {
        await api.jobs.resume({ id: jobId });
        return { jobId };
      });
      expect(job.state).toBe('done');
      const after = await api.divergence.get({ id });
      expect(after.chunksDone).toBe(chunks);
      const whole = await api.divergence.tokens({ id, candidate: 0, count: 8192 });
      expect(whole.tokens.slice(0, kept.total)).toEqual(kept.tokens);
      // What was decoded before the kill was not decoded again, else its seconds would be other ones.
      expect(after.referenceNumbers?.secondsDecode).toBeGreaterThan(decodedBefore);
      expect(
        readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /partial|scratch/.test(name)),
      ).toEqual([]);
    } finally {
      await host.close();
    }
  });

  it('leaves no half base file for good, and writes it whole when it goes on', { timeout: 300_000 }, async ({
    skip,
  }) => {
    skip(whyNoProcessControl !== null, whyNoProcessControl ?? '');
    const why = await whyNoLab();
    skip(why !== null, why ?? '');
    const folder = mkdtempSync(join(tmpdir(), 'assay-killed-'));
    folders.push(folder);
    const store = join(folder, 'store');
    const files = () => readdirSync(folder).filter((name) => name !== 'store');
    const script = join(import.meta.dirname, '../helpers/divergenceChild.ts');
    const child = spawn(process.execPath, [script, store, '12', join(folder, 'own.base')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.add(child);
    let jobId = '';
    for await (const text of createInterface({ input: child.stdout })) {
      const said = line.parse(JSON.parse(text));
      if ('id' in said) jobId = said.jobId;
      else if (said.done >= 2) break;
    }
    const engines = descendants(child.pid ?? 0);
    // A process that stands still cannot take anything away.
    for (const pid of engines) process.kill(pid, 'SIGSTOP');
    child.kill('SIGKILL');
    for (const pid of engines) process.kill(pid, 'SIGKILL');
    await expect.poll(() => engines.filter(isAlive), { timeout: 10_000 }).toEqual([]);
    expect(files()).toEqual([expect.stringMatching(/^own\.base\..*\.partial$/)]);

    const host = await createHost({ folder: store, engineStarter: forkStarter(), sampleFolder: sampleFolder() });
    try {
      const api = host.caller({ person: 'Tester', role: 'owner', home: 'host' });
      await api.vault.unlock({ kind: 'passphrase', passphrase });
      expect(files()).toEqual([]);
      const { job } = await ended({ api }, async () => {
        await api.jobs.resume({ id: jobId });
        return { jobId };
      });
      expect([job.state, job.error]).toEqual(['done', null]);
      expect(files()).toEqual(['own.base']);
    } finally {
      await host.close();
    }
  });
});
