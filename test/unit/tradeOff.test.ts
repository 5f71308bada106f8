import { describe, expect, it } from 'vitest';
import { ratioText } from '../../main/services/divergence/shown.rules.ts';
import { ratio, whyMissing } from '../../renderer/features/compare/divergence/shown.ts';

const whole = { error: null };

describe('what keeps a variant off the trade-off', () => {
  it('is said with its reason where it was left out, also while the run is under way', () => {
    const refused = { error: { code: 'BAD_INPUT', message: 'Another vocabulary.' } } as const;
    for (const state of ['running', 'done'] as const)
      expect(whyMissing({ state }, refused, 'F32', 'KLD')).toBe('F32 was left out: Another vocabulary.');
  });

  it('is said to come only while the run is under way', () => {
    for (const state of ['queued', 'running'] as const)
      expect(whyMissing({ state }, whole, 'F32', 'KLD')).toBe('F32 has no KLD yet.');
    for (const state of ['done', 'cancelled', 'failed', 'interrupted', null] as const)
      expect(whyMissing({ state }, whole, 'F32', 'KLD')).toBe('F32 has no KLD: it was not measured.');
  });
});

describe('a PPL ratio', () => {
  it.each([
    [1.00004, '1.00004'],
    [0.99998, '0.99998'],
    [1.013, '1.0130'],
    [1.0141, '1.0141'],
    [3.4514, '3.451'],
    // What sums of equal numbers round is no difference.
    [1 + 2.3e-10, '1.0000'],
    [0.99999998, '1.0000'],
    [1, '1.0000'],
  ])('of %d reads %s on the screen and in reports: an end that shows a loss is not 1', (value, shown) => {
    expect([ratio(value), ratioText(value)]).toEqual([shown, shown]);
  });
});
