import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { migrations } from '../../main/db/index.ts';
import { chainHash, genesis } from '../../main/services/audit/audit.rules.ts';
import { owner, passphrase, temporaryFolders, vaultIn } from '../helpers/vaultFixture.ts';

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

interface Row {
  sequence: number;
  entry: string;
  hash: Buffer;
}

interface Head {
  sequence: number;
  hash: Buffer;
  mac: Buffer;
}

describe('what was done to the log behind its back is found', () => {
  it('any single edit, deletion, swap, cut, forgery or exchange of a head, whoever recomputes the hashes', async () => {
    const { audit, vault, folder } = await openLog(12);
    const store = vault.store();
    const outside = join(folder, 'assay.audit-head.json');
    const rows = () => store.read.all<Row>('SELECT sequence, entry, hash FROM audit_chain ORDER BY sequence');
    const head = () => store.read.get<Head>('SELECT * FROM audit_head');
    const olderHead = head();
    copyFileSync(outside, join(folder, 'older'));
    for (let index = 0; index < 5; index++) audit.record(owner, 'test.command', { index })('ok');
    const [whole, wholeHead, wholeOutside] = [rows(), head(), readFileSync(outside)];
    const count = whole.length;
    const cutAt = olderHead?.sequence ?? 0;
    const start = genesis(vault.status().storeId ?? '').hash;

    const put = (changed: readonly Row[], newHead: Head | undefined) =>
      store.transaction((write) => {
        write.run('DELETE FROM audit_chain');
        for (const { sequence, entry, hash } of changed)
          write.run('INSERT INTO audit_chain (sequence, entry, hash) VALUES (?, ?, ?)', sequence, entry, hash);
        write.run('DELETE FROM audit_head');
        if (newHead)
          write.run('INSERT INTO audit_head VALUES (1, ?, ?, ?)', newHead.sequence, newHead.hash, newHead.mac);
      });
    /** As one would who knows how the chain is made, but has not the key of the heads. */
    const rechained = (changed: readonly Row[]): Row[] => {
      let before = start;
      return changed.map(({ entry }, index) => {
        const text = entry.replace(/"sequence":\d+/, `"sequence":${index + 1}`);
        before = chainHash(before, text);
        return { sequence: index + 1, entry: text, hash: before };
      });
    };
    const position = fc.nat(count - 1);
    const tampering = fc.oneof(
      fc.record({ how: fc.constant('edit'), at: position, byte: fc.nat(1000), rechain: fc.boolean() }),
      fc.record({ how: fc.constant('delete'), at: position, rechain: fc.boolean() }),
      fc.record({ how: fc.constant('swap'), at: position, other: position, rechain: fc.boolean() }),
      fc.record({ how: fc.constant('insert'), at: position, rechain: fc.boolean() }),
      fc.record({ how: fc.constant('hash'), at: position, byte: fc.nat(31) }),
      fc.record({
        how: fc.constant('cut'),
        at: fc.integer({ min: 1, max: count }),
        head: fc.constantFrom('kept', 'moved', 'none'),
      }),
      fc.record({ how: fc.constant('append') }),
      fc.record({ how: fc.constant('rollback') }),
      fc.record({ how: fc.constant('head'), byte: fc.nat(31), field: fc.constantFrom('hash', 'mac', 'sequence') }),
      fc.record({ how: fc.constant('outside'), what: fc.constantFrom('removed', 'edited', 'emptied') }),
    );

    await fc.assert(
      fc.asyncProperty(tampering, async (step) => {
        let changed: Row[] = whole.map((row) => ({ ...row, hash: Buffer.from(row.hash) }));
        let newHead: Head | undefined = wholeHead && {
          ...wholeHead,
          hash: Buffer.from(wholeHead.hash),
          mac: Buffer.from(wholeHead.mac),
        };
        if ('at' in step && step.how !== 'cut') {
          const row = changed[step.at];
          if (!row) return;
          if (step.how === 'edit' && 'byte' in step) {
            const at = step.byte % row.entry.length;
            const letter = row.entry[at] === 'x' ? 'y' : 'x';
            row.entry = row.entry.slice(0, at) + letter + row.entry.slice(at + 1);
          } else if (step.how === 'delete') changed.splice(step.at, 1);
          else if (step.how === 'insert') changed.splice(step.at, 0, { ...row });
          else if (step.how === 'hash' && 'byte' in step)
            row.hash.writeUInt8(row.hash.readUInt8(step.byte) ^ 1, step.byte);
          else if ('other' in step) {
            const other = changed[step.other];
            if (!other || other.entry === row.entry) return;
            [row.entry, other.entry] = [other.entry, row.entry];
          }
          if ('rechain' in step && step.rechain) changed = rechained(changed);
          else if (step.how === 'insert') changed = changed.map((one, index) => ({ ...one, sequence: index + 1 }));
          const last = changed.at(-1);
          if (newHead && last && 'rechain' in step && step.rechain)
            newHead = { ...newHead, sequence: last.sequence, hash: last.hash };
        } else if (step.how === 'cut' && 'head' in step) {
          changed = changed.slice(0, step.at - 1);
          const last = changed.at(-1);
          if (step.head === 'none') newHead = undefined;
          else if (step.head === 'moved' && newHead)
            newHead = last && { ...newHead, sequence: last.sequence, hash: last.hash };
        } else if (step.how === 'append') {
          const top = changed.at(-1);
          if (top) changed.push({ ...top, sequence: top.sequence + 1, hash: chainHash(top.hash, top.entry) });
        } else if (step.how === 'rollback') {
          changed = changed.slice(0, cutAt);
          newHead = olderHead;
        } else if (newHead && 'field' in step) {
          if (step.field === 'sequence') newHead.sequence -= 1;
          else if (step.field === 'hash') newHead.hash.writeUInt8(newHead.hash.readUInt8(step.byte) ^ 1, step.byte);
          else newHead.mac.writeUInt8(newHead.mac.readUInt8(step.byte) ^ 1, step.byte);
        }
        put(changed, newHead);
        if ('what' in step) {
          if (step.what === 'removed') rmSync(outside);
          else
            writeFileSync(
              outside,
              step.what === 'emptied' ? '' : wholeOutside.toString().replace(/"hash":"./, '"hash":"z'),
            );
        }
        const verdict = await audit.verify();
        put(whole, wholeHead);
        writeFileSync(outside, wholeOutside);
        expect(verdict.holds, JSON.stringify(step)).toBe(false);
        expect(verdict.broken?.reason).toMatch(/./);
      }),
      { numRuns: 400 },
    );
    expect(await audit.verify()).toMatchObject({ holds: true, entries: count });
  }, 60_000);

  it('an older database put back is found at the unlock, and stays found', async () => {
    const { audit, vault, folder } = await openLog(3);
    const database = join(folder, 'assay.db');
    await vault.lock(owner);
    copyFileSync(database, join(folder, 'older.db'));
    await vault.unlock(secret, owner);
    const reached = audit.list({ limit: 1 })[0]?.sequence ?? 0;
    for (let index = 0; index < 4; index++) audit.record(owner, 'test.hidden', {})('ok');
    await vault.lock(owner);
    copyFileSync(join(folder, 'older.db'), database);
    await vault.unlock(secret, owner);
    const verdict = await audit.verify();
    expect(verdict).toMatchObject({ holds: false, broken: { sequence: reached } });
    expect(verdict.broken?.reason).toContain('an older database was put back');
    await vault.lock(owner);
    await vault.unlock(secret, owner);
    audit.record(owner, 'test.later', {})('ok');
    expect((await audit.verify()).broken).toEqual(verdict.broken);
  });

  it('a cut while the store is open is not covered up by the next entry', async () => {
    const { audit, vault } = await openLog(4);
    const store = vault.store();
    const older = store.read.get<Head>('SELECT * FROM audit_head');
    audit.record(owner, 'test.hidden', {})('ok');
    store.transaction((write) => {
      write.run('DELETE FROM audit_chain WHERE sequence > ?', older?.sequence ?? 0);
      write.run(
        'UPDATE audit_head SET sequence = ?, hash = ?, mac = ?',
        older?.sequence ?? 0,
        older?.hash ?? null,
        older?.mac ?? null,
      );
    });
    audit.event(owner, 'test.after', {});
    expect(audit.list({ limit: 2 }).map(({ action }) => action)).toEqual(['test.after', 'audit.headMismatch']);
    expect((await audit.verify()).broken?.reason).toContain('its last entries were cut off');
  });

  it('the chain of another store does not stand in for this one, even with its head beside it', async () => {
    const one = await openLog(2);
    const two = await openLog(2);
    await one.vault.lock();
    await two.vault.lock();
    copyFileSync(join(two.folder, 'assay.audit-head.json'), join(one.folder, 'assay.audit-head.json'));
    await one.vault.unlock(secret);
    expect((await one.audit.verify()).broken?.reason).toContain('of another store');
  });
});
