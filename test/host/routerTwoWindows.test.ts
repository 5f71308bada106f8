import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createHost, type Host } from '../../main/host/createHost.ts';
import { sampleFolder } from '../../main/host/places.ts';
import { forkStarter } from '../../main/inference/forkStarter.ts';
import { connectOver } from '../../preload/portConnection.ts';
import { type Connected, connect } from '../../renderer/api/connect.ts';
import { failureOf } from '../../renderer/api/failure.ts';
import { openDesktop, pagePort } from '../transport/desktop.ts';

/** Two windows of the desktop on one host, over the shell's relay; a third that is told nothing would have no topic left. */
describe('two windows on one host', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-windows-'));
  const passphrase = 'a passphrase for this test';
  let host: Host;
  let desktop: ReturnType<typeof openDesktop>;
  let here: Connected;
  let there: Connected;
  /** Topics that the other window was told of, in order. */
  const heard: string[] = [];

  beforeAll(async () => {
    host = await createHost({
      folder: join(folder, 'store'),
      engineStarter: forkStarter(),
      sampleFolder: sampleFolder(),
    });
    desktop = openDesktop(host);
    const open = () =>
      connect({ kind: 'bridge', connect: (listener) => connectOver(pagePort(desktop.dial()), listener) });
    here = open();
    there = open();
    await new Promise<void>((resolve) =>
      there.client.events.changes.subscribe(undefined, {
        onStarted: () => resolve(),
        onData: ({ topic }) => void heard.push(topic),
      }),
    );
  });
  afterAll(async () => {
    await here.close();
    await there.close();
    await host.close();
    desktop.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'ok',
      (error: unknown) => failureOf(error).code,
    );
  const told = (topic: string) => vi.waitFor(() => expect(heard).toContain(topic), { timeout: 10_000 });
  const states = async () =>
    (await Promise.all([here, there].map(({ client }) => client.vault.status.query()))).map(({ state }) => state);

  it('that both create a store at once get one, and one of them STORE_EXISTS', async () => {
    const outcome = await Promise.all(
      [here, there].map(({ client }) => codeOf(client.vault.create.mutate({ passphrase }))),
    );
    expect(outcome.sort()).toEqual(['STORE_EXISTS', 'ok']);
    expect(await states()).toEqual(['unlocked', 'unlocked']);
  });

  it('one is told what the other changes, by topic', async () => {
    heard.length = 0;
    await here.client.engine.updateSettings.mutate({ threads: 2 });
    await told('engine');
    expect((await there.client.engine.status.query()).settings.threads).toBe(2);
    await here.client.vault.setLockAfter.mutate({ minutes: 30 });
    await told('vault');
    expect((await there.client.vault.status.query()).lockAfterMinutes).toBe(30);
    await told('audit');
  });

  it('one locks, the other is told, is refused with LOCKED, unlocks, and the first works on', async () => {
    heard.length = 0;
    await here.client.vault.lock.mutate();
    await told('vault');
    expect(await codeOf(there.client.models.list.query())).toBe('LOCKED');
    await there.client.vault.unlock.mutate({ kind: 'passphrase', passphrase });
    expect(await codeOf(here.client.models.list.query())).toBe('ok');
  });

  it('that lock, unlock and ask at once are answered or told LOCKED, never more, and see the same state at the end', async () => {
    const ask = ({ client }: Connected) => [
      codeOf(client.models.list.query()),
      codeOf(client.vault.lock.mutate()),
      codeOf(client.audit.list.query({ limit: 5 })),
      codeOf(client.vault.unlock.mutate({ kind: 'passphrase', passphrase })),
      codeOf(client.compare.list.query()),
    ];
    const outcomes = await Promise.all([...ask(here), ...ask(there)]);
    for (const outcome of outcomes) expect(['ok', 'LOCKED']).toContain(outcome);
    expect(outcomes.filter((_, index) => index % 5 === 1 || index % 5 === 3)).toEqual(['ok', 'ok', 'ok', 'ok']);
    const [first, second] = await states();
    expect(second).toBe(first);
    await here.client.vault.unlock.mutate({ kind: 'passphrase', passphrase });
    expect(await there.client.audit.verify.query()).toMatchObject({ holds: true });
  });

  it('one that closes takes nothing of the other with it', async () => {
    await here.close();
    expect(await codeOf(there.client.models.list.query())).toBe('ok');
  });
});
