import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createChanges } from '../../main/base/changes.ts';
import { systemClock } from '../../main/base/clock.ts';
import { migrate, migrations, openStore } from '../../main/db/index.ts';
import { createAudit } from '../../main/services/audit/index.ts';
import { insertComparison, upsertCell } from '../../main/services/compare/compare.queries.ts';
import { waitingCell } from '../../main/services/compare/compare.rules.ts';
import { type Compare, createCompare } from '../../main/services/compare/index.ts';
import { createPrompts } from '../../main/services/prompts/index.ts';
import { type Comparison, type ComparisonInput, comparison, comparisonInput } from '../../preload/contract/compare.ts';
import { isDeleted } from '../../preload/contract/errors.ts';
import { historyFilter } from '../../preload/contract/prompts.ts';
import { characterModels, createCharacterEngine } from '../helpers/characterEngine.ts';
import { keyedPrompts } from '../helpers/keyedPrompts.ts';
import { openServices } from '../helpers/openServices.ts';
import { nothingHidden, sampleFolder } from '../helpers/promptsFixture.ts';

describe('a comparison and the history', () => {
  it('every answer is written down as it is committed, and goes with its comparison', async () => {
    const all = withCompare();
    const id = await finished(all, {
      models: ['base', 'q4', 'crash'],
      prompts: ['short a', 'short b'],
      system: 'Be brief.',
      sampler: { maxTokens: 12 },
    });
    const { entries } = all.history.list({ search: 'brief' });
    // The third model dies at its fourth token, which a short answer does not reach.
    expect(entries).toHaveLength(6);
    expect(entries.every(({ origin, source }) => origin === id && source === 'compare')).toBe(true);
    expect(all.history.get(entries[0]?.id ?? '', '')).toMatchObject({
      system: 'Be brief.',
      state: 'done',
      stopReason: 'end',
      siblings: 6,
      settings: { sampler: { maxTokens: 12 } },
    });
    all.compare.remove(id);
    await nothingHidden(all);
    expect(all.history.list({}).entries).toEqual([]);
  });

  it('what failed is kept as far as it came, also without a word, is found, and takes its comparison along when it is deleted', async () => {
    const all = withCompare({ undoMs: 1 });
    await finished(all, { models: ['crash'], prompts: ['a long one'], sampler: { maxTokens: 12 } });
    const [entry] = all.history.list({}).entries;
    expect(entry).toMatchObject({ state: 'failed', tokenCount: null });
    await finished(all, { models: ['absent'], prompts: ['never asked'] });
    const [never] = all.history.list({ search: 'never' }).entries;
    expect(never).toMatchObject({ state: 'failed', answer: [], tokenCount: null, model: { name: 'absent' } });
    expect(all.compare.list()).toHaveLength(2);
    await deleted(all, never?.id);
    expect(all.compare.list()).toHaveLength(1);
  });

  it('what was asked and cancelled before its turn is found once for each prompt, and goes with its entry', async () => {
    const all = withCompare({ undoMs: 1, tokenMs: 2 });
    const first = all.compare.start({ models: ['base'], prompts: ['a long one'], sampler: { maxTokens: 400 } });
    const waiting = all.compare.start({ models: ['base', 'q4'], prompts: ['needle'] });
    const watched = all.compare.watch({ id: waiting.id, from: 0, count: 10 }, new AbortController().signal);
    all.jobs.cancel(waiting.jobId);
    for await (const _ of watched);
    all.jobs.cancel(first.jobId);
    const { entries } = all.history.list({ search: 'needle' });
    expect(entries).toMatchObject([{ state: 'cancelled', origin: waiting.id, tokenCount: null }]);
    await deleted(all, entries[0]?.id);
    expect(all.compare.list().map(({ id }) => id)).not.toContain(waiting.id);
  });

  it('an answer that is deleted leaves nothing of itself in its comparison, the last one takes that along', async () => {
    const all = withCompare({ undoMs: 1 });
    const id = await finished(all, { models: ['base', 'q4'], prompts: ['short secret', 'short harmless'] });
    const [first, second] = all.history.list({ search: 'secret' }).entries;
    await deleted(all, first?.id);
    const half = whole(all, id);
    expect(half.cells.filter(isDeleted)).toMatchObject([{ prompt: 0, text: '', tokens: [], stats: null }]);
    expect(half).toMatchObject({ excerpt: 'short secret', settings: { prompts: ['short secret', 'short harmless'] } });
    await deleted(all, second?.id);
    const rest = whole(all, id);
    expect(rest.cells.map((cell) => [cell.prompt, isDeleted(cell), cell.text === ''])).toEqual([
      [0, true, true],
      [0, true, true],
      [1, false, false],
      [1, false, false],
    ]);
    expect(rest).toMatchObject({ excerpt: 'short harmless', done: 2, settings: { prompts: ['', 'short harmless'] } });
    expect(all.compare.export(id, 'markdown').text).toContain('Deleted in Prompts.');
    for (const { id: entry } of all.history.list({}).entries) await deleted(all, entry);
    expect(all.compare.list()).toEqual([]);
  });

  it('an answer that is deleted goes from the comparisons that took it over, too', async () => {
    const all = withCompare({ undoMs: 1 });
    const input = { models: ['base', 'q4'], prompts: ['a secret', 'harmless'], sampler: { maxTokens: 12 } };
    const earlier = await finished(all, input);
    const later = await finished(all, { ...input, pinned: { comparison: earlier, columns: [0] } });
    const last = await finished(all, { ...input, pinned: { comparison: later, columns: [0] } });
    const own = all.history.list({ search: 'secret', origin: earlier }).entries;
    const base = own.find(({ model }) => model.name === 'base');
    await deleted(all, base?.id);
    for (const id of [earlier, later, last])
      expect(whole(all, id).cells.map(isDeleted), id).toEqual([true, false, false, false]);
  });

  it('what is deleted while its comparison is under way is gone when that ends', async () => {
    const all = withCompare({ undoMs: 1, tokenMs: 5 });
    const { id } = all.compare.start({
      models: ['base', 'absent'],
      prompts: ['a secret', 'harmless'],
      sampler: { maxTokens: 40 },
    });
    // That the other model is absent is in the history first.
    while (all.history.list({ search: 'secret' }).entries.length < 2) await new Promise((next) => setTimeout(next, 5));
    for (const entry of all.history.list({ search: 'secret' }).entries) await deleted(all, entry.id);
    expect(whole(all, id).cells.some(({ state }) => state === 'running' || state === 'waiting')).toBe(true);
    for await (const _ of all.compare.watch({ id, from: 0, count: 10 }, new AbortController().signal));
    const left = whole(all, id);
    expect(left.settings.prompts).toEqual(['', 'harmless']);
    expect(left.cells.map(isDeleted)).toEqual([true, true, false, false]);
  });

  it('deletion leaves nothing in any page of the database and its log, read with the key', async () => {
    const { vault, changes, jobs, prompts, bytes } = keyedPrompts();
    const compare = createCompare({
      vault,
      changes,
      jobs,
      models: characterModels(['base', 'q4']),
      engine: createCharacterEngine(),
      history: { ...prompts.history, ...prompts.removal },
    });
    const all = { vault, compare, ...prompts };
    const secret = `Zyzzogeton ${'long '.repeat(700)}`;
    const input = { models: ['base', 'q4'], prompts: [secret, 'harmless'], sampler: { maxTokens: 40 } };
    const id = await finished(all, input);
    const later = await finished(all, { ...input, pinned: { comparison: id, columns: [0] } });
    const said = whole(all, id).cells.filter(({ prompt }) => prompt === 0);
    expect(bytes()).toContain(said[0]?.text);
    prompts.removal.remove({ matching: { ...historyFilter.parse({}), search: 'zyzzogeton' } });
    await nothingHidden(all);
    const left = bytes();
    for (const word of ['Zyzzogeton', 'zyzzogeton', ...said.map(({ text }) => text)])
      expect(left.includes(word), word).toBe(false);
    for (const one of [id, later]) expect(whole(all, one).settings.prompts).toEqual(['', 'harmless']);
    expect(left).toContain('harmless');
  });

  it('what was compared before there was a history is taken in by the migration', () => {
    const place = mkdtempSync(join(tmpdir(), 'assay-prompts-'));
    onTestFinished(() => rmSync(place, { recursive: true, force: true }));
    const store = openStore({ file: join(place, 'a.db'), key: randomBytes(32), how: 'create' });
    onTestFinished(() => store.close());
    const how = { how: 'create', backUp: () => undefined, now: Date.now } as const;
    migrate(store, { ...how, migrations: migrations.filter(({ number }) => number < 7) });
    const settings = comparisonInput.parse({ models: ['a', 'b'], prompts: ['什么是量化', 'two'], system: 'Brief.' });
    const column = {
      reference: 'a',
      modelId: 'model-a',
      name: 'A',
      quantization: 'F16',
      sizeBytes: 1,
      vocabulary: null,
    };
    store.transaction((write) => {
      const sequence = insertComparison(write, {
        id: 'earlier',
        createdAt: '2026-10-01T08:00:00.000Z',
        jobId: 'job',
        settings,
        columns: [column, { ...column, modelId: null, name: 'B' }],
        excerpt: 'x',
      });
      const stats = {
        promptTokens: 3,
        tokenCount: 4,
        ttftMs: 5,
        tokensPerSecond: 6,
        totalMs: 7,
        stopReason: 'end',
      } as const;
      const cell = { ...waitingCell(0, 0), state: 'done' as const, text: 'an answer', stats };
      upsertCell(write, sequence, cell);
      upsertCell(write, sequence, { ...cell, prompt: 1, column: 1 });
      upsertCell(write, sequence, { ...cell, prompt: 1, column: 0, pinned: true });
      upsertCell(write, sequence, { ...cell, prompt: 0, column: 1, state: 'failed', text: '', stats: null });
    });
    migrate(store, { ...how, how: 'open', migrations });
    const vault = { store: () => store, onUnlocked: () => () => undefined, onLocking: () => () => undefined };
    const prompts = createPrompts({ sampleFolder, vault, audit: { event: () => undefined }, changes: createChanges() });
    const { entries } = prompts.history.list({ search: 'answer' });
    expect(entries).toHaveLength(2);
    expect(entries.every(({ at }) => at === '2026-10-01T08:00:00.000Z')).toBe(true);
    expect(entries.map(({ model }) => model.name)).toEqual(['B', 'A']);
    const [chinese] = prompts.history.list({ search: '量化', models: [entries[1]?.model.key ?? 0] }).entries;
    expect(prompts.history.get(chinese?.id ?? '', '')).toMatchObject({
      system: 'Brief.',
      tokenCount: 4,
      stopReason: 'end',
    });
  });
});

