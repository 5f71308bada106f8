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
import { createCompare } from '../../main/services/compare/index.ts';
import { createPrompts } from '../../main/services/prompts/index.ts';
import { type ComparisonInput, comparisonInput } from '../../preload/contract/compare.ts';
import { characterModels, createCharacterEngine } from '../helpers/characterEngine.ts';
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

  it('what failed with words is kept as far as it came, what failed without any is not', async () => {
    const all = withCompare();
    await finished(all, { models: ['crash'], prompts: ['a long one'], sampler: { maxTokens: 12 } });
    const [entry] = all.history.list({}).entries;
    expect(entry).toMatchObject({ state: 'failed', tokenCount: null });
    await finished(all, { models: ['absent'], prompts: ['never asked'] });
    expect(all.history.list({ search: 'never' }).entries).toEqual([]);
  });

  it('the last answer that is deleted takes the comparison along, an earlier one does not', async () => {
    const all = withCompare(1);
    const id = await finished(all, { models: ['base', 'q4'], prompts: ['short'] });
    const [first, second] = all.history.list({}).entries;
    all.removal.remove({ ids: [first?.id ?? ''], whole: false });
    await nothingHidden(all);
    expect(all.compare.list().map((row) => row.id)).toEqual([id]);
    all.removal.remove({ ids: [second?.id ?? ''], whole: false });
    await nothingHidden(all);
    expect(all.compare.list()).toEqual([]);
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
    migrate(store, { ...how, how: 'open', migrations: migrations.filter(({ number }) => number <= 7) });
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
function withCompare(undoMs = 60_000) {
  const opened = openServices();
  const audit = createAudit({ vault: opened.vault, changes: opened.changes, clock: systemClock });
  const prompts = createPrompts({ sampleFolder, vault: opened.vault, audit, changes: opened.changes, undoMs });
  const compare = createCompare({
    ...opened,
    models: characterModels(['base', 'q4', 'crash']),
    engine: createCharacterEngine(),
    history: { ...prompts.history, ...prompts.removal },
  });
  onTestFinished(async () => {
    await opened.close();
    await prompts.close();
  });
  return { vault: opened.vault, compare, ...prompts };
}

async function finished({ compare }: ReturnType<typeof withCompare>, input: ComparisonInput): Promise<string> {
  const { id } = compare.start(input);
  for await (const _ of compare.watch({ id, from: 0, count: 10 }, new AbortController().signal));
  return id;
}
