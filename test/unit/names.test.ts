import { expect, it } from 'vitest';
import { startBlindInput } from '../../preload/contract/blind.ts';
import { renameComparisonInput } from '../../preload/contract/compare.ts';
import { divergenceInput, renameDivergenceInput } from '../../preload/contract/divergence.ts';
import { longestName } from '../../preload/contract/names.ts';
import { renameConversationInput, renamePresetInput, savePresetInput } from '../../preload/contract/playground.ts';
import { savePromptInput } from '../../preload/contract/prompts.ts';
import { proposedName } from '../../renderer/lib/proposedName.ts';

it('every name of a person’s has the same length at most, which the field knows too', () => {
  const inputs = {
    savePromptInput,
    renameComparisonInput,
    renameConversationInput,
    savePresetInput,
    renamePresetInput,
  };
  const more = { startBlindInput, divergenceInput, renameDivergenceInput };
  for (const [input, { shape }] of Object.entries({ ...inputs, ...more })) {
    expect(shape.name.safeParse('x'.repeat(longestName)).success, input).toBe(true);
    expect(shape.name.safeParse('x'.repeat(longestName + 1)).success, input).toBe(false);
  }
});

it('a name that is proposed can be kept: on one line, and cut between letters where the text is longer', () => {
  expect(proposedName(' Which bird\n wades? ')).toBe('Which bird wades?');
  expect(proposedName('x'.repeat(longestName))).toBe('x'.repeat(longestName));
  for (const text of ['T'.repeat(500), '🐦'.repeat(300), `x${'🐦'.repeat(300)}`]) {
    const name = proposedName(text);
    expect(name).toMatch(/…$/);
    expect(name.isWellFormed()).toBe(true);
    expect(savePromptInput.parse({ name, text: 'a' }).name).toBe(name);
  }
  expect(proposedName('one two three', 8)).toBe('one two…');
});
