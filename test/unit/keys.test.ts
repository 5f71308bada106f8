import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeKeys, matchesStep, needsNoField } from '../../renderer/lib/keys.ts';

const press = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

/** The keys of every command of the page, as its sources write them. */
function offeredKeys(): Set<string> {
  const root = join(import.meta.dirname, '../../renderer');
  const written = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .flatMap((file) => readFileSync(join(root, file), 'utf8').match(/\bkeys: [^,\n]+/g) ?? []);
  return new Set(written.flatMap((part) => [...part.matchAll(/['`]([^'`]+)['`]/g)].map(([, keys]) => keys ?? '')));
}

describe('key combinations', () => {
  test('mod is Ctrl, on a Mac Cmd', () => {
    expect(matchesStep(press('k', { ctrlKey: true }), 'mod+k', false)).toBe(true);
    expect(matchesStep(press('k', { metaKey: true }), 'mod+k', true)).toBe(true);
    expect(matchesStep(press('k', { ctrlKey: true }), 'mod+k', true)).toBe(false);
    expect(matchesStep(press('k'), 'mod+k', false)).toBe(false);
  });

  test('a question mark counts whether or not its layout needs Shift; a capital letter is no small one', () => {
    expect(matchesStep(press('?', { shiftKey: true }), '?', false)).toBe(true);
    expect(matchesStep(press('?'), '?', false)).toBe(true);
    expect(matchesStep(press('J', { shiftKey: true }), 'j', false)).toBe(false);
    expect(matchesStep(press('L', { shiftKey: true, ctrlKey: true }), 'mod+shift+l', false)).toBe(true);
  });

  test('letters are text where one types, combinations are not', () => {
    expect(needsNoField('j')).toBe(true);
    expect(needsNoField('g c')).toBe(true);
    expect(needsNoField('mod+Enter')).toBe(false);
  });

  test('of one step never hide those of two: wherever a command is offered, its keys can be pressed', () => {
    const offered = offeredKeys();
    const first = new Set([...offered].filter((keys) => keys.includes(' ')).map((keys) => keys.split(' ')[0]));
    expect([...first].sort()).toEqual(['g', 't']);
    expect([...first].filter((step) => offered.has(step ?? ''))).toEqual([]);
  });

  test('are told as caps', () => {
    expect(describeKeys('mod+Enter', false)).toEqual([['Ctrl', '↵']]);
    expect(describeKeys('g c', true)).toEqual([['G'], ['C']]);
  });
});
