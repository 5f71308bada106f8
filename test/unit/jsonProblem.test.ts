import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemOfAnswerSchema } from '../../preload/contract/answerSchema.ts';
import { jsonProblem } from '../../preload/contract/jsonProblem.ts';

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('what is wrong with a JSON text', () => {
  it('is nothing exactly where JSON.parse takes it', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(jsonProblem(text)).toBeNull();
      }),
    );
    const edited = fc
      .tuple(fc.json(), fc.nat(), fc.nat(3), fc.string({ unit: 'binary', maxLength: 3 }))
      .map(
        ([text, at, cut, more]) =>
          text.slice(0, at % (text.length + 1)) + more + text.slice((at % (text.length + 1)) + cut),
      );
    fc.assert(
      fc.property(fc.oneof(edited, fc.string({ unit: 'binary' }), fc.string()), (text) => {
        expect(jsonProblem(text) === null, JSON.stringify(text)).toBe(parses(text));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['{"type": "object" "x"}', 'line 1, column 19: a comma or } is missing'],
    ['{\n  "type": objekt\n}', 'line 2, column 11: a value is missing'],
    ['{"a": 1,}', 'line 1, column 9: a name in double quotes is missing'],
    ['{"a" 1}', 'line 1, column 6: a colon is missing'],
    ['{"a": "open', 'line 1, column 7: this text is not ended, or not as JSON has it'],
    ['[1, 2', 'line 1, column 6: a comma or ] is missing; the text ends here'],
    ['{} {}', 'line 1, column 4: nothing may stand behind the value'],
  ])('is told with its place: %s', (text, problem) => {
    expect(jsonProblem(text)).toBe(problem);
  });
});

describe('what is wrong with a schema for answers', () => {
  it.each([
    ['{"type": "object"', 'it is not JSON, line 1, column 18: a comma or } is missing; the text ends here'],
    ['{}', 'it says nothing of the type of the answer'],
    [
      '{"type":"object","properties":{"a":{"type":"string","pattern":"x"}}}',
      'Assay cannot hold an answer to pattern at properties.a',
    ],
  ])('%s', (text, problem) => {
    expect(problemOfAnswerSchema(text)).toBe(problem);
  });

  it('is nothing where an answer can be held to it', () => {
    expect(problemOfAnswerSchema('{"type":"object","properties":{"a":{"type":"integer"}}}')).toBeNull();
  });
});
