import { describe, expect, it } from 'vitest';
import { whyMissing } from '../../renderer/features/compare/divergence/shown.ts';

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
