import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Assay, expect, test } from '../assay.ts';
import { hostPid } from '../hostPid.ts';
import { isAlive, whyNoProcessList } from '../processTree.ts';
import { call, until } from '../rawClient.ts';

interface Listed {
  id: string;
  state: string;
  resumable: boolean;
}

test('kill -9 of the host in the middle of writing loses nothing that was acknowledged', async ({ assay }) => {
  test.skip(whyNoProcessList !== null, whyNoProcessList ?? '');
  const { page, passphrase } = assay;
  await call(page, 'mutation', 'vault.create', { passphrase });
  // Commands one after the other as fast as they are answered, until the connection ends; counts the answers.
  const writing = page.evaluate(
    () =>
      new Promise<{ acknowledged: number; reason: string | null }>((resolve) => {
        let acknowledged = 0;
        const send = () =>
          connection?.send(
            JSON.stringify({
              id: acknowledged + 1,
              method: 'mutation',
              params: { path: 'vault.setLockAfter', input: { minutes: (acknowledged % 60) + 1 } },
            }),
          );
        const connection = window.assay?.connect({
          frame(text) {
            if (!JSON.parse(text).result) return;
            acknowledged += 1;
            Reflect.set(window, 'acknowledged', acknowledged);
            send();
          },
          closed: (reason) => resolve({ acknowledged, reason }),
        });
        send();
      }),
  );
  await until(
    () => page.evaluate((): number => Reflect.get(window, 'acknowledged') ?? 0),
    (count) => count > 30,
  );
  process.kill(await runningHost(assay), 'SIGKILL');
  const { acknowledged, reason } = await writing;
  expect(reason).toMatch(/host process was ended by SIGKILL.*locked/);

  // It is there again by itself, locked; what was acknowledged is in it and the chain holds.
  const status = await until(
    () => call(page, 'query', 'vault.status').catch((error: Error) => error.message),
    (answer) => typeof answer === 'object',
  );
  expect(status).toMatchObject({ state: 'locked' });
  await expect(call(page, 'query', 'jobs.list')).rejects.toThrow(/LOCKED/);
  await call(page, 'mutation', 'vault.unlock', { kind: 'passphrase', passphrase });
  const verdict = (await call(page, 'query', 'audit.verify')) as { holds: boolean; entries: number };
  expect(verdict.holds).toBe(true);
  expect(verdict.entries).toBeGreaterThanOrEqual(2 * acknowledged);
  const { lockAfterMinutes } = (await call(page, 'query', 'vault.status')) as { lockAfterMinutes: number };
  expect([((acknowledged - 1) % 60) + 1, (acknowledged % 60) + 1]).toContain(lockAfterMinutes);
});

test('a host that keeps dying stays down and the page says why', async ({ assay }) => {
  test.skip(whyNoProcessList !== null, whyNoProcessList ?? '');
  const { page } = assay;
  await call(page, 'query', 'vault.status');
  for (let death = 0; death < 3; death++) {
    const pid = await runningHost(assay);
    process.kill(pid, 'SIGKILL');
    await until(
      async () => isAlive(pid),
      (alive) => !alive,
    );
  }
  await expect(call(page, 'query', 'vault.status')).rejects.toThrow(/CLOSED: The host process was ended by SIGKILL/);
  expect(await hostPid(assay)).toBeUndefined();
});

test('kill -9 of the whole app in the middle of a job: it is shown as interrupted and goes on', async ({ assay }) => {
  const canary = 'canary-7f3a91c2';
  await call(assay.page, 'mutation', 'vault.create', { passphrase: assay.passphrase });
  const { id } = (await call(assay.page, 'mutation', 'compare.start', {
    models: ['sample'],
    prompts: Array.from({ length: 40 }, (_, index) => `${canary} ${index}: what is the capital of France?`),
    sampler: { maxTokens: 48, temperature: 0 },
    threads: 1,
  })) as { id: string };
  const cells = async () =>
    ((await call(assay.page, 'query', 'compare.get', { id })) as { cells: { state: string; text: string }[] }).cells;
  const before = await until(cells, (all) => all.filter(({ state }) => state === 'done').length >= 2);
  const done = before.filter(({ state }) => state === 'done');
  expect(done.length).toBeLessThan(40);

  await assay.kill();
  expect(await filesWith(assay.dataFolder, canary)).toEqual([]);

  const page = await assay.start();
  expect(await call(page, 'query', 'vault.status')).toMatchObject({ state: 'locked' });
  await call(page, 'mutation', 'vault.unlock', { kind: 'passphrase', passphrase: assay.passphrase });
  const [job] = (await call(page, 'query', 'jobs.list')) as Listed[];
  expect(job).toMatchObject({ state: 'interrupted', resumable: true });
  const kept = (await cells()).filter(({ state }) => state === 'done').map(({ text }) => text);
  for (const { text } of done) expect(kept).toContain(text);
  expect((await call(page, 'query', 'audit.verify')) as { holds: boolean }).toMatchObject({ holds: true });

  await call(page, 'mutation', 'jobs.resume', { id: job?.id });
  await until(cells, (all) => all.filter(({ state }) => state === 'done').length > done.length);
});

async function runningHost(assay: Assay): Promise<number> {
  const pid = await until(
    () => hostPid(assay),
    (found) => found !== undefined,
  );
  if (pid === undefined) throw new Error('There is no host process.');
  return pid;
}

async function filesWith(folder: string, needle: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile()) continue;
    const body = await readFile(path);
    if (body.includes(needle) || body.includes(Buffer.from(needle, 'utf16le'))) found.push(path);
  }
  return found;
}
