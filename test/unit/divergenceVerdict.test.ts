import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ratioText } from '../../main/services/divergence/shown.rules.ts';
import { type Ranked, smallestWithoutLoss } from '../../main/services/divergence/smallest.rules.ts';
import {
  fewestChunks,
  smallDrop,
  smallLoss,
  type VerdictGrounds,
  verdictOf,
} from '../../main/services/divergence/verdict.rules.ts';
import type { VerdictKind } from '../../preload/contract/divergence.ts';

type Interval = [number, number];

const plain: VerdictGrounds = {
  tokens: 3060,
  chunks: 12,
  identical: null,
  reference: { ppl: 6, interval: [5.8, 6.2] },
  vocabulary: 32_000,
  pplRatio: 1,
  lnPplRatio: [-0.001, 0.002],
  deltaP: [-0.001, 0.001],
  sameTop: [0.992, 0.999],
  kld: 0.004,
};
const judged = (more: Partial<VerdictGrounds>) => {
  const grounds = { ...plain, ...more };
  const [low, high] = grounds.lnPplRatio ?? [0, 0];
  return verdictOf({ ...grounds, pplRatio: Math.exp((low + high) / 2) });
};

/** What a screen shows in green. */
const green: VerdictKind[] = ['equivalent', 'small loss'];

