import { describe, expect, it } from 'vitest';
import { chunksOf, secondsFor } from '../../renderer/features/compare/divergence/estimate.ts';
import { ratio, withError } from '../../renderer/features/compare/divergence/shown.ts';

describe('what a run will come to', () => {
  it('counts the items of a data set, else chunks at four characters a token, up to the most that is wanted', () => {
    expect(chunksOf({ items: 200, characters: null }, 512, null)).toBe(200);
    expect(chunksOf({ items: 200, characters: null }, 512, 50)).toBe(50);
    expect(chunksOf({ items: null, characters: 4 * 512 * 10 }, 512, null)).toBe(10);
    expect(chunksOf({ items: null, characters: 4 * 512 * 10 }, 512, 3)).toBe(3);
  });

  it('is not told of a text that is too short, or not read yet', () => {
    expect(chunksOf({ items: null, characters: 4 * 512 }, 512, null)).toBeNull();
    expect(chunksOf({ items: null, characters: null }, 512, null)).toBeNull();
  });

  it('takes the speed measured of a model, else that of another by their weights, else says nothing', () => {
    const weights: Record<string, number> = { small: 1e9, large: 4e9 };
    const of = (id: string) => weights[id] ?? null;
    const planned = ['small', 'large'].map((modelId) => ({ modelId, parameters: of(modelId) }));
    const small = { modelId: 'small', tokensPerSecond: 100 };
    expect(secondsFor(planned, 1000, [small, { modelId: 'large', tokensPerSecond: 20 }], of)).toBe(10 + 50);
    expect(secondsFor(planned, 1000, [small], of)).toBe(10 + 40);
    expect(secondsFor(planned, 1000, [], of)).toBeNull();
    expect(secondsFor(planned, 1000, [{ modelId: 'small', tokensPerSecond: null }], of)).toBeNull();
  });
});

describe('numbers of the ladder', () => {
  it('keep the decimals of their error', () => {
    expect(withError(1.23456, 0.0123)).toBe('1.235 ± 0.012');
    expect(withError(443.21, 91.4)).toBe('443 ± 91');
    expect(withError(205_695_093.2, 104_147_638.4)).toBe('205,695,093 ± 104,147,638');
    expect(withError(0, 0)).toBe('0');
    expect(withError(100, 0)).toBe('100.0');
  });

  it('show ratios near 1 with four decimals', () => {
    expect(ratio(1.00042)).toBe('1.0004');
    expect(ratio(2.6912)).toBe('2.691');
  });
});
