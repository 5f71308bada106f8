import { describe, expect, it } from 'vitest';
import { createRandom } from '../../main/base/stats/random.ts';
import { byDepth, type PlacedChunk } from '../../main/services/divergence/depth.rules.ts';

/** A chunk of 256 tokens of which the second half is scored. */
function chunk(kldAt: (place: number) => number, more: Partial<PlacedChunk['candidate']> = {}): PlacedChunk {
  const places = Int32Array.from({ length: 127 }, (_, index) => 129 + index);
  return {
    reference: { places, nll: Float64Array.from(places, () => 2) },
    candidate: {
      nll: Float32Array.from(places, () => 2.5),
      kld: Float32Array.from(places, kldAt),
      sameTop: new Uint8Array(127).fill(1),
      ...more,
    },
  };
}

describe('divergence by depth', () => {
  it('has bands of equal width that hold every scored token once', () => {
    const bands = byDepth([chunk(() => 0.5), chunk(() => 0.5)], 8);
    expect(bands).toHaveLength(8);
    expect(bands[0]?.from).toBe(129);
    expect(bands.at(-1)?.to).toBe(255);
    for (const [index, band] of bands.entries()) {
      expect(band.tokens).toBe(2 * (band.to - band.from + 1));
      expect(band.from).toBe(index === 0 ? 129 : (bands[index - 1]?.to ?? 0) + 1);
      expect(band).toMatchObject({ kldMean: 0.5, sameTop: 1, kldInterval95: null });
      expect(band.pplRatio).toBeCloseTo(Math.exp(0.5), 6);
    }
  });

  it('shows what grows with depth, and its intervals hold the truth', () => {
    const random = createRandom(7);
    const chunks = Array.from({ length: 40 }, () => {
      const own = random.next() * 0.02;
      return chunk((place) => place / 1000 + own);
    });
    const bands = byDepth(chunks, 4);
    const means = bands.map(({ kldMean }) => kldMean);
    expect(means).toEqual(means.toSorted((one, other) => one - other));
    for (const { from, to, kldInterval95 } of bands) {
      const truth = (from + to) / 2000 + 0.01;
      expect(kldInterval95?.[0]).toBeLessThan(truth);
      expect(kldInterval95?.[1]).toBeGreaterThan(truth);
    }
  });

  it('has intervals of the chunks alone that reach into a band, and none where fewer than six do', () => {
    const random = createRandom(3);
    // Ten items of 20 scored tokens, six of 40, and one that reaches into the last band.
    const item = (length: number): PlacedChunk => {
      const places = Int32Array.from({ length }, (_, index) => index + 1);
      return {
        reference: { places, nll: Float64Array.from(places, () => 2) },
        candidate: {
          nll: Float32Array.from(places, () => 2.1 + random.next() * 0.1),
          kld: Float32Array.from(places, () => 0.04 + random.next() * 0.02),
          sameTop: Uint8Array.from(places, () => (random.next() < 0.9 ? 1 : 0)),
        },
      };
    };
    const all = [...Array.from({ length: 10 }, () => item(20)), ...Array.from({ length: 6 }, () => item(40)), item(60)];
    const [near, middle, far] = byDepth(all, 3);
    const reaching = byDepth([...all.slice(10)], 3)[1];
    expect(near?.kldInterval95).not.toBeNull();
    expect(middle).toEqual(reaching);
    expect(middle?.kldInterval95?.[1]).toBeLessThan(0.06);
    expect(far).toMatchObject({ tokens: 20, kldInterval95: null, pplRatioInterval95: null, sameTopInterval95: null });
  });

  it('leaves out bands that no item reaches, and is empty without chunks', () => {
    const few: PlacedChunk = {
      reference: { places: Int32Array.of(1, 2, 99), nll: Float64Array.of(1, 1, 1) },
      candidate: { nll: Float32Array.of(1, 1, 1), kld: Float32Array.of(1, 3, 5), sameTop: Uint8Array.of(1, 0, 0) },
    };
    expect(byDepth([few], 3)).toMatchObject([
      { from: 1, to: 33, tokens: 2, kldMean: 2, sameTop: 0.5 },
      { from: 67, to: 99, tokens: 1, kldMean: 5, sameTop: 0 },
    ]);
    expect(byDepth([], 8)).toEqual([]);
  });
});
