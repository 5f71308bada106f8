import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  faultOf,
  owner,
  passphrase,
  readNotes,
  temporaryFolders,
  vaultIn,
  writeNote,
} from '../helpers/vaultFixture.ts';

const temporaryFolder = temporaryFolders(onTestFinished);
const secret = { kind: 'passphrase', passphrase } as const;

function codes(results: PromiseSettledResult<unknown>[]): unknown[] {
  return results.map((result) => (result.status === 'fulfilled' ? 'ok' : result.reason.code));
}

describe('two windows that act at the same time', () => {
  it('make one store: the second is told that there is one, and what the first was given opens it', async () => {
    const { vault, audit } = vaultIn(join(temporaryFolder('twice'), 'data'));
    onTestFinished(() => vault.close());
    const results = await Promise.allSettled([
      vault.create({ passphrase }, owner),
      vault.create({ passphrase: 'of the other window' }, owner),
    ]);
    expect(codes(results)).toEqual(['ok', 'STORE_EXISTS']);
    const [first] = results;
    const code = first?.status === 'fulfilled' ? first.value.recoveryCode : '';
    await vault.lock(owner);
    expect((await faultOf(() => vault.unlock({ kind: 'passphrase', passphrase: 'of the other window' }))).code).toBe(
      'WRONG_SECRET',
    );
    await vault.unlock({ kind: 'recovery', code }, owner);
    expect(audit.list({ limit: 10 }).filter(({ action }) => action === 'vault.create')).toHaveLength(1);
  });

  it('on two hosts make one store: the second leaves the store of the first alone', async () => {
    const folder = join(temporaryFolder('hosts'), 'data');
    const one = vaultIn(folder);
    const two = vaultIn(folder);
    onTestFinished(() => one.vault.close());
    onTestFinished(() => two.vault.close());
    const outcome = codes(
      await Promise.allSettled([
        one.vault.create({ passphrase }),
        two.vault.create({ passphrase: 'of the other host' }),
      ]),
    );
    expect(outcome.filter((code) => code === 'ok')).toHaveLength(1);
    expect(outcome.find((code) => code !== 'ok')).toMatch(/^STORE_(EXISTS|IN_USE)$/);
    const [winner, itsPassphrase] = outcome[0] === 'ok' ? [one.vault, passphrase] : [two.vault, 'of the other host'];
    writeNote(winner, 'kept');
    await winner.lock();
    await winner.unlock({ kind: 'passphrase', passphrase: itsPassphrase });
    expect(readNotes(winner)).toEqual(['kept']);
  });

  it('unlock, lock and change keys in any order: each takes its turn, none fails, and the last word holds', async () => {
    const { vault, audit } = vaultIn(temporaryFolder('turns'));
    onTestFinished(() => vault.close());
    await vault.create({ passphrase }, owner);
    writeNote(vault, 'kept');
    const acts = {
      unlock: () => vault.unlock(secret, owner),
      lock: () => vault.lock(owner),
      // Between two turns: whoever asks sees an open store or is told that it is locked, never half of one.
      look: async () => {
        const { state } = vault.status();
        const seen = await faultOf(() => {
          readNotes(vault);
          throw new Error('It can be read.');
        }).catch(() => ({ code: 'none' }));
        expect(seen.code).toBe(state === 'unlocked' ? 'none' : 'LOCKED');
      },
    };
    const names = fc.constantFrom<keyof typeof acts>('unlock', 'lock', 'look');
    await fc.assert(
      fc.asyncProperty(fc.array(names, { minLength: 2, maxLength: 8 }), async (order) => {
        const before = vault.status().state;
        expect(codes(await Promise.allSettled(order.map((name) => acts[name]())))).toEqual(order.map(() => 'ok'));
        const last = order.findLast((name) => name !== 'look');
        const wanted = last === undefined ? before : last === 'unlock' ? 'unlocked' : 'locked';
        expect(vault.status().state).toBe(wanted);
      }),
      { numRuns: 30 },
    );
    await vault.unlock(secret, owner);
    expect(readNotes(vault)).toEqual(['kept']);
    expect(await audit.verify()).toMatchObject({ holds: true });
    // Oldest first: what was locked was unlocked before, and the other way round.
    const kept = audit
      .list({ limit: 500 })
      .map(({ action }) => action)
      .reverse();
    expect(kept.slice(1)).toEqual(kept.slice(1).map((_, index) => (index % 2 === 0 ? 'vault.lock' : 'vault.unlock')));
  });

  it('change the passphrase: the one that comes second no longer knows the current one', async () => {
    const { vault } = vaultIn(temporaryFolder('change'));
    onTestFinished(() => vault.close());
    await vault.create({ passphrase });
    const changed = await Promise.allSettled(
      ['the first one', 'the second one'].map((next) => vault.changePassphrase({ current: passphrase, next })),
    );
    expect(codes(changed)).toEqual(['ok', 'WRONG_SECRET']);
    await vault.lock();
    await vault.unlock({ kind: 'passphrase', passphrase: 'the first one' });
  });

  it('lock while the other writes: what was written before the lock is there, what comes after is refused', async () => {
    const { vault } = vaultIn(temporaryFolder('writes'));
    onTestFinished(() => vault.close());
    await vault.create({ passphrase });
    const outcomes: string[] = [];
    const writing = (async () => {
      for (let index = 0; index < 200; index++) {
        try {
          writeNote(vault, `note ${index}`);
          outcomes.push('ok');
        } catch (error) {
          outcomes.push(await faultOf(() => Promise.reject(error)).then(({ code }) => code));
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await Promise.all([vault.lock(), vault.lock(), writing]);
    const written = outcomes.filter((outcome) => outcome === 'ok').length;
    expect(new Set(outcomes.slice(written))).toEqual(new Set(['LOCKED']));
    await vault.unlock(secret);
    expect(readNotes(vault)).toHaveLength(written);
  });
});
