import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createHost } from '../../main/host/createHost.ts';
import { sampleFolder } from '../../main/host/places.ts';
import { forkStarter } from '../../main/inference/forkStarter.ts';
import { ended, whyNoLab } from '../helpers/labHost.ts';
import { bigModel, makeModel } from '../helpers/labModels.ts';
import { passphrase } from '../helpers/openServices.ts';
import { descendants, isAlive, whyNoProcessControl } from '../helpers/processes.ts';

const said = z.union([z.object({ jobId: z.string() }), z.object({ note: z.string() })]);
/** Its tensors take this type seconds each, so that there is a middle to be killed in. */
const type = 'IQ3_S';

describe('a quantization whose process is killed', { timeout: 300_000 }, () => {
  let folder: string;
  let child: ChildProcess | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-quantize-killed-'));
    mkdirSync(join(folder, 'models'));
  });
  afterEach(() => {
    child?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  const models = () => readdirSync(join(folder, 'models'));
  const partials = () => models().filter((name) => name.endsWith('.partial'));

  /** The job and the engine processes of a quantization that is in the middle of its file. */
  async function inTheMiddle(): Promise<{ jobId: string; host: ChildProcess; engines: number[] }> {
    const model = makeModel(join(folder, 'models', 'big-F16.gguf'), bigModel);
    const script = join(import.meta.dirname, '../helpers/quantizeChild.ts');
    const host = spawn(process.execPath, [script, join(folder, 'store'), model, type], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = host;
    let jobId = '';
    for await (const line of createInterface({ input: host.stdout })) {
      const one = said.parse(JSON.parse(line));
      if ('jobId' in one) jobId = one.jobId;
      else if (one.note.startsWith(`${type}: blk`) && partials().length > 0) break;
    }
    return { jobId, host, engines: descendants(host.pid ?? 0) };
  }

  const whyNot = async () => whyNoProcessControl ?? (await whyNoLab());

  it('ends with it at once, and takes its unfinished file away', async ({ skip }) => {
    const why = await whyNot();
    skip(why !== null, why ?? '');
    const { host, engines } = await inTheMiddle();
    expect(engines.length).toBeGreaterThan(0);
    host.kill('SIGKILL');
    await expect.poll(() => engines.filter(isAlive), { timeout: 3000 }).toEqual([]);
    expect(models()).toEqual(['big-F16.gguf']);
  });

  it('leaves nothing for good when all its processes are killed, and goes on', async ({ skip }) => {
    const why = await whyNot();
    skip(why !== null, why ?? '');
    const { jobId, host, engines } = await inTheMiddle();
    // A process that stands still cannot take anything away.
    for (const pid of engines) process.kill(pid, 'SIGSTOP');
    host.kill('SIGKILL');
    for (const pid of engines) process.kill(pid, 'SIGKILL');
    await expect.poll(() => engines.filter(isAlive), { timeout: 10_000 }).toEqual([]);
    expect(partials()).toHaveLength(1);

    const again = await createHost({
      folder: join(folder, 'store'),
      engineStarter: forkStarter(),
      sampleFolder: sampleFolder(),
    });
    try {
      const api = again.caller({ person: 'Tester', role: 'owner', home: 'host' });
      await api.vault.unlock({ kind: 'passphrase', passphrase });
      expect(models()).toEqual(['big-F16.gguf']);
      const { job } = await ended({ api }, async () => {
        await api.jobs.resume({ id: jobId });
        return { jobId };
      });
      expect([job.state, job.error]).toEqual(['done', null]);
      expect(models().sort()).toEqual(['big-F16.gguf', `big-${type}.gguf`]);
    } finally {
      await again.close();
    }
  });
});
