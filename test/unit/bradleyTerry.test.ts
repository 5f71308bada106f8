import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bradleyTerry, type PairedOutcomes } from '../../main/base/stats/bradleyTerry.ts';
import { createRandom } from '../../main/base/stats/random.ts';

/** Wins of the row's team over the column's, American League 1987: Agresti, Categorical Data Analysis (2002), table 10.10. */
const teams = ['Milwaukee', 'Detroit', 'Toronto', 'New York', 'Boston', 'Cleveland', 'Baltimore'];
const wins = [
  [0, 7, 9, 7, 7, 9, 11],
  [6, 0, 7, 5, 11, 9, 9],
  [4, 6, 0, 7, 7, 8, 12],
  [6, 8, 6, 0, 6, 7, 10],
  [6, 2, 6, 7, 0, 7, 12],
  [4, 4, 5, 6, 6, 0, 6],
  [2, 4, 1, 3, 1, 7, 0],
];

describe('Bradley and Terry’s model', () => {
  it('gives the published scores and errors of the American League of 1987', () => {
    const outcomes: PairedOutcomes[] = [];
    for (let first = 0; first < teams.length; first++)
      for (let second = first + 1; second < teams.length; second++)
        outcomes.push({
          first,
          second,
          firstWins: wins[first]?.[second] ?? 0,
          secondWins: wins[second]?.[first] ?? 0,
          ties: 0,
        });
    const fit = bradleyTerry(teams.length, outcomes, { pseudoGames: 0 });
    expect(fit.converged).toBe(true);
    // Against Baltimore; the errors as the R package BradleyTerry2 prints them for this example.
    const published = [
      [1.5814, 0.3433],
      [1.4364, 0.3396],
      [1.2945, 0.3367],
      [1.2476, 0.3359],
      [1.1077, 0.3339],
      [0.6839, 0.3319],
    ];
    published.forEach(([score = 0, error = 0], team) => {
      const difference = fit.difference(team, 6);
      expect(difference.value).toBeCloseTo(score, 4);
      expect(difference.error).toBeCloseTo(error, 4);
    });
    expect(fit.players.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(0, 10);
    expect(fit.tie).toBe(0);
  });

  it('has Davidson’s closed form for two players: π1/π2 = w1/w2 and ν = t / sqrt(w1·w2)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 400 }),
        (firstWins, secondWins, ties) => {
          const fit = bradleyTerry(2, [{ first: 0, second: 1, firstWins, secondWins, ties }], { pseudoGames: 0 });
          expect(fit.difference(0, 1).value).toBeCloseTo(Math.log(firstWins / secondWins), 6);
          expect(fit.tie).toBeCloseTo(ties / Math.sqrt(firstWins * secondWins), 5);
          const games = firstWins + secondWins + ties;
          const chance = fit.probability(0, 1);
          expect(chance.wins).toBeCloseTo(firstWins / games, 6);
          expect(chance.ties).toBeCloseTo(ties / games, 6);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('fulfils Davidson’s likelihood equations: modelled points of each player are those played', () => {
    const outcomes: PairedOutcomes[] = [
      { first: 0, second: 1, firstWins: 19, secondWins: 22, ties: 16 },
      { first: 0, second: 2, firstWins: 16, secondWins: 19, ties: 12 },
      { first: 1, second: 2, firstWins: 19, secondWins: 19, ties: 10 },
      { first: 0, second: 3, firstWins: 18, secondWins: 23, ties: 13 },
      { first: 1, second: 3, firstWins: 23, secondWins: 19, ties: 9 },
      { first: 2, second: 3, firstWins: 19, secondWins: 20, ties: 15 },
    ];
    const fit = bradleyTerry(4, outcomes, { pseudoGames: 0 });
    for (let player = 0; player < 4; player++) {
      let played = 0;
      let modelled = 0;
      for (const one of outcomes) {
        const { wins: win, ties, loses } = fit.probability(one.first, one.second);
        const games = one.firstWins + one.secondWins + one.ties;
        if (one.first === player) {
          played += one.firstWins + one.ties / 2;
          modelled += games * (win + ties / 2);
        } else if (one.second === player) {
          played += one.secondWins + one.ties / 2;
          modelled += games * (loses + ties / 2);
        }
      }
      expect(modelled).toBeCloseTo(played, 6);
    }
  });

  it('has the published profile-likelihood interval of a share: none of 25', () => {
    // Agresti, An Introduction to Categorical Data Analysis (2007), section 1.4: 0 of 25 vegetarians, likelihood-ratio interval (0, 0.074).
    const none = bradleyTerry(2, [{ first: 0, second: 1, firstWins: 0, secondWins: 25, ties: 0 }], {
      pseudoGames: 1e-9,
    }).difference(0, 1);
    expect(1 / (1 + Math.exp(-none.interval[1]))).toBeCloseTo(0.074, 3);
    // In closed form: −2·n·ln(1 − p) = z².
    expect(1 / (1 + Math.exp(-none.interval[1]))).toBeCloseTo(1 - Math.exp(-(1.959964 ** 2) / 50), 5);
  });

  it('costs z²/2 of the log-likelihood at both ends of an interval of two players', () => {
    const [wins, losses] = [14, 6];
    const logLikelihood = (x: number) => -wins * Math.log1p(Math.exp(-x)) - losses * Math.log1p(Math.exp(x));
    const fit = bradleyTerry(2, [{ first: 0, second: 1, firstWins: wins, secondWins: losses, ties: 0 }], {
      pseudoGames: 0,
    });
    const { value, interval } = fit.difference(0, 1);
    for (const end of interval) expect(2 * (logLikelihood(value) - logLikelihood(end))).toBeCloseTo(1.959964 ** 2, 4);
    const [low, high] = fit.players[0]?.interval ?? [0, 0];
    expect([low * 2, high * 2].map((end) => end.toFixed(5))).toEqual(interval.map((end) => end.toFixed(5)));
  });

  it('stays finite for who won everything, lost everything, or never met the others', () => {
    const fit = bradleyTerry(4, [
      { first: 0, second: 1, firstWins: 20, secondWins: 0, ties: 0 },
      { first: 1, second: 2, firstWins: 5, secondWins: 0, ties: 0 },
    ]);
    expect(fit.converged).toBe(true);
    for (const { score, error } of fit.players) expect(Number.isFinite(score) && Number.isFinite(error)).toBe(true);
    const [best, middle, worst, absent] = fit.players.map(({ score }) => score);
    expect(best).toBeGreaterThan(middle ?? 0);
    expect(middle).toBeGreaterThan(worst ?? 0);
    expect(fit.players[3]?.error).toBeGreaterThan(fit.players[0]?.error ?? 0);
    expect(absent).toBeDefined();
    expect(bradleyTerry(2, []).players.map(({ score }) => score)).toEqual([0, 0]);
  });

  it('holds the true differences in 95 % of simulated tournaments with ties', () => {
    const truth = [0.6, 0.1, -0.7];
    const tie = 0.5;
    let held = 0;
    let asked = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const random = createRandom(seed * 31);
      const outcomes: PairedOutcomes[] = [];
      for (let first = 0; first < 3; first++)
        for (let second = first + 1; second < 3; second++) {
          const half = ((truth[first] ?? 0) - (truth[second] ?? 0)) / 2;
          const all = Math.exp(half) + Math.exp(-half) + tie;
          const one = { first, second, firstWins: 0, secondWins: 0, ties: 0 };
          for (let game = 0; game < 60; game++) {
            const drawn = random.next() * all;
            if (drawn < Math.exp(half)) one.firstWins++;
            else if (drawn < Math.exp(half) + tie) one.ties++;
            else one.secondWins++;
          }
          outcomes.push(one);
        }
      const fit = bradleyTerry(3, outcomes, { pseudoGames: 0 });
      for (const [first, second] of [
        [0, 1],
        [0, 2],
        [1, 2],
      ] as const) {
        const { value, error } = fit.difference(first, second);
        asked++;
        if (Math.abs(value - ((truth[first] ?? 0) - (truth[second] ?? 0))) <= 1.96 * error) held++;
      }
    }
    expect(held / asked).toBeGreaterThan(0.92);
    expect(held / asked).toBeLessThan(0.98);
  });

  it('holds the true differences in some 95 % of small tournaments too: three players, five games a pair', () => {
    const truth = [0.8, 0, -0.8];
    let held = 0;
    let asked = 0;
    for (let seed = 1; seed <= 250; seed++) {
      const random = createRandom(seed * 17);
      const outcomes = [
        [0, 1],
        [0, 2],
        [1, 2],
      ].map(([first = 0, second = 0]) => {
        const chance = 1 / (1 + Math.exp((truth[second] ?? 0) - (truth[first] ?? 0)));
        const firstWins = [1, 2, 3, 4, 5].filter(() => random.next() < chance).length;
        return { first, second, firstWins, secondWins: 5 - firstWins, ties: 0 };
      });
      const fit = bradleyTerry(3, outcomes);
      for (const { first, second } of outcomes) {
        const [low, high] = fit.difference(first, second).interval;
        const difference = (truth[first] ?? 0) - (truth[second] ?? 0);
        asked++;
        if (low <= difference && difference <= high) held++;
      }
    }
    expect(held / asked).toBeGreaterThan(0.93);
    expect(held / asked).toBeLessThan(0.99);
  });
});
