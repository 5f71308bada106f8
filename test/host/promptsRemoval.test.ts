import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { keyedPrompts } from '../helpers/keyedPrompts.ts';
import { nothingHidden, passphrase, promptsFixture, promptTextOf } from '../helpers/promptsFixture.ts';

const day = 24 * 3600 * 1000;
const idsOf = (fixture: ReturnType<typeof promptsFixture>, search = '') =>
  fixture.prompts.history.list({ search }).entries.map(({ id }) => id);

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'assay-prompts-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return join(made, 'data');
}

describe('deleting from the history', () => {
  it('hides at once and can be taken back, tags and note and all', async () => {
    const fixture = promptsFixture({ undoMs: 60_000 });
    fixture.record({ prompt: 'keep me' });
    fixture.record({ prompt: 'a heron' });
    const [heron = ''] = idsOf(fixture, 'heron');
    await fixture.prompts.history.annotate({ ids: [heron], note: 'tall', addTags: ['bird'] });
    const { token, count } = fixture.prompts.removal.remove({ ids: [heron], whole: false });
    expect(count).toBe(1);
    expect(idsOf(fixture, 'heron')).toEqual([]);
    expect(idsOf(fixture)).toHaveLength(1);
    expect(fixture.prompts.history.count({})).toEqual({ count: 1, exact: true });
    expect(fixture.prompts.history.facets().total).toBe(1);
    expect(() => fixture.prompts.history.get(heron, '')).toThrow('no longer');
    fixture.prompts.removal.bringBack(token);
    expect(fixture.prompts.history.list({ search: 'heron', tags: ['bird'], hasNote: true }).entries).toHaveLength(1);
    expect(() => fixture.prompts.removal.bringBack(token)).toThrow('deleted already');
  });

  it('deletes what a filter finds, or all of one comparison, and nothing else', async () => {
    const fixture = promptsFixture({ undoMs: 1 });
    for (const place of ['0/0', '0/1']) fixture.record({ origin: 'one', place, prompt: 'alpha' });
    fixture.record({ prompt: 'alpha beta' });
    fixture.record({ prompt: 'gamma' });
    const first = fixture.prompts.history.list({ origin: 'one' }).entries[0]?.id ?? '';
    expect(fixture.prompts.removal.remove({ ids: [first], whole: true }).count).toBe(2);
    expect(fixture.prompts.removal.remove({ matching: { search: 'alpha' } }).count).toBe(1);
    await fixture.gone();
    expect(fixture.prompts.history.list({}).entries.map(({ prompt }) => promptTextOf(prompt))).toEqual(['gamma']);
    expect(fixture.vault.store().read.all('SELECT 1 FROM history_tags')).toEqual([]);
  });

  it('leaves nothing in any page of the database, its index and its log, read with the key', async () => {
    const { vault, prompts, bytes } = keyedPrompts();
    const secret = 'Zyzzogeton';
    let at = Date.now();
    const record = (texts: { prompt: string; answer: string; system?: string; title?: string }) =>
      vault.store().transaction((write) =>
        prompts.history.record(write, {
          source: 'compare',
          origin: `c${at}`,
          place: '0/0',
          at: at++,
          model: { id: null, name: texts.title ?? 'model', quantization: 'F16' },
          settings: { stop: [texts.title ?? ''] },
          state: 'done',
          stats: null,
          ...texts,
        }),
      );
    // Many neighbours in the alphabet, so that the words also become signposts between the pages of the index.
    const neighbours = (index: number) =>
      Array.from({ length: 60 }, (_, n) => `zyzzo${String.fromCharCode(97 + ((index + n) % 26))}${index}x${n}`).join(
        ' ',
      );
    for (let index = 0; index < 150; index++) record({ prompt: `entry ${index}`, answer: neighbours(index) });
    for (let index = 0; index < 40; index++) {
      const word = `${secret}${index}`;
      record({ prompt: `Where is ${word}?`, answer: `${word}量化 is here.`, system: `About ${word}`, title: word });
    }
    const ids = prompts.history.list({ search: secret }).entries.map(({ id }) => id);
    expect(ids).toHaveLength(40);
    await prompts.history.annotate({ ids, note: `${secret} noted`, addTags: [`tag${secret}`] });
    expect(bytes()).toContain(secret.toLowerCase().slice(5));
    prompts.removal.remove({ ids, whole: false });
    await nothingHidden({ vault, removal: prompts.removal });
    const left = bytes();
    for (const word of [secret, secret.toLowerCase(), `tag${secret}`, 'zogeton', 'geton1', 'noted'])
      expect(left.includes(word), word).toBe(false);
    expect(left).toContain('entry 149');
    expect(prompts.history.list({ search: 'zyzzoa' }).entries).not.toEqual([]);
  }, 60_000);

  it('goes on at the next unlock when the app ended in between', async () => {
    const place = folder();
    const first = promptsFixture({ folder: place, undoMs: 600_000 });
    await first.vault.create({ passphrase });
    first.record({ prompt: 'hidden' });
    first.prompts.removal.remove({ matching: { search: 'hidden' } });
    // As a crash would leave it: the store closes, nobody purges.
    first.prompts.removal.close();
    await first.vault.close();
    const second = promptsFixture({ folder: place });
    await second.vault.unlock({ kind: 'passphrase', passphrase });
    await second.gone();
    expect(second.vault.store().read.all('SELECT 1 FROM history')).toEqual([]);
  });

  it('is carried out before the store locks', async () => {
    const place = folder();
    const fixture = promptsFixture({ folder: place, undoMs: 600_000 });
    await fixture.vault.create({ passphrase });
    for (let index = 0; index < 30; index++) fixture.record({ prompt: `hidden ${index}` });
    fixture.prompts.removal.remove({ matching: { search: 'hidden' } });
    await fixture.vault.lock();
    const again = promptsFixture({ folder: place });
    await fixture.vault.close();
    await again.vault.unlock({ kind: 'passphrase', passphrase });
    expect(again.vault.store().read.all('SELECT 1 FROM history')).toEqual([]);
  });
});

