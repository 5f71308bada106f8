import { invertPositive } from './linear.ts';

/** Outcomes between two players, by index. */
export interface PairedOutcomes {
  first: number;
  second: number;
  firstWins: number;
  secondWins: number;
  ties: number;
}

export interface BradleyTerryOptions {
  /**
   * Wins and losses of each player against an imaginary average one, so that scores stay finite when somebody won or lost
   * everything, or was never compared with the others. Default: 0.5, as the R package PlackettLuce has it; 0: none.
   */
  pseudoGames?: number;
  /** Of the intervals. Default: 1.959964, for 95 %. */
  z?: number;
}

export interface Strength {
  /** Natural log of the player's worth; the mean over all players is 0. Infinite or NaN never. */
  score: number;
  /** Standard error, from the inverse of the information matrix. */
  error: number;
  /** By the profile of the penalised likelihood; an end is infinite where without pseudo-games nothing bounds it. */
  interval: [number, number];
}

export interface BradleyTerryFit {
  players: Strength[];
  /** Davidson's ν: 0 when there are no ties. */
  tie: number;
  /** Difference of two scores with its standard error and interval: the scores themselves are correlated. */
  difference(first: number, second: number): { value: number; error: number; interval: [number, number] };
  /** Modelled probability that the first wins against the second, and that they tie. */
  probability(first: number, second: number): { wins: number; ties: number; loses: number };
  converged: boolean;
}

/**
 * Bradley and Terry's model (1952) with ties after Davidson (1970): with worths π, P(i beats j) = πi / s, P(tie) = ν·sqrt(πi·πj) / s,
 * s = πi + πj + ν·sqrt(πi·πj). In θ = ln π and ln ν it is log-linear, so the log-likelihood is concave and Newton's steps (halved
 * while they do not gain) find its one maximum. Scores are centred; errors are those of the centred scores.
 *
 * Intervals are those of the profile likelihood (Venzon and Moolgavkar, Applied Statistics 1988) with the pseudo-games' penalty, as
 * Heinze and Schemper (Statistics in Medicine 2002) have it for separated data: all values that cost at most z²/2 of the penalised
 * log-likelihood. Symmetric ones by the standard error are far too wide where somebody won everything.
 */