/** Compare, the queue and the history on one store, with the character engine. */
function withCompare({ undoMs = 60_000, tokenMs = 0 } = {}) {
  const opened = openServices();
  const audit = createAudit({ vault: opened.vault, changes: opened.changes, clock: systemClock });
  const prompts = createPrompts({ sampleFolder, vault: opened.vault, audit, changes: opened.changes, undoMs });
  const compare = createCompare({
    ...opened,
    models: characterModels(['base', 'q4', 'crash']),
    engine: createCharacterEngine({ tokenMs }),
    history: { ...prompts.history, ...prompts.removal },
  });
  onTestFinished(async () => {
    await opened.close();
    await prompts.close();
  });
  return { vault: opened.vault, jobs: opened.jobs, compare, ...prompts };
}

async function finished({ compare }: { compare: Compare }, input: ComparisonInput): Promise<string> {
  const { id } = compare.start(input);
  for await (const _ of compare.watch({ id, from: 0, count: 10 }, new AbortController().signal));
  return id;
}

async function deleted(all: ReturnType<typeof withCompare>, id = ''): Promise<void> {
  all.removal.remove({ ids: [id], whole: false });
  await nothingHidden(all);
}

/** As a page gets it. */
function whole({ compare }: { compare: Compare }, id: string): Comparison {
  return comparison.parse(compare.get({ id, from: 0, count: 10 }));
}