describe('verdicts', () => {
  const around = (center: number, span: number) =>
    fc
      .tuple(fc.double({ min: -span, max: span, noNaN: true }), fc.double({ min: 0, max: span, noNaN: true }))
      .map(([middle, half]): Interval => [center + middle - half, center + middle + half]);
  const share = around(0.97, 0.05).map(([low, high]): Interval => [Math.max(0, low), Math.min(1, high)]);
  const grounds = fc.record({
    tokens: fc.integer({ min: 100, max: 1_000_000 }),
    chunks: fc.integer({ min: fewestChunks, max: 4000 }),
    lnPplRatio: fc.oneof(around(0, 0.012), around(0, 0.2)),
    deltaP: fc.oneof(around(0, 0.012), around(0, 0.1)),
    sameTop: share,
  });
  const wider = (interval: Interval, by: readonly [number, number]): Interval => [
    interval[0] - by[0],
    interval[1] + by[1],
  ];
  const more = fc.tuple(fc.double({ min: 0, max: 0.3, noNaN: true }), fc.double({ min: 0, max: 0.3, noNaN: true }));

  it('are green only where the intervals leave no room for a loss above 1 % and for another model', () => {
    fc.assert(
      fc.property(grounds, (one) => {
        if (!green.includes(judged(one).kind)) return;
        expect(one.lnPplRatio[1]).toBeLessThan(smallLoss);
        expect(one.deltaP[0]).toBeGreaterThan(-smallDrop);
        expect(one.sameTop[0]).toBeGreaterThanOrEqual(0.95);
      }),
      { numRuns: 2000 },
    );
  });

  it('never get better by wider intervals: what was not green stays so', () => {
    fc.assert(
      fc.property(grounds, more, more, more, (one, ratio, drop, top) => {
        const vaguer = judged({
          ...one,
          lnPplRatio: wider(one.lnPplRatio, ratio),
          deltaP: wider(one.deltaP, drop),
          sameTop: wider(one.sameTop, top),
        });
        const before = judged(one).kind;
        if (!green.includes(before)) expect(green).not.toContain(vaguer.kind);
      }),
      { numRuns: 2000 },
    );
  });

  it('never turn a loss green by fewer chunks, whose intervals are wider by the root of their number', () => {
    fc.assert(
      fc.property(grounds, fc.double({ min: 0.01, max: 1, noNaN: true }), (one, part) => {
        const grown = ([low, high]: Interval): Interval => {
          const [middle, half] = [(low + high) / 2, (high - low) / 2 / Math.sqrt(part)];
          return [middle - half, middle + half];
        };
        const fewer = judged({ ...one, lnPplRatio: grown(one.lnPplRatio), deltaP: grown(one.deltaP) });
        if (!green.includes(judged(one).kind)) expect(green).not.toContain(fewer.kind);
      }),
      { numRuns: 2000 },
    );
  });

  it('never get better when both intervals get worse', () => {
    const rank = ['equivalent', 'small loss', 'loss', 'clear loss'];
    fc.assert(
      fc.property(grounds, fc.double({ min: 0, max: 0.3, noNaN: true }), (one, shift) => {
        const moved = ([low, high]: Interval, by: number): Interval => [low + by, high + by];
        const [before, after] = [
          judged(one).kind,
          judged({ ...one, lnPplRatio: moved(one.lnPplRatio, shift), deltaP: moved(one.deltaP, -shift) }).kind,
        ];
        if (rank.includes(before) && rank.includes(after))
          expect(rank.indexOf(after)).toBeGreaterThanOrEqual(rank.indexOf(before));
      }),
    );
  });

  it.each<[string, Partial<VerdictGrounds>, VerdictKind, RegExp]>([
    [
      'a reference that guesses',
      { reference: { ppl: 123_413, interval: [100_000, 150_000] }, vocabulary: 1280 },
      'text unsuited',
      /^No verdict: the reference hardly predicts this text \(PPL 123,413 with a vocabulary of 1,280\)/,
    ],
    [
      'a reference whose own PPL cannot be told',
      { reference: { ppl: 1.34, interval: null } },
      'text unsuited',
      /^No verdict at n = .*: the PPL of the reference itself cannot be told, as a few chunks carry nearly all of it, from 3,060 tokens\./,
    ],
    [
      'a reference whose own PPL is hardly known',
      { reference: { ppl: 20, interval: [8, 50] } },
      'text unsuited',
      /^No verdict .*only to 8 to 50/,
    ],
    [
      'room for a loss of 35 %',
      { lnPplRatio: [-0.05, 0.3] },
      'inconclusive',
      /^Not told apart at n = 3,060 tokens in 12 chunks: PPL may be up to 35 % higher \(PPL ×1\.133 .*About 310 times the text would tell/,
    ],
    [
      'room for a drop of the actual token alone',
      { deltaP: [-0.03, 0.01] },
      'inconclusive',
      /: the actual token up to 3 points less likely \(/,
    ],
    [
      'a small loss that was measured, of what may be another model',
      { lnPplRatio: [0.0012, 0.0048], deltaP: [-0.0031, -0.0012], sameTop: [0.946, 0.954] },
      'loss',
      /^A loss, below 1 % of PPL, at n = .*; whether it is the same model takes more text to tell: /,
    ],
    [
      'equal PPL and other answers',
      { sameTop: [0.38, 0.42], kld: 0.9 },
      'other answers',
      /^Other answers, though no loss .*it is not the same model: 58 to 62 % of the top tokens differ, mean KLD 0\.9\.$/,
    ],
    [
      'contradictory signs',
      { lnPplRatio: [-0.03, -0.01], deltaP: [-0.02, -0.005] },
      'mixed',
      /^Mixed at .*PPL ×0\.9802 .*lower than the reference, yet the actual token is less likely by 0\.5 to 2 points/,
    ],
    [
      'a loss that only Δp shows',
      { lnPplRatio: [-0.053, 0.04], deltaP: [-0.0174, -0.0075] },
      'loss',
      /^A loss at .*: the actual token is less likely by 0\.75 to 1\.74 points, by PPL ×/,
    ],
    [
      'a small drop',
      { lnPplRatio: [-0.03, -0.01], deltaP: [-0.004, -0.001] },
      'small loss',
      /^Small loss, below 1 % .*0\.1 to 0\.4 points, PPL/,
    ],
    ['a small loss', { lnPplRatio: [0.001, 0.004] }, 'small loss', /^Small loss, below 1 % of PPL, at n/],
    ['a clear loss', { lnPplRatio: [0.02, 0.04] }, 'clear loss', /^Clear loss at .*it answers as the reference/],
    ['no room for a loss', {}, 'equivalent', /^No loss above 1 % of PPL at n = .*it answers as the reference/],
    ['the same file', { identical: 'exactly' }, 'identical', /^Identical at n = 3,060 tokens in 12 chunks: KLD 0/],
    ['the same by a base file', { identical: 'in 16 bits' }, 'identical', /^Identical within the 16 bits of the base/],
    ['one chunk that carries all', { lnPplRatio: null, chunks: 20 }, 'text unsuited', /carry nearly all of the diff/],
    ['too few chunks', { lnPplRatio: null, chunks: 5 }, 'too little text', /5 chunks, and an interval needs 6/],
  ])('of %s say so', (_, more, kind, sentence) => {
    const verdict = judged(more);
    expect(verdict.kind).toBe(kind);
    expect(verdict.sentence).toMatch(sentence);
  });
});

describe('the smallest variant', () => {
  const candidate = (label: string, sizeBytes: number, kind: VerdictKind, more: Partial<Ranked> = {}): Ranked => ({
    label,
    sizeBytes,
    verdict: { kind, sentence: '' },
    kld: 0.01,
    pplRatioHigh: 1.005,
    isLoss: kind.endsWith('loss') || kind === 'mixed',
    isReference: false,
    ...more,
  });
  const sentenceOf = (all: readonly Ranked[]) => smallestWithoutLoss(all, 4080, 16);

  it('is the smallest that was shown to be equivalent, never one that was not told apart', () => {
    const ladder = [
      candidate('Q8_0', 3_700_000, 'equivalent'),
      candidate('Q6_K', 2_900_000, 'equivalent'),
      candidate('Q4_K_M', 2_200_000, 'inconclusive', { pplRatioHigh: 1.023 }),
      candidate('Q2_K', 1_460_000, 'other answers', { kld: 1.4 }),
    ];
    expect(sentenceOf(ladder)).toEqual({
      candidate: 1,
      sentence:
        'Q6_K (2.77 MiB) is the smallest variant with no loss above 1 % of PPL at n = 4,080 tokens in 16 chunks. The smallest variant with no detectable loss at this n is Q4_K_M (2.1 MiB, not told apart: PPL up to 2.3 % higher).',
    });
    const open = [candidate('Q5_K_M', 2_500_000, 'inconclusive', { pplRatioHigh: 1.0048 })];
    expect(sentenceOf(open)?.sentence).toMatch(/^No variant .* nearest to it is Q5_K_M, of which the first holds,/);
    expect(sentenceOf(ladder.slice(2))).toEqual({
      candidate: null,
      sentence:
        'No variant was shown to have no loss above 1 % of PPL at n = 4,080 tokens in 16 chunks: the nearest to it is Q4_K_M (PPL up to 2.3 % higher). More text will tell. That is not to say that each has one: the smallest variant with no detectable loss at this n is Q4_K_M (2.1 MiB, not told apart: PPL up to 2.3 % higher).',
    });
  });

  it('with no detectable loss is named beside one of which a small loss was measured', () => {
    const small = candidate('Q4_K_M', 2_250_000, 'small loss');
    expect(sentenceOf([candidate('Q8_0', 3_700_000, 'equivalent'), small])).toEqual({
      candidate: 1,
      sentence:
        'Q4_K_M (2.15 MiB) is the smallest variant with no loss above 1 % of PPL at n = 4,080 tokens in 16 chunks. The smallest variant with no detectable loss at this n is Q8_0 (3.53 MiB).',
    });
    expect(sentenceOf([small])?.sentence).toMatch(/16 chunks\. Of every variant some loss was detected at this n\.$/);
    expect(sentenceOf([candidate('Q8_0', 3_700_000, 'equivalent')])?.sentence).toBe(
      'Q8_0 (3.53 MiB) is the smallest variant with no detectable loss, and with none above 1 % of PPL, at n = 4,080 tokens in 16 chunks.',
    );
  });

  it('with no detectable loss is never one that answers otherwise, nor one whose loss was measured but not its size', () => {
    const ladder = [
      candidate('Q8_0', 4, 'equivalent'),
      candidate('Q6_K', 3, 'inconclusive', { isLoss: true }),
      candidate('Q3_K_M', 2, 'other answers'),
      candidate('Q2_K', 1, 'mixed'),
    ];
    expect(sentenceOf(ladder)?.sentence).toMatch(/^Q8_0 .* smallest variant with no detectable loss, and/);
  });

  it('goes by place, so that two files of one type stay apart', () => {
    const two = [candidate('Q4_K_M', 2_300_000, 'clear loss'), candidate('Q4_K_M', 2_200_000, 'equivalent')];
    expect(sentenceOf(two)).toMatchObject({
      candidate: 1,
      sentence: expect.stringContaining('Of Q4_K_M, though larger'),
    });
  });

  it('is not said of what was left out, which is named', () => {
    const lossy = [candidate('Q2_K', 1, 'clear loss', { kld: 1.4 })];
    expect(smallestWithoutLoss(lossy, 4080, 16, ['Q3_K_M', 'IQ4_XS'])?.sentence).toBe(
      'Every measured variant shows a loss at n = 4,080 tokens in 16 chunks. Q2_K diverges least, with a mean KLD of 1.4. Not weighed, because left out: Q3_K_M, IQ4_XS.',
    );
  });

  it('is never the reference itself', () => {
    const own = candidate('F16', 7_000_000, 'identical', { isReference: true });
    expect(sentenceOf([own])).toBeNull();
    expect(sentenceOf([own, candidate('Q2_K', 1, 'clear loss', { kld: 1.4 })])).toMatchObject({
      candidate: null,
      sentence: expect.stringContaining('Every variant shows a loss'),
    });
    expect(sentenceOf([own, candidate('Q8_0', 1, 'equivalent')])?.candidate).toBe(1);
  });

  it('is not named where the text tells nothing', () => {
    expect(sentenceOf([candidate('Q8_0', 1, 'too little text')])?.sentence).toContain('Too little text');
    expect(sentenceOf([candidate('Q8_0', 1, 'text unsuited')])?.sentence).toContain(
      'No variant can be named by this text',
    );
    expect(sentenceOf([candidate('Q8_0', 1, 'other answers')])?.sentence).toContain('both without a loss and the same');
    const worst = [
      candidate('Q3_K_M', 2, 'clear loss', { kld: 1.1 }),
      candidate('Q2_K', 1, 'clear loss', { kld: 1.4 }),
    ];
    expect(sentenceOf(worst)?.sentence).toContain('Q3_K_M diverges least, with a mean KLD of 1.1');
  });
});

describe('a ratio in words', () => {
  it('does not read as no difference where there is one', () => {
    expect([1, 1.00003, 0.999996, 1.0141, 3.4512].map(ratioText)).toEqual([
      '1.0000',
      '1.00003',
      '0.999996',
      '1.0141',
      '3.451',
    ]);
  });
});
