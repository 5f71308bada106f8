import { expect, test } from '@playwright/test';
import { whyNoElectron } from '../browsers.ts';
import { isAlive } from '../processTree.ts';
import { call, until } from '../rawClient.ts';
import { buildUtilityShell, builtHost, openUtilityShell, smallHost, type UtilityShell } from '../utilityShell.ts';

/**
 * Host and engines as utilityProcesses, as every release has them. An Electron whose Node is too old for the database runs its host elsewhere
 * (decision 0006), so here the shell's own parts are put around a host without a store, which runs in any.
 */
const windows = process.platform === 'win32';
let shell: UtilityShell | undefined;

test.beforeAll(async () => {
  const reason = whyNoElectron();
  test.skip(reason !== null, reason ?? '');
  await buildUtilityShell();
});
test.afterEach(async () => {
  const { status, expectedStatus } = test.info();
  if (shell && status !== expectedStatus)
    await test.info().attach('app log', { body: shell.log(), contentType: 'text/plain' });
  await shell?.close();
  shell = undefined;
});

async function open(entry = smallHost): Promise<UtilityShell> {
  shell = await openUtilityShell(entry);
  return shell;
}

test('a window and a host in a utilityProcess speak with each other, in order and whatever the length', async () => {
  const { page, processes } = await open();
  const host = (await call(page, 'query', 'process')) as { pid: number; kind: string };
  expect(host.kind).toBe('utility');
  expect(await processes('Assay host')).toEqual([host.pid]);
  for (const text of ['', 'a frame', 'äöü 鍵 🗝', 'x'.repeat(3_000_000)])
    expect(await call(page, 'query', 'echo', text)).toBe(text);
  const many = Array.from({ length: 50 }, (_, index) => `number ${index}`);
  expect(await Promise.all(many.map((text) => call(page, 'query', 'echo', text)))).toEqual(many);
});

test('how a host ended is told in the window, and the next one answers', async () => {
  const { page, processes } = await open();
  await expect(call(page, 'mutation', 'exit', 3)).rejects.toThrow(
    /CLOSED: The host process ended with 3\. The store is locked again/,
  );
  const { pid } = (await untilAnswered(page)) as { pid: number };
  expect(await processes('Assay host')).toEqual([pid]);
  await call(page, 'mutation', 'startEngine');
  expect(await processes('an engine')).toHaveLength(1);
  await expect(call(page, 'mutation', 'die')).rejects.toThrow(
    windows ? /CLOSED: The host process ended with \d+\./ : /CLOSED: The host process was ended by SIGKILL\./,
  );
  const next = (await untilAnswered(page)) as { pid: number };
  expect(next.pid).not.toBe(pid);
  // Engines end with the host that asked for them.
  await expect.poll(() => processes('an engine')).toEqual([]);
});

test('a host that says what is no message is ended, and the window is told why', async () => {
  const { page, processes } = await open();
  const { pid } = (await call(page, 'query', 'process')) as { pid: number };
  await expect(call(page, 'mutation', 'misspeak')).rejects.toThrow(
    /CLOSED: The host speaks another protocol than this app: [\s\S]*Build or install Assay again\./,
  );
  await expect(call(page, 'query', 'process')).rejects.toThrow(/CLOSED: The host speaks another protocol/);
  await expect.poll(() => processes('Assay host')).toEqual([]);
  expect(isAlive(pid)).toBe(false);
});

test('a host that hangs is ended with the app, within seconds', async () => {
  const { page, electron } = await open();
  const { pid } = (await call(page, 'query', 'process')) as { pid: number };
  void call(page, 'mutation', 'hang').catch(() => undefined);
  const answers = () =>
    call(page, 'query', 'process').then(
      () => true,
      () => false,
    );
  await expect.poll(() => Promise.race([answers(), page.waitForTimeout(500).then(() => false)])).toBe(false);
  const ended = new Promise<number | null>((resolve) => electron.process().on('exit', resolve));
  const begun = performance.now();
  // As a person does; Playwright's own close ends what takes long by force.
  await electron.evaluate(({ app }) => void setTimeout(() => app.quit(), 10));
  expect(await ended).toBe(0);
  expect(performance.now() - begun).toBeLessThan(15_000);
  expect(isAlive(pid)).toBe(false);
});

test('the host that ships starts there too, and where it cannot open a database the window says what is missing', async () => {
  const { page, processes, electron } = await open(builtHost);
  const napi = await electron.evaluate(() => Number(process.versions.napi));
  if (napi >= 10) {
    expect(await call(page, 'query', 'vault.status')).toMatchObject({ state: 'unlocked', ephemeral: true });
    return;
  }
  const sentence = `The database needs Node-API 10 (Node 22 or Electron 35); this is`;
  await expect(call(page, 'query', 'vault.status')).rejects.toThrow(`CLOSED: ${sentence}`);
  await expect(page.getByText(sentence).first()).toBeVisible();
  await expect.poll(() => processes('Assay host')).toEqual([]);
});

test('the real engine answers as a process of Electron itself', async () => {
  const { page, processes } = await open();
  const answer = (await call(page, 'mutation', 'generate', 6)) as { pid: number; texts: string[]; stopReason: string };
  expect(answer).toMatchObject({ pid: expect.any(Number), stopReason: 'length' });
  expect(answer.texts).toHaveLength(6);
  expect(answer.texts.join('')).toMatch(/\w{2}/);
  // Greedy, so a second process says the same.
  const again = (await call(page, 'mutation', 'generate', 6)) as typeof answer;
  expect(again.texts).toEqual(answer.texts);
  expect(again.pid).not.toBe(answer.pid);
  await expect.poll(() => processes('the sample')).toEqual([]);
});

test('an engine is ended at once, also while it is still coming up', async () => {
  const { page, processes } = await open();
  for (const when of ['when ready', 'at once', 'at once', 'at once'])
    expect(await call(page, 'mutation', 'killEngine', when)).toEqual(
      windows ? { code: expect.any(Number), signal: null } : { code: null, signal: 'SIGKILL' },
    );
  await expect.poll(() => processes('an engine')).toEqual([]);
});

test('a secret goes to the key ring and back, over the link of the host', async () => {
  const { page, electron } = await open();
  const electronVersion = await electron.evaluate(() => process.versions.electron);
  const ring = (await call(page, 'query', 'keyRing')) as { available: boolean; backend: string; reason: string | null };
  if (Number.parseInt(electronVersion, 10) < 42) {
    expect(ring).toEqual({
      available: false,
      backend: 'none',
      reason: expect.stringContaining(`This Electron (${electronVersion}) lacks the asynchronous key ring`),
    });
    await expect(call(page, 'mutation', 'seal', 'a secret')).rejects.toThrow(/KEY_RING_UNAVAILABLE/);
  }
  test.skip(!ring.available, `no key ring to seal with: ${ring.reason}`);
  const sealed = (await call(page, 'mutation', 'seal', 'a secret, äöü 鍵')) as { sealed: string };
  expect(sealed).toMatchObject({ text: 'a secret, äöü 鍵', isStale: false });
  expect(Buffer.from(sealed.sealed, 'base64').toString('latin1')).not.toContain('a secret');
});

/** A host that has just been started again takes connections before it is up; one that is on its way out may still take one. */
function untilAnswered(page: UtilityShell['page']): Promise<unknown> {
  return until(
    () => call(page, 'query', 'process').catch((error: Error) => error.message),
    (answer) => typeof answer === 'object',
  );
}
