import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { characterRuns } from '../../main/base/searchText.ts';
import { excerptOf, hitsIn } from '../../main/services/prompts/highlight.rules.ts';
import { variablesIn as variablesOnHost } from '../../main/services/prompts/saved.rules.ts';
import { facetsOf, fold, matchOf, parseSearch } from '../../main/services/prompts/search.rules.ts';
import { filled, variablesIn } from '../../renderer/features/prompts/variables.ts';

/** Any characters, and those that mean something to FTS5 oftener. */
const typedText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...'"*()-^:{} +ANDORNOTNEAR'),
      fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
    ),
    {
      maxLength: 30,
    },
  )
  .map((parts) => parts.join(''));

describe('what a person typed', () => {
  it('is words, quoted words and excluded words', () => {
    expect(parseSearch('Red "big door" -blue wind')).toEqual([
      { text: 'Red', words: ['red'], excluded: false, open: false },
      { text: 'big door', words: ['big', 'door'], excluded: false, open: false },
      { text: 'blue', words: ['blue'], excluded: true, open: false },
      { text: 'wind', words: ['wind'], excluded: false, open: true },
    ]);
    expect(parseSearch('wind ')).toMatchObject([{ open: false }]);
    expect(parseSearch('"wind')).toMatchObject([{ text: 'wind', open: false }]);
    expect(parseSearch('well-known --flag')).toMatchObject([
      { words: ['well', 'known'], excluded: false },
      { words: ['flag'], excluded: false },
    ]);
    expect(parseSearch(' - "" * ')).toEqual([]);
    expect(fold('ÉCOLE')).toBe('ecole');
  });

  it('becomes a query whose only syntax is ours, whatever it is', () => {
    const part =
      /\{(?:title system prompt answer note tags|characters|facets)\} : (?:"[^"]*"\*?|\((?:"[^"]*"(?: OR )?)+\))/gu;
    fc.assert(
      fc.property(typedText, (typed) => {
        const { match } = matchOf(typed, { models: [3], hasNote: false });
        if (match === null) return true;
        const rest = match.replaceAll(part, '').replaceAll(/ AND | OR | NOT |[()]/g, '');
        expect(rest).toBe('');
        return true;
      }),
    );
  });

  it('says when there is nothing to look for', () => {
    expect(matchOf('', {})).toEqual({ match: null, nothing: false });
    expect(matchOf('* ?', {})).toEqual({ match: null, nothing: true });
    expect(matchOf('', { models: [] })).toEqual({ match: null, nothing: true });
    expect(facetsOf({ model: 4, tags: [7], hasNote: true, source: 'import' })).toBe(
      '\ue0014 \ue004import \ue0027 \ue003',
    );
  });
});

describe('what was found', () => {
  const hits = (text: string, typed: string) =>
    hitsIn(text, parseSearch(typed)).map(([from, to]) => text.slice(from, to));

  it('is marked word by word, without case and accents, in phrases, and in unspaced scripts', () => {
    expect(hits('The Café is a cafeteria.', 'cafe')).toEqual(['Café', 'cafeteria']);
    expect(hits('The Café is a cafeteria.', 'cafe ')).toEqual(['Café']);
    expect(hits('red door, the big red door', '"red door"')).toEqual(['red door', 'red door']);
    expect(hits('red red door', '"red door"')).toEqual(['red door']);
    expect(hits('什么是模型量化？', '量化')).toEqual(['量化']);
    expect(hits('nothing here', '-nothing')).toEqual([]);
  });

  it('places lie within the text and in order, whatever text and search are', () => {
    const words = fc.stringMatching(/^[ab"\- é量]{0,12}$/u);
    fc.assert(
      fc.property(words, words, (text, typed) => {
        let last = 0;
        for (const [from, to] of hitsIn(text, parseSearch(typed))) {
          expect(from).toBeGreaterThanOrEqual(last);
          expect(to).toBeGreaterThan(from);
          expect(to).toBeLessThanOrEqual(text.length);
          last = to;
        }
      }),
    );
  });

  it('is shown with what stands around it, on one line and never half a character', () => {
    const long = `${'word '.repeat(100)}needle in\nthe ${'hay '.repeat(100)}`;
    const parts = excerptOf(long, parseSearch('needle'));
    expect(parts.filter(({ hit }) => hit)).toEqual([{ text: 'needle', hit: true }]);
    const line = parts.map(({ text }) => text).join('');
    expect(line).toMatch(/^….*needle in the hay.*…$/);
    expect(line.length).toBeLessThan(170);
    expect(excerptOf('', [])).toEqual([]);
    const faces = '😀'.repeat(300);
    expect(
      excerptOf(faces, [])
        .map(({ text }) => text)
        .join('')
        .isWellFormed(),
    ).toBe(true);
    expect(
      excerptOf(`${faces} needle ${faces}`, parseSearch('needle'))
        .map(({ text }) => text)
        .join('')
        .isWellFormed(),
    ).toBe(true);
  });

  it('runs of unspaced scripts are told apart from each other', () => {
    expect(characterRuns('模型 v2模型', null, 'plain')).toBe('模 型 \ue000 v2 模 型');
    expect(characterRuns('plain', null)).toBe(null);
  });
});

describe('variables of saved prompts', () => {
  it('are read alike by host and page, each once, and filled in only once', () => {
    const text = 'A {{ animal }} and {{thing}} and {{animal}}, not {{ }} or {{1st}} or {single}.';
    expect(variablesIn(text)).toEqual(['animal', 'thing']);
    expect(variablesOnHost(text, null)).toEqual(['animal', 'thing']);
    expect(filled('{{a}} {{b}} {{c}}', { a: '{{b}}', b: '$&' })).toBe('{{b}} $& {{c}}');
    expect(filled('{{toString}}', {})).toBe('{{toString}}');
  });
});