describe('the rule of retention', () => {
  it('says how many it would delete, deletes them at once and for good, and is in the log', async () => {
    const now = Date.parse('2026-11-20T12:00:00Z');
    const fixture = promptsFixture({ at: now });
    fixture.record({ prompt: 'old', at: now - 40 * day });
    fixture.record({ prompt: 'old but noted', at: now - 41 * day });
    fixture.record({ prompt: 'new', at: now - 2 * day });
    const [noted = ''] = idsOf(fixture, 'noted');
    await fixture.prompts.history.annotate({ ids: [noted], note: 'keep this' });
    const rule = { keepDays: 30, keepMarked: true };
    expect(fixture.prompts.removal.preview(rule)).toEqual({ entries: 1, comparisons: 1 });
    expect(fixture.prompts.removal.preview({ ...rule, keepMarked: false })).toEqual({ entries: 2, comparisons: 2 });
    expect(fixture.prompts.removal.preview({ keepDays: null, keepMarked: true })).toEqual({
      entries: 0,
      comparisons: 0,
    });
    fixture.prompts.removal.setRetention(rule);
    await fixture.gone();
    expect(fixture.prompts.removal.retention()).toEqual(rule);
    expect(fixture.vault.store().read.all('SELECT 1 FROM history')).toHaveLength(2);
    expect(fixture.audit.list({ limit: 1 })[0]).toMatchObject({
      action: 'prompts.retention',
      person: 'Assay',
      facts: { entries: 1, keepDays: 30, keepMarked: true },
    });
  });

  it('is applied at each unlock', async () => {
    const place = folder();
    const now = Date.parse('2026-11-20T12:00:00Z');
    const fixture = promptsFixture({ folder: place, at: now });
    await fixture.vault.create({ passphrase });
    fixture.record({ prompt: 'soon old', at: now - 6 * day });
    fixture.prompts.removal.setRetention({ keepDays: 7, keepMarked: true });
    await fixture.vault.lock();
    await fixture.close();
    const later = promptsFixture({ folder: place, at: now + 2 * day });
    await later.vault.unlock({ kind: 'passphrase', passphrase });
    await later.gone();
    expect(later.vault.store().read.all('SELECT 1 FROM history')).toEqual([]);
  });
});
