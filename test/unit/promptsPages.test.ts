import { describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../../preload/contract/prompts.ts';
import {
  cutAt,
  entryAt,
  firstOf,
  lengthOf,
  nothing,
  pageSize,
  pageWith,
  patched,
  trimmed,
  withPage,
} from '../../renderer/features/prompts/pages.ts';

const entry = (id: number): HistoryEntry => ({
  id: String(id),
  at: '2026-11-20T12:00:00.000Z',
  source: 'compare',
  origin: 'c',
  title: null,
  model: { key: 1, id: null, name: 'm', quantization: 'F16', sha256: null },
  prompt: [],
  answer: [],
  state: 'done',
  tokenCount: null,
  ttftMs: null,
  tokensPerSecond: null,
  totalMs: null,
  tags: [],
  hasNote: false,
});
const page = (index: number, length = pageSize) => Array.from({ length }, (_, at) => entry(index * pageSize + at));

describe('the pages of a long list', () => {
  const long = Array.from({ length: 60 }, (_, index) => index).reduce(
    (known, index) =>
      index === 0
        ? firstOf(page(0), '0')
        : withPage(known, index, page(index, index === 59 ? 7 : pageSize), index === 59 ? null : String(index)),
    nothing,
  );

  it('are one list, however they came', () => {
    expect(lengthOf(nothing)).toBe(0);
    expect(lengthOf(long)).toBe(59 * pageSize + 7);
    const some = 43 * pageSize + 21;
    expect(entryAt(long, some)?.id).toBe(String(some));
    expect(entryAt(long, lengthOf(long))).toBeUndefined();
    expect(long.next).toBe(null);
    expect(long.pages[3]?.after).toBe('2');
  });

  it('that lie far from what is looked at are let go of, and come back at their place', () => {
    const middle = 30 * pageSize;
    const few = trimmed(long, middle, middle + 10);
    expect(lengthOf(few)).toBe(lengthOf(long));
    expect(few.pages.filter(({ entries }) => entries !== null).length).toBeLessThan(30);
    expect(entryAt(few, middle + 5)?.id).toBe(String(middle + 5));
    expect(entryAt(few, 5)).toBeUndefined();
    const back = withPage(few, 0, page(0), 'not the last page');
    expect(entryAt(back, 5)?.id).toBe('5');
    expect(back.next).toBe(null);
    expect(trimmed(firstOf(page(0), '0'), 0, 10).pages).toHaveLength(1);
  });

  it('after a deletion are read anew from the first that lost an entry', () => {
    expect(pageWith(long, new Set([String(3 * pageSize - 1), String(40 * pageSize)]))).toBe(2);
    expect(pageWith(long, new Set(['nowhere']))).toBe(-1);
    const cut = cutAt(long, 2);
    expect([lengthOf(cut), cut.next]).toEqual([2 * pageSize, '1']);
    expect(
      patched(long, (one) => (one.id === '7' ? { ...one, hasNote: true } : one)).pages[0]?.entries?.[7]?.hasNote,
    ).toBe(true);
  });
});
