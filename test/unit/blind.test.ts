import { describe, expect, it } from 'vitest';
import { type Candidate, identicalPart, pairsOf, resultOf } from '../../main/services/compare/blind.rules.ts';

const answers = (count: number, players: readonly string[]): Candidate[] =>
  Array.from({ length: count }, (_, prompt) =>
    players.map((player) => ({ comparison: 'c', prompt, player, text: `${player} on ${prompt}` })),
  ).flat();

const players = ['a', 'b', 'c'].map((key) => ({ key, name: 'Model', quantization: key.toUpperCase() }));

describe('the pairs of a blind test', () => {
  it('are all pairs of models at each prompt, each side about as often, in an order of their own', () => {
    const { pairs, identical } = pairsOf('seed', answers(400, ['a', 'b', 'c']));
    expect(pairs).toHaveLength(1200);
    expect(identical).toEqual([]);
    expect(new Set(pairs.map(({ id }) => id)).size).toBe(1200);
    for (const player of ['a', 'b', 'c']) {
      const left = pairs.filter((pair) => pair.left.player === player).length;
      // 800 draws of one half: five standard deviations are 71.
      expect(Math.abs(left - 400)).toBeLessThan(71);
    }
    const order = pairs.map(({ prompt }) => prompt);
    expect(order).not.toEqual(order.toSorted((one, other) => one - other));
  });

  it('stay the same, and in place to one another, when more answers come', () => {
    const few = pairsOf('seed', answers(20, ['a', 'b'])).pairs.map(({ id }) => id);
    const more = pairsOf('seed', answers(40, ['a', 'b', 'c'])).pairs.map(({ id }) => id);
    expect(more.filter((id) => few.includes(id))).toEqual(few);
  });

  it('with the same words come in the part in which the others are asked', () => {
    const same = answers(50, ['a', 'b']).map((one) => ({ ...one, text: 'the same' }));
    const { identical } = pairsOf('seed', same);
    expect(identicalPart(identical, 20, 100)).toEqual(identical.slice(0, 10));
    expect(identicalPart(identical, 100, 100)).toEqual(identical);
    expect(identicalPart(identical, 0, 0)).toEqual(identical);
  });

  it('come otherwise from another seed', () => {
    const ids = (seed: string) => pairsOf(seed, answers(20, ['a', 'b'])).pairs.map(({ prompt }) => prompt);
    expect(ids('one')).not.toEqual(ids('other'));
  });

  it('hold a model once that stands in two columns, and put the same words apart', () => {
    const twice = [...answers(1, ['a', 'b']), ...answers(1, ['a'])];
    expect(pairsOf('seed', twice).pairs).toHaveLength(1);
    const same = answers(1, ['a', 'b']).map((one) => ({ ...one, text: 'the same ' }));
    expect(pairsOf('seed', same)).toMatchObject({ pairs: [], identical: [{ prompt: 0 }] });
  });
});

describe('the result of a blind test', () => {
  it('tells a model apart that wins nearly always, and says by how much and at which n', () => {
    const judged = Array.from({ length: 30 }, (_, index) => ({
      left: index % 2 === 0 ? 'a' : 'b',
      right: index % 2 === 0 ? 'b' : 'a',
      outcome: index === 7 ? ('tie' as const) : index % 2 === 0 ? ('left' as const) : ('right' as const),
    }));
    const result = resultOf(players.slice(0, 2), judged, []);
    expect(result.players.map(({ key }) => key)).toEqual(['a', 'b']);
    expect(result.players[0]).toMatchObject({ wins: 29, losses: 0, ties: 1, sentence: null });
    expect(result.sentence).toMatch(
      /^A is preferred to B: \+\d\.\d+ \(95 %: \+\d\.\d+ to \+\d+\.\d+\) at n = 30 judgements\.$/,
    );
    expect(result.left).toMatchObject({ count: 29 });
    expect(result.left?.share).toBeCloseTo(15 / 29, 10);
  });

  it('says that nothing is told apart where wins are even', () => {
    const judged = Array.from({ length: 12 }, (_, index) => ({
      left: 'a',
      right: 'b',
      outcome: index % 2 === 0 ? ('left' as const) : ('right' as const),
    }));
    const { sentence, players: held } = resultOf(players.slice(0, 2), judged, []);
    expect(sentence).toMatch(/^No detectable preference between B and A: \+0\.00 /);
    for (const { score, interval95 } of held) {
      expect(score).toBeCloseTo(0, 6);
      expect(interval95[0]).toBeLessThan(0);
      expect(interval95[1]).toBeGreaterThan(0);
    }
  });

  it('tells a preference from six of six, none from five of five, as the exact test does', () => {
    const wins = (count: number) =>
      resultOf(
        players.slice(0, 2),
        Array.from({ length: count }, () => ({ left: 'b', right: 'a', outcome: 'left' as const })),
        [],
      );
    expect(wins(6).sentence).toMatch(/^B is preferred to A: /);
    expect(wins(6).players[0]?.interval95[0]).toBeCloseTo(Math.log(0.54074 / 0.45926) / 2, 3);
    expect(wins(5).sentence).toBe(
      'Nothing can be told of B against A at n = 5 judgements: that takes 6 choices that are no tie, 1 more.',
    );
    expect(wins(5).players[0]?.interval95[0]).toBeLessThan(0);
    expect([1, 5, 6].map((count) => wins(count).players[0]?.missing)).toEqual([5, 1, 0]);
  });

  it('says that a test ended early, and nothing of it where all pairs were judged', () => {
    const judged = Array.from({ length: 12 }, () => ({ left: 'b', right: 'a', outcome: 'left' as const }));
    const sentence = (total?: number) => resultOf(players.slice(0, 2), judged, [], total).sentence;
    expect(sentence(40)).toMatch(/^B is preferred to A: .* Ended early, after 12 of 40 pairs: who stops/);
    expect(sentence(12)).not.toContain('early');
    expect(sentence()).not.toContain('early');
  });

  it('finds a preference where there is none in at most 5 % of tests, at every small number of choices', () => {
    for (const count of [1, 4, 5, 6, 8, 11, 14]) {
      let chance = 0;
      let of = 1;
      for (let won = 0; won <= count; won++) {
        const judged = Array.from({ length: count }, (_, index) => ({
          left: 'b',
          right: 'a',
          outcome: index < won ? ('left' as const) : ('right' as const),
        }));
        if (/is preferred to/.test(resultOf(players.slice(0, 2), judged, []).sentence)) chance += of * 0.5 ** count;
        of = (of * (count - won)) / (won + 1);
      }
      expect(chance, `${count} choices`).toBeLessThanOrEqual(0.05);
    }
  });

  it('asks for no choices of a model whose answers all failed', () => {
    const judged = Array.from({ length: 8 }, () => ({ left: 'a', right: 'b', outcome: 'left' as const }));
    const { players: held } = resultOf(players, judged, [], 8, new Set(['c']));
    expect(held.find(({ key }) => key === 'c')?.sentence).toBe(
      'Nothing can be told of C: none of its answers is here to choose, they failed or were deleted.',
    );
  });

  it('counts how many of several models are told apart', () => {
    const judged = Array.from({ length: 40 }, () => ({ left: 'a', right: 'c', outcome: 'left' as const }));
    expect(resultOf(players, judged, []).sentence).toBe('1 of 2 models are told apart from A at n = 40 judgements.');
    expect(resultOf(players, [], []).sentence).toBe(
      'Nothing can be told at n = 0 judgements: each model takes 6 choices that are no tie.',
    );
  });
});