export function bradleyTerry(
  players: number,
  outcomes: readonly PairedOutcomes[],
  { pseudoGames = 0.5, z = 1.959963984540054 }: BradleyTerryOptions = {},
): BradleyTerryFit {
  // Nothing but ties says nothing of the scores, and their ν has no bound.
  const hasTies =
    outcomes.some(({ ties }) => ties > 0) && outcomes.some(({ firstWins, secondWins }) => firstWins + secondWins > 0);
  const size = players + (hasTies ? 1 : 0);
  let place = new Float64Array(size);
  let value = objective(place);
  let converged = false;
  let covariance: number[][] | null = null;

  /** Log-likelihood, with a penalty that fixes what the data leave free: the mean of the scores. */
  function objective(at: Float64Array): number {
    let sum = 0;
    for (const one of outcomes) {
      const { wins, ties, loses } = chances(at, one.first, one.second);
      sum += weighted(one.firstWins, wins) + weighted(one.secondWins, loses);
      if (hasTies) sum += weighted(one.ties, ties);
    }
    let mean = 0;
    for (let player = 0; player < players; player++) {
      const score = at[player] ?? 0;
      mean += score / players;
      sum -= pseudoGames * (softplus(score) + softplus(-score));
    }
    return sum - 0.5 * players * mean * mean;
  }

  function chances(at: Float64Array, first: number, second: number) {
    const half = ((at[first] ?? 0) - (at[second] ?? 0)) / 2;
    const top = Math.max(Math.abs(half), hasTies ? (at[players] ?? 0) : Number.NEGATIVE_INFINITY);
    const win = Math.exp(half - top);
    const lose = Math.exp(-half - top);
    const tie = hasTies ? Math.exp((at[players] ?? 0) - top) : 0;
    const all = win + lose + tie;
    return { wins: win / all, ties: tie / all, loses: lose / all };
  }

  /** Gradient, and the negative of the second derivatives. */
  function derivatives(at: Float64Array): { slope: Float64Array; information: number[][] } {
    const slope = new Float64Array(size);
    const information = Array.from({ length: size }, () => new Array<number>(size).fill(0));
    const add = (row: number, column: number, amount: number) => {
      const line = information[row];
      if (line !== undefined) line[column] = (line[column] ?? 0) + amount;
    };
    let mean = 0;
    for (let player = 0; player < players; player++) mean += (at[player] ?? 0) / players;
    for (let player = 0; player < players; player++) {
      const score = at[player] ?? 0;
      const above = 1 / (1 + Math.exp(-score));
      slope[player] = (slope[player] ?? 0) + pseudoGames * (1 - 2 * above) - mean;
      add(player, player, 2 * pseudoGames * above * (1 - above));
      for (let other = 0; other < players; other++) add(player, other, 1 / players);
    }
    for (const { first, second, firstWins, secondWins, ties: tied } of outcomes) {
      const ties = hasTies ? tied : 0;
      const games = firstWins + secondWins + ties;
      const chance = chances(at, first, second);
      // Of the half difference h = (θi − θj)/2 with coordinates win +1, tie 0, lose −1, and of ln ν with tie 1.
      const lean = chance.wins - chance.loses;
      const slant = (firstWins - secondWins - games * lean) / 2;
      slope[first] = (slope[first] ?? 0) + slant;
      slope[second] = (slope[second] ?? 0) - slant;
      const spread = (games * (chance.wins + chance.loses - lean * lean)) / 4;
      add(first, first, spread);
      add(second, second, spread);
      add(first, second, -spread);
      add(second, first, -spread);
      if (!hasTies) continue;
      slope[players] = (slope[players] ?? 0) + ties - games * chance.ties;
      add(players, players, games * chance.ties * (1 - chance.ties));
      const mixed = (-games * chance.ties * lean) / 2;
      add(first, players, mixed);
      add(players, first, mixed);
      add(second, players, -mixed);
      add(players, second, -mixed);
    }
    return { slope, information };
  }

  for (let round = 0; round < 200 && !converged; round++) {
    const { slope, information } = derivatives(place);
    covariance = invertPositive(information);
    if (covariance === null) break;
    const inverse = covariance;
    const step = Float64Array.from({ length: size }, (_, row) =>
      slope.reduce((sum, one, column) => sum + (inverse[row]?.[column] ?? 0) * one, 0),
    );
    if (step.every((one) => Math.abs(one) < 1e-10)) converged = true;
    let scale = 1;
    for (let halving = 0; halving < 60; halving++, scale /= 2) {
      const next = place.map((one, index) => one + scale * (step[index] ?? 0));
      const gained = objective(next);
      if (gained >= value || converged) {
        place = next;
        value = gained;
        break;
      }
    }
  }

  // From here on nothing moves the maximum.
  const top: Float64Array = place;

  /** The largest objective among scores whose weighted sum is `wanted`, beginning at `start`. */
  function bestAt(weights: Float64Array, wanted: number, start: Float64Array): { place: Float64Array; value: number } {
    let at = start;
    let reached = objective(at);
    for (let round = 0; round < 50; round++) {
      const { slope, information } = derivatives(at);
      const inverse = invertPositive(information);
      if (inverse === null) break;
      const free = times(inverse, slope);
      const along = times(inverse, weights);
      const hold = (dot(weights, free) - (wanted - dot(weights, at))) / dot(weights, along);
      const step = free.map((one, index) => one - hold * (along[index] ?? 0));
      if (step.every((one) => Math.abs(one) < 1e-9)) break;
      let next = at;
      for (let halving = 0, scale = 1; halving < 40; halving++, scale /= 2) {
        next = at.map((one, index) => one + scale * (step[index] ?? 0));
        if (objective(next) >= reached) break;
      }
      at = next;
      reached = objective(at);
    }
    return { place: at, value: reached };
  }

  /** All values of a weighted sum of scores that cost at most z²/2 of the objective. */
  function profile(weights: Float64Array, estimate: number, error: number): [number, number] {
    if (!Number.isFinite(error) || covariance === null) return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    const along = times(covariance, weights);
    const spread = dot(weights, along);
    const end = (side: 1 | -1): number => {
      let best = { place: top, value };
      const cost = (distance: number): number => {
        const wanted = estimate + side * distance;
        const shift = (wanted - dot(weights, best.place)) / spread;
        best = bestAt(
          weights,
          wanted,
          best.place.map((one, index) => one + shift * (along[index] ?? 0)),
        );
        return 2 * (value - best.value) - z * z;
      };
      let near = 0;
      let far = z * error;
      while (cost(far) < 0) {
        near = far;
        far *= 1.5;
        if (far > mostDistance) return side * Number.POSITIVE_INFINITY;
      }
      while (far - near > 1e-7 * Math.max(1, far)) {
        const middle = (near + far) / 2;
        if (cost(middle) < 0) near = middle;
        else far = middle;
      }
      return estimate + (side * (near + far)) / 2;
    };
    return [end(-1), end(1)];
  }

  const centred = centredCovariance(covariance, players);
  const variance = (row: number, column: number) => centred[row]?.[column] ?? Number.POSITIVE_INFINITY;
  const mean = place.subarray(0, players).reduce((sum, one) => sum + one / players, 0);
  return {
    players: Array.from({ length: players }, (_, player) => {
      const score = (place[player] ?? 0) - mean;
      const error = Math.sqrt(Math.max(0, variance(player, player)));
      const weights = Float64Array.from({ length: size }, (_, index) =>
        index >= players ? 0 : (index === player ? 1 : 0) - 1 / players,
      );
      return {
        score,
        error,
        get interval() {
          return profile(weights, score, error);
        },
      };
    }),
    tie: hasTies ? Math.exp(place[players] ?? 0) : 0,
    difference(first, second) {
      const difference = (place[first] ?? 0) - (place[second] ?? 0);
      const error = Math.sqrt(
        Math.max(0, variance(first, first) + variance(second, second) - 2 * variance(first, second)),
      );
      const weights = new Float64Array(size);
      if (first !== second) {
        weights[first] = 1;
        weights[second] = -1;
      }
      return {
        value: difference,
        error,
        get interval(): [number, number] {
          return first === second ? [0, 0] : profile(weights, difference, error);
        },
      };
    },
    probability: (first, second) => chances(place, first, second),
    converged,
  };
}

/** On the scale of natural logs, where a score says nothing any more but "always". */
const mostDistance = 60;

const dot = (one: Float64Array, other: Float64Array) =>
  one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);

const times = (matrix: readonly (readonly number[])[], vector: Float64Array) =>
  Float64Array.from(matrix, (row) => row.reduce((sum, value, index) => sum + value * (vector[index] ?? 0), 0));

const weighted = (count: number, chance: number) => (count === 0 ? 0 : count * Math.log(chance));

/** ln(1 + exp(x)) without overflow. */
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** Covariance of the scores less their mean: the part along "all scores rise alike" says nothing and is taken out. */
function centredCovariance(covariance: number[][] | null, players: number): number[][] {
  if (covariance === null) return [];
  const at = (row: number, column: number) => covariance[row]?.[column] ?? 0;
  const indexes = Array.from({ length: players }, (_, index) => index);
  const rowMeans = indexes.map((row) => indexes.reduce((sum, column) => sum + at(row, column) / players, 0));
  const all = rowMeans.reduce((sum, one) => sum + one / players, 0);
  return indexes.map((row) =>
    indexes.map((column) => at(row, column) - (rowMeans[row] ?? 0) - (rowMeans[column] ?? 0) + all),
  );
}
