import { describe, expect, test } from 'vitest';
import { type Comparison, type ComparisonEvent, comparisonInput } from '../../preload/contract/compare.ts';
import type { Token } from '../../preload/contract/engine.ts';
import { applyEvent, cellsOf, type ShownComparison } from '../../renderer/features/compare/live.ts';
import { TokenList } from '../../renderer/features/compare/tokenList.ts';

const token = (index: number, text = `t${index} `): Token => ({ text, id: index, logprob: -0.1, ms: index });

function snapshot(prompts: number, columns: number): Comparison {
  return {
    id: 'c',
    name: null,
    createdAt: '2026-11-23T10:00:00Z',
    columns: Array.from({ length: columns }, (_, index) => ({
      reference: `m${index}`,
      modelId: null,
      name: `M${index}`,
      quantization: 'F16',
      sizeBytes: null,
    })),
    excerpt: '',
    promptCount: prompts,
    done: 0,
    total: prompts * columns,
    jobId: null,
    settings: comparisonInput.parse({ models: ['a'], prompts: ['p'] }),
    cells: Array.from({ length: prompts * columns }, (_, place) => ({
      prompt: Math.floor(place / columns),
      column: place % columns,
      state: 'running' as const,
      loadProgress: null,
      text: '',
      tokens: [],
      stats: null,
      error: null,
      firstDivergence: null,
      pinned: false,
    })),
  };
}

const tokensAt = (from: number, tokens: Token[]): ComparisonEvent => ({
  type: 'tokens',
  prompt: 0,
  column: 0,
  from,
  tokens,
  firstDivergence: null,
});

const opened = (prompts: number, columns: number): ShownComparison | null =>
  applyEvent(null, { type: 'snapshot', comparison: snapshot(prompts, columns) });

describe('a long answer', () => {
  test('of ten thousand tokens is never read again to take the next ones in', () => {
    let reads = 0;
    const counted = new Proxy<Token[]>([], {
      get(kept, key, receiver) {
        if (typeof key === 'string' && /^\d+$/.test(key)) reads += 1;
        return Reflect.get(kept, key, receiver);
      },
    });
    let list = new TokenList(counted);
    for (let from = 0; from < 10_000; from += 4) list = list.with([0, 1, 2, 3].map((at) => token(from + at)));
    expect(list.length).toBe(10_000);
    expect(reads).toBe(0);
    expect(list.at(9_999)).toEqual(token(9_999));
    expect(list.at(-1)).toEqual(token(9_999));
  });

  test('comes together from its messages, and what was shown before stays as it was', () => {
    let shown = opened(1, 1);
    const stages: ShownComparison[] = [];
    for (let from = 0; from < 10_000; from += 5) {
      shown = applyEvent(
        shown,
        tokensAt(
          from,
          [0, 1, 2, 3, 4].map((at) => token(from + at)),
        ),
      );
      if (shown && from % 2_500 === 0) stages.push(shown);
    }
    expect(shown?.cells[0]?.tokens.length).toBe(10_000);
    expect(shown?.cells[0]?.text.startsWith('t0 t1 ')).toBe(true);
    expect(shown?.cells[0]?.text.endsWith('t9998 t9999 ')).toBe(true);
    expect(stages.map(({ cells }) => cells[0]?.tokens.length)).toEqual([5, 2_505, 5_005, 7_505]);
    expect(stages[1]?.cells[0]?.tokens.at(2_505)).toBeUndefined();
  });

  test('two answers that grow from the same one do not mix', () => {
    const common = new TokenList([token(0)]);
    const one = common.with([token(1)]);
    const other = common.with([token(2)]);
    expect(one.slice(0, 9).map(({ id }) => id)).toEqual([0, 1]);
    expect(other.slice(0, 9).map(({ id }) => id)).toEqual([0, 2]);
    expect(common.length).toBe(1);
    expect(common.at(1)).toBeUndefined();
  });

  test('that began anew holds the new tokens and their text alone', () => {
    const first = applyEvent(opened(1, 1), tokensAt(0, [token(1, 'old '), token(2, 'words ')]));
    const second = applyEvent(first, tokensAt(0, [token(3, 'new ')]));
    expect(second?.cells[0]?.text).toBe('new ');
    expect(second?.cells[0]?.tokens.length).toBe(1);
    expect(first?.cells[0]?.text).toBe('old words ');
  });
});

describe('a list of a thousand prompts on eight models', () => {
  test('changes one cell and no other, counts it, and finds the cells of a prompt by their place', () => {
    const before = opened(1_000, 8);
    const cell = snapshot(1_000, 8).cells[7_999];
    if (before === null || cell === undefined) throw new Error('There is no comparison.');
    const after = applyEvent(before, { type: 'cell', cell: { ...cell, state: 'done' } });
    expect(after?.done).toBe(1);
    expect(after?.cells.filter((one, place) => one !== before.cells[place]).length).toBe(1);
    expect(cellsOf(before, 999).map(({ prompt, column }) => [prompt, column])).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map((column) => [999, column]),
    );
  });

  test('cells that come in another order are put into theirs', () => {
    const comparison = snapshot(3, 2);
    comparison.cells.reverse();
    const shown = applyEvent(null, { type: 'snapshot', comparison });
    expect(shown && cellsOf(shown, 1).map(({ column }) => column)).toEqual([0, 1]);
  });
});
