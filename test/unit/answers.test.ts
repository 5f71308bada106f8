import { describe, expect, test } from 'vitest';
import { type Cell, type Comparison, comparisonInput } from '../../preload/contract/compare.ts';
import { applyEvent } from '../../renderer/features/compare/live.ts';
import { verdictOf } from '../../renderer/features/compare/verdict.ts';
import { splitPrompts } from '../../renderer/lib/promptList.ts';
import { surpriseStep } from '../../renderer/lib/surprise.ts';
import { wordDiff } from '../../renderer/lib/wordDiff.ts';

const token = (text: string, index: number) => ({ text, id: index, logprob: -0.1, ms: index });
const cell = (column: number, words: string[], more: Partial<Cell> = {}): Cell => ({
  prompt: 0,
  column,
  state: 'running',
  loadProgress: null,
  text: words.join(''),
  tokens: words.map(token),
  stats: null,
  error: null,
  firstDivergence: null,
  pinned: false,
  ...more,
});
const comparison = (cells: Cell[]): Comparison => ({
  id: 'c',
  name: null,
  createdAt: '2026-11-23T10:00:00Z',
  columns: [],
  excerpt: '',
  promptCount: 1,
  done: 0,
  total: cells.length,
  jobId: null,
  settings: comparisonInput.parse({ models: ['a', 'b'], prompts: ['p'] }),
  cells,
});

describe('a comparison as it grows', () => {
  const started = comparison([cell(0, ['a']), cell(1, ['a'])]);
  const event = (from: number, words: string[]) =>
    ({
      type: 'tokens',
      prompt: 0,
      column: 1,
      from,
      tokens: words.map((text, at) => token(text, from + at)),
      firstDivergence: 1,
    }) as const;

  test('tokens are appended to their cell and leave the others as they were', () => {
    const grown = applyEvent(started, event(1, ['b', 'c']));
    expect(grown?.cells[1]?.text).toBe('abc');
    expect(grown?.cells[1]?.firstDivergence).toBe(1);
    expect(grown?.cells[0]).toBe(started.cells[0]);
  });

  test('tokens that come twice count once, and those behind a gap not at all', () => {
    expect(applyEvent(started, event(0, ['a', 'b']))?.cells[1]?.text).toBe('ab');
    expect(applyEvent(started, event(5, ['x']))?.cells[1]?.text).toBe('a');
  });
});

describe('how an answer stands to the reference', () => {
  const reference = cell(0, ['a', 'b'], { state: 'done' });

  test('identical is said only when both have ended', () => {
    expect(verdictOf(cell(1, ['a', 'b'], { state: 'done' }), reference).kind).toBe('identical');
    expect(verdictOf(cell(1, ['a']), reference)).toEqual({ kind: 'none', words: 'Same so far, 1 token' });
  });

  test('the first difference is counted from one', () => {
    const differing = cell(1, ['a', 'c'], { state: 'done', firstDivergence: 1 });
    expect(verdictOf(differing, reference)).toEqual({ kind: 'differs', at: 1, words: 'Differs from token 2' });
  });

  test('an answer that failed is not called identical', () => {
    expect(verdictOf(cell(1, ['a'], { state: 'failed' }), reference).kind).toBe('none');
    expect(verdictOf(cell(1, ['a'], { state: 'done' }), { ...reference, state: 'failed' }).kind).toBe('none');
  });
});

describe('texts', () => {
  test('a list of prompts leaves empty lines out and keeps several lines between separators', () => {
    expect(splitPrompts('a\n\n b \n', 'lines')).toEqual(['a', 'b']);
    expect(splitPrompts('a\nb\n---\nc', 'separator')).toEqual(['a\nb', 'c']);
    expect(splitPrompts('a\n', 'one')).toEqual(['a\n']);
    expect(splitPrompts('  ', 'one')).toEqual([]);
  });

  test('what an unfinished answer has not said yet is no difference', () => {
    expect(wordDiff('one two three', 'one two', true).some((part) => part.kind === 'removed')).toBe(false);
    expect(wordDiff('one two three', 'one two', false).some((part) => part.kind === 'removed')).toBe(true);
  });

  test('surprise goes by the bounds of the legend', () => {
    expect([0.95, 0.7, 0.3, 0.1, 0.01].map((share) => surpriseStep(Math.log(share)))).toEqual([0, 1, 2, 3, 4]);
  });
});
