import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { migrations } from '../../main/db/index.ts';
import { watchCheck } from '../../main/services/audit/watchCheck.ts';
import type { AuditCheckEvent } from '../../preload/contract/audit.ts';
import { faultOf, owner, passphrase, temporaryFolders, vaultIn } from '../helpers/vaultFixture.ts';

const temporaryFolder = temporaryFolders(onTestFinished);

async function openLog(commands: number) {
  const folder = temporaryFolder('audit-search');
  const fixture = vaultIn(folder, { migrations });
  onTestFinished(() => fixture.vault.close().catch(() => undefined));
  await fixture.vault.create({ passphrase }, owner);
  const { audit, vault } = fixture;
  vault.store().transaction(() => {
    for (let index = 0; index < commands; index++) audit.record(owner, 'test.command', { index })('ok');
  });
  return { folder, ...fixture };
}

describe('the search through the log', () => {
  it('lets through by action or domain, person, outcome, time and any word', async () => {
    const { audit } = await openLog(3);
    audit.record({ ...owner, person: 'reviewer' }, 'compare.start', { name: 'Heron [a*]' })('MODEL_NOT_FOUND');
    audit.event(owner, 'engine.crash', { signal: 'SIGSEGV' });
    const found = async (filter: Parameters<typeof audit.search>[0]['filter']) =>
      (await audit.search({ filter, limit: 200 })).entries.map(({ action, phase }) => `${action} ${phase}`);
    expect(await found({ action: 'compare' })).toEqual(['compare.start outcome', 'compare.start intent']);
    expect(await found({ action: 'compare.start', outcome: 'asked' })).toEqual(['compare.start intent']);
    expect(await found({ action: 'comp*' })).toEqual([]);
    expect(await found({ person: 'reviewer' })).toHaveLength(2);
    expect(await found({ outcome: 'failed' })).toEqual(['compare.start outcome']);
    expect(await found({ outcome: 'done' })).toHaveLength(3);
    expect(await found({ outcome: 'happened' })).toEqual(['engine.crash event', 'vault.create event']);
    expect(await found({ text: 'hERON [a*]' })).toEqual(['compare.start intent']);
    expect(await found({ text: '1' })).toContain('vault.create event');
    expect(await found({ from: '2999-01-01T00:00:00.000Z' })).toEqual([]);
    expect(await found({ to: '2999-01-01T00:00:00.000Z' })).toHaveLength(10);
    expect(audit.facets()).toEqual({
      actions: ['compare.start', 'engine.crash', 'test.command', 'vault.create'],
      persons: ['owner', 'reviewer'],
    });
  });

  it('goes through pages to the beginning, each entry once', async () => {
    const { audit } = await openLog(2500);
    const seen: number[] = [];
    let before: number | null | undefined;
    do {
      const page = await audit.search({ filter: { outcome: 'asked' }, before, limit: 500 });
      seen.push(...page.entries.map(({ sequence }) => sequence));
      before = page.next;
    } while (before !== null);
    expect(seen).toHaveLength(2500);
    expect(new Set(seen).size).toBe(2500);
    expect(seen).toEqual([...seen].sort((left, right) => right - left));
    const rare = await audit.search({ filter: { action: 'vault.create' }, limit: 200 });
    expect(rare).toMatchObject({ entries: [{ sequence: 1 }], next: null });
  });

  it('describes one entry with the hash before it, the text that was hashed, and its other half', async () => {
    const { audit } = await openLog(2);
    const detail = audit.entry(4);
    expect(detail).toMatchObject({ fits: true, entry: { sequence: 4, phase: 'intent' }, counterpart: { sequence: 5 } });
    expect(detail.previousHash).toBe(audit.entry(3).entry.hash);
    expect(createHash('sha256').update(Buffer.from(detail.previousHash, 'hex')).update(detail.text).digest('hex')).toBe(
      detail.entry.hash,
    );
    expect(audit.entry(5).counterpart?.sequence).toBe(4);
    expect(audit.entry(1)).toMatchObject({ fits: true, counterpart: null });
    expect((await faultOf(() => audit.entry(99))).code).toBe('NOT_FOUND');
  });
});

describe('the check with progress', () => {
  it('tells how far it is and ends with the verdict, which is then the last one', async () => {
    const { audit, vault } = await openLog(2000);
    expect(audit.lastCheck()).toBeNull();
    const events: AuditCheckEvent[] = [];
    for await (const event of watchCheck(audit, undefined)) events.push(event);
    expect(events.at(-1)).toMatchObject({ state: 'done', check: { verdict: { holds: true, entries: 4001 } } });
    expect(audit.lastCheck()).toEqual(events.at(-1)?.state === 'done' ? audit.lastCheck() : null);
    for (const event of events.slice(0, -1)) expect(event).toMatchObject({ state: 'reading', total: 4001 });
    await vault.lock(owner);
    expect((await faultOf(() => audit.lastCheck())).code).toBe('LOCKED');
    await vault.unlock({ kind: 'passphrase', passphrase }, owner);
    expect(audit.lastCheck()).toBeNull();
  });
});

describe('the exported log', () => {
  it('is checked with SHA-256 alone, and replaces nothing', async () => {
    const { audit, folder } = await openLog(1200);
    const { path, entries, head } = await audit.export(folder);
    const [first = '', ...lines] = readFileSync(path, 'utf8').trim().split('\n');
    const about = JSON.parse(first);
    expect(about).toMatchObject({ format: 'assay-audit-log', entries, head });
    expect(lines).toHaveLength(2401);
    let hash = Buffer.from(about.start, 'hex');
    for (const line of lines) hash = createHash('sha256').update(hash).update(JSON.parse(line).entry).digest();
    expect(hash.toString('hex')).toBe(head);
    expect(audit.head()).toEqual({ sequence: 2401, hash: head });
    expect((await faultOf(() => audit.export(path))).code).toBe('CONFLICT');
    expect((await faultOf(() => audit.export(join(folder, 'log.txt')))).code).toBe('BAD_INPUT');
    expect((await faultOf(() => audit.export(join(folder, 'none', 'log.jsonl')))).code).toBe('NOT_FOUND');
  });
});
