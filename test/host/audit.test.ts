import { describe, expect, it, onTestFinished } from 'vitest';
import { migrations } from '../../main/db/index.ts';
import { faultOf, owner, passphrase, temporaryFolders, vaultIn } from '../helpers/vaultFixture.ts';

const temporaryFolder = temporaryFolders(onTestFinished);
const secret = { kind: 'passphrase', passphrase } as const;

async function openLog(commands = 0) {
  const folder = temporaryFolder('audit');
  const fixture = vaultIn(folder, { migrations });
  onTestFinished(() => fixture.vault.close().catch(() => undefined));
  await fixture.vault.create({ passphrase }, owner);
  for (let index = 0; index < commands; index++) fixture.audit.record(owner, 'test.command', { index })('ok');
  return { folder, ...fixture };
}

describe('the audit log', () => {
  it('keeps the intent before and the outcome after a command, an event in one entry, newest first, in pages', async () => {
    const { audit } = await openLog();
    const settle = audit.record({ ...owner, home: 'browser' }, 'compare.start', { models: 2, name: 'run' });
    const [intent] = audit.list({ limit: 1 });
    expect(intent).toMatchObject({
      sequence: 2,
      person: 'owner',
      home: 'browser',
      action: 'compare.start',
      phase: 'intent',
      outcome: null,
      intent: null,
      facts: { models: 2, name: 'run' },
    });
    expect((await audit.verify()).unfinished).toBe(1);
    settle('MODEL_NOT_FOUND');
    settle('ok');
    audit.event(owner, 'engine.crash', { signal: 'SIGSEGV' });
    const page = audit.list({ limit: 2 });
    expect(page.map(({ phase, outcome, intent: of }) => [phase, outcome, of])).toEqual([
      ['event', null, null],
      ['outcome', 'MODEL_NOT_FOUND', 2],
    ]);
    expect(audit.list({ before: 3, limit: 10 }).map(({ action }) => action)).toEqual(['compare.start', 'vault.create']);
    const verdict = await audit.verify();
    expect(verdict).toMatchObject({ holds: true, entries: 4, broken: null, unfinished: 0 });
    expect(verdict.head).toBe(page[0]?.hash);
  });

  it('holds across locks; an outcome that comes while the store is locked is written at the next unlock', async () => {
    const { audit, vault } = await openLog(3);
    const settle = audit.record(owner, 'test.slow', {});
    await vault.lock(owner);
    settle('CANCELLED');
    expect((await faultOf(() => audit.event(owner, 'test.event', {}))).code).toBe('LOCKED');
    expect((await faultOf(() => audit.verify())).code).toBe('LOCKED');
    await vault.unlock(secret, owner);
    expect(audit.list({ limit: 3 }).map(({ action, outcome }) => [action, outcome])).toEqual([
      ['vault.unlock', null],
      ['test.slow', 'CANCELLED'],
      ['vault.lock', null],
    ]);
    expect(await audit.verify()).toMatchObject({ holds: true, unfinished: 0 });
  });

  it('tells of a command that the end of the process cut off', async () => {
    const { audit, vault, folder } = await openLog();
    audit.record(owner, 'test.cut', {});
    await vault.close();
    const again = vaultIn(folder, { migrations });
    onTestFinished(() => again.vault.close());
    await again.vault.unlock(secret);
    expect(await again.audit.verify()).toMatchObject({ holds: true, unfinished: 1 });
  });

  it('goes with a transaction: rolled back with it, and both ends agree after a commit', async () => {
    const { audit, vault } = await openLog(2);
    expect(() =>
      vault.store().transaction(() => {
        audit.event(owner, 'test.undone', {});
        throw new Error('no');
      }),
    ).toThrow('no');
    vault.store().transaction(() => {
      audit.event(owner, 'test.one', {});
      audit.event(owner, 'test.two', {});
    });
    audit.event(owner, 'test.three', {});
    expect(audit.list({ limit: 3 }).map(({ action }) => action)).toEqual(['test.three', 'test.two', 'test.one']);
    expect(await audit.verify()).toMatchObject({ holds: true, entries: 8 });
  });

  it('cuts a fact that is too long for one, and takes entries while it is being verified', async () => {
    const { audit } = await openLog(1500);
    const verifying = audit.verify();
    audit.event(owner, 'test.long', { path: 'p'.repeat(10_000) });
    expect(String(audit.list({ limit: 1 })[0]?.facts.path).length).toBeLessThan(600);
    expect(await verifying).toMatchObject({ holds: true, entries: 3001 });
    expect(await audit.verify()).toMatchObject({ holds: true, entries: 3002 });
  });
});
