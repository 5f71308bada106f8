import { afterEach, describe, expect, it } from 'vitest';
import { type Blind, createBlind } from '../../main/services/compare/index.ts';
import type { BlindOutcome, BlindTest } from '../../preload/contract/blind.ts';
import { blindTest } from '../../preload/contract/blind.ts';
import { ask, type Bench, bench, closeBenches, finished } from '../helpers/compareBench.ts';

afterEach(closeBenches);

const prompts = ['one', 'two', 'three', 'four', 'five', 'six'];

function blindOn(one: Bench): Blind {
  return createBlind(one);
}

/** Judges all that is left; `of` sees what a person sees. */
function judgeAll(blind: Blind, id: string, of: (pair: NonNullable<BlindTest['next']>) => BlindOutcome): BlindTest {
  let test = blind.get(id);
  while (test.next !== null) test = blind.judge(id, test.next.pair, of(test.next));
  return test;
}

describe('a blind test', () => {
  it('asks every pair of different answers once, and names nobody before the end', async () => {
    const one = bench({ tokenMs: 0 });
    const { id: comparison } = await finished(one, ask(['base', 'q4'], { prompts }));
    const blind = blindOn(one);
    const { id } = blind.start({ comparisons: [comparison] });
    const begun = blindTest.parse(blind.get(id));
    expect(begun).toMatchObject({
      judged: 0,
      total: prompts.length,
      identical: 0,
      waiting: 0,
      models: 2,
      result: null,
    });
    // Ids are chance, and chance may write anything.
    expect(JSON.stringify(begun).replaceAll(/[0-9a-z]{26}/g, '')).not.toMatch(/base|q4/);

    const { cells } = one.compare.get({ id: comparison, from: 0, count: 100 });
    const ofBase = new Set(cells.filter(({ column }) => column === 0).map(({ text }) => text));
    const seen: string[] = [];
    const ended = judgeAll(blind, id, ({ prompt, left, right }) => {
      seen.push(prompt);
      expect(ofBase.has(left)).not.toBe(ofBase.has(right));
      return ofBase.has(left) ? 'left' : 'right';
    });
    expect(seen.toSorted()).toEqual(prompts.toSorted());
    expect(ended).toMatchObject({ judged: prompts.length, next: null, result: null });

    const { result } = blind.reveal(id);
    expect(result?.players.map(({ key, wins, losses, ties }) => [key, wins, losses, ties])).toEqual([
      ['sha256-base', prompts.length, 0, 0],
      ['sha256-q4', 0, prompts.length, 0],
    ]);
    expect(result?.sentence).toMatch(/at n = 6 judgements/);
    expect(() => blind.judge(id, 'any', 'tie')).toThrow('are known');
    expect(() => blind.undo(id)).toThrow('are known');
  });

  it('asks as many pairs as were decided on before, and is whole with them', async () => {
    const one = bench({ tokenMs: 0 });
    const { id: comparison } = await finished(one, ask(['base', 'q4'], { prompts }));
    const blind = blindOn(one);
    const { id } = blind.start({ comparisons: [comparison], pairs: 4 });
    expect(blind.get(id)).toMatchObject({ asked: 4, total: 4, judged: 0 });
    const ended = judgeAll(blind, id, () => 'left');
    expect(ended).toMatchObject({ judged: 4, total: 4, next: null });
    // What was not shown cannot be judged either.
    const { id: all } = blind.start({ comparisons: [comparison] });
    expect(blind.get(all)).toMatchObject({ asked: null, total: prompts.length });
    expect(() => blind.judge(id, 'another', 'left')).toThrow('no longer in the store');
    expect(blind.undo(id)).toMatchObject({ judged: 3, total: 4 });
    judgeAll(blind, id, () => 'left');
    expect(blind.reveal(id).result?.sentence).not.toContain('Ended early');
    expect(JSON.parse(blind.export(id, 'json').text)).toMatchObject({ asked: 4, judged: 4, total: 4 });

    const early = blind.start({ comparisons: [comparison], pairs: 4 }).id;
    blind.judge(early, blind.get(early).next?.pair ?? '', 'left');
    expect(blind.reveal(early).result?.sentence).toContain('Ended early, after 1 of 4 pairs');
    // More than there are: all.
    const many = blind.start({ comparisons: [comparison], pairs: 500 }).id;
    expect(blind.get(many)).toMatchObject({ asked: 500, total: prompts.length });
  });

  it('takes judgements back one after the other, and asks again what was taken back', async () => {
    const one = bench({ tokenMs: 0 });
    const { id: comparison } = await finished(one, ask(['base', 'q4'], { prompts: prompts.slice(0, 3) }));
    const blind = blindOn(one);
    const { id } = blind.start({ comparisons: [comparison] });
    expect(() => blind.undo(id)).toThrow('Nothing was judged yet');
    expect(() => blind.reveal(id)).toThrow('Nothing was judged yet');
    const first = blind.get(id).next;
    const second = blind.judge(id, first?.pair ?? '', 'left').next;
    blind.judge(id, second?.pair ?? '', 'tie');
    expect(() => blind.judge(id, second?.pair ?? '', 'left')).toThrow('judged already');
    expect(blind.undo(id)).toMatchObject({ judged: 1, next: second });
    expect(blind.undo(id)).toMatchObject({ judged: 0, next: first });
  });

  it('does not ask about the same words, and counts them as ties', async () => {
    const one = bench({ tokenMs: 0 });
    const same = await finished(one, ask(['base', 'base-two'], { prompts: prompts.slice(0, 2) }));
    const other = await finished(one, ask(['base', 'q4'], { prompts: ['one'] }));
    const isSame = same.cells[0]?.text === same.cells[1]?.text;
    expect(isSame).toBe(true);
    const blind = blindOn(one);
    const { id } = blind.start({ comparisons: [same.id, other.id] });
    expect(blind.get(id)).toMatchObject({ identical: 2, total: 1, models: 3 });
    judgeAll(blind, id, () => 'tie');
    const { result } = blind.reveal(id);
    expect(result?.players.reduce((sum, { ties }) => sum + ties, 0)).toBe(6);
    expect(result?.left).toBeNull();
    for (const player of result?.players ?? []) expect(player.score).toBeCloseTo(0, 6);
  });

  it('keeps what was judged when the comparison is deleted, and asks no more of it', async () => {
    const one = bench({ tokenMs: 0 });
    const kept = await finished(one, ask(['base', 'q4'], { prompts: ['one'] }));
    const deleted = await finished(one, ask(['base', 'q4'], { prompts: ['two', 'three'] }));
    const blind = blindOn(one);
    const { id } = blind.start({ comparisons: [kept.id, deleted.id], name: 'Both' });
    let test = blind.get(id);
    while (test.judged < 2) test = blind.judge(id, test.next?.pair ?? '', 'right');
    one.compare.remove(deleted.id);
    const after = blind.get(id);
    expect(after).toMatchObject({ gone: 1, judged: 2 });
    expect(after.total).toBeGreaterThanOrEqual(2);
    judgeAll(blind, id, () => 'right');
    expect(blind.reveal(id).result?.players.reduce((sum, { wins }) => sum + wins, 0)).toBe(blind.get(id).judged);
  });

  it('is exported after the end alone, without a prompt or an answer', async () => {
    const one = bench({ tokenMs: 0 });
    const { id: comparison, cells } = await finished(one, ask(['base', 'q4'], { prompts: ['a secret prompt'] }));
    const blind = blindOn(one);
    const { id } = blind.start({ comparisons: [comparison], name: 'A | test' });
    expect(() => blind.export(id, 'json')).toThrow('Show the names first');
    judgeAll(blind, id, () => 'left');
    blind.reveal(id);
    for (const format of ['json', 'markdown', 'csv'] as const) {
      const { text } = blind.export(id, format);
      expect(text).not.toContain('a secret prompt');
      for (const cell of cells) expect(text).not.toContain(cell.text);
    }
    expect(blind.export(id, 'markdown').text).toContain('A \\| test');
    expect(JSON.parse(blind.export(id, 'json').text)).toMatchObject({ judged: 1, judgments: [{ outcome: 'left' }] });
    expect(blind.export(id, 'csv').text.split('\n')).toHaveLength(3);
  });

  it('needs two models, and says so', async () => {
    const one = bench({ tokenMs: 0 });
    const alone = await finished(one, ask(['base'], { prompts: ['one'] }));
    const blind = blindOn(one);
    expect(() => blind.start({ comparisons: [alone.id] })).toThrow('one model only');
    expect(() => blind.start({ comparisons: ['nothing'] })).toThrow('no longer in the store');
    expect(() => blind.get('nothing')).toThrow('no longer in the store');
  });

  it('is listed, and deleted for good', async () => {
    const one = bench({ tokenMs: 0 });
    const { id: comparison } = await finished(one, ask(['base', 'q4'], { prompts: ['one'] }));
    const blind = blindOn(one);
    const first = blind.start({ comparisons: [comparison] });
    const second = blind.start({ comparisons: [comparison], name: 'Second' });
    expect(blind.list().map(({ id, name }) => [id, name])).toEqual([
      [second.id, 'Second'],
      [first.id, null],
    ]);
    expect(blind.list({ before: second.id }).map(({ id }) => id)).toEqual([first.id]);
    expect([blind.list({ model: 'sha256-q4' }).length, blind.list({ model: 'absent' })]).toEqual([2, []]);
    blind.remove(first.id);
    expect(blind.list().map(({ id }) => id)).toEqual([second.id]);
    expect(() => blind.get(first.id)).toThrow('no longer in the store');
  });
});
