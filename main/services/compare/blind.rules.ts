import { createHash } from 'node:crypto';
import type { BlindOutcome, BlindResult } from '../../../preload/contract/blind.ts';
import { bradleyTerry, type PairedOutcomes } from '../../base/stats/bradleyTerry.ts';
import { clopperPearsonInterval } from '../../base/stats/clopperPearson.ts';
import { wilsonInterval } from '../../base/stats/wilson.ts';

/** A model that takes part. */
export interface Player {
  key: string;
  name: string;
  quantization: string;
}

/** An answer that is there. */
export interface Candidate {
  comparison: string;
  prompt: number;
  player: string;
  text: string;
}

export interface Pair {
  /** Says nothing of whose answers they are. */
  id: string;
  comparison: string;
  prompt: number;
  left: Candidate;
  right: Candidate;
}

export interface Judgment {
  left: string;
  right: string;
  outcome: BlindOutcome;
}

/**
 * Every two different answers of different models to the same prompt, in an order and on sides that follow from the seed alone, so that
 * answers which come later change nothing of what was asked. Pairs with the same words are handed back apart.
 */
export function pairsOf(seed: string, answers: readonly Candidate[]): { pairs: Pair[]; identical: Pair[] } {
  const byPrompt = Map.groupBy(answers, ({ comparison, prompt }) => `${comparison} ${prompt}`);
  const pairs: Pair[] = [];
  const identical: Pair[] = [];
  for (const group of byPrompt.values()) {
    // A model that stands in two columns of a comparison answers once.
    const once = [...new Map(group.map((one) => [one.player, one])).values()].sort((a, b) => order(a.player, b.player));
    once.forEach((one, index) => {
      for (const other of once.slice(index + 1)) {
        const drawn = createHash('sha256')
          .update(JSON.stringify([seed, one.comparison, one.prompt, one.player, other.player]))
          .digest();
        const swapped = (drawn[31] ?? 0) % 2 === 1;
        const pair = {
          id: drawn.toString('hex', 0, 12),
          comparison: one.comparison,
          prompt: one.prompt,
          left: swapped ? other : one,
          right: swapped ? one : other,
        };
        (one.text.trim() === other.text.trim() ? identical : pairs).push(pair);
      }
    });
  }
  for (const list of [pairs, identical]) list.sort((a, b) => order(a.id, b.id));
  return { pairs, identical };
}

const order = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

/** Of the pairs with the same words as large a part as is asked of the others, so that ties weigh what they weigh in all. */
export function identicalPart(identical: readonly Pair[], asked: number, there: number): readonly Pair[] {
  return there === 0 ? identical : identical.slice(0, Math.round(identical.length * Math.min(1, asked / there)));
}

/** With fewer choices that were no tie not even all of them for one model tell anything: five of five are 6 % by chance alone. */
const fewestDecided = 6;

/**
 * Scores, intervals and what they say. `players[0]` is the one that all are held against. `total`: pairs there were to judge; an end
 * before all are is said, because who stops where it pleases finds a preference more often than 5 % of the time. Default: all were.
 * `silent`: keys of those that have no answer to choose; no choices would tell of them.
 */
export function resultOf(
  players: readonly Player[],
  judged: readonly Judgment[],
  identical: readonly Pair[],
  total = judged.length,
  silent: ReadonlySet<string> = new Set(),
): BlindResult {
  const place = new Map(players.map(({ key }, index) => [key, index]));
  const outcomes = new Map<string, PairedOutcomes>();
  const tally = players.map(() => ({ wins: 0, losses: 0, ties: 0 }));
  const count = (left: string, right: string, outcome: BlindOutcome) => {
    const [one, other] = [place.get(left), place.get(right)];
    if (one === undefined || other === undefined) return;
    const [first, second] = one < other ? [one, other] : [other, one];
    const key = `${first} ${second}`;
    const entry = outcomes.get(key) ?? { first, second, firstWins: 0, secondWins: 0, ties: 0 };
    outcomes.set(key, entry);
    const winner = outcome === 'tie' ? null : outcome === 'left' ? one : other;
    if (winner === null) entry.ties += 1;
    else if (winner === first) entry.firstWins += 1;
    else entry.secondWins += 1;
    for (const player of [one, other]) {
      const row = tally[player];
      if (row) row[winner === null ? 'ties' : winner === player ? 'wins' : 'losses'] += 1;
    }
  };
  for (const { left, right, outcome } of judged) count(left, right, outcome);
  for (const { left, right } of identical) count(left.player, right.player, 'tie');

  const fit = bradleyTerry(players.length, [...outcomes.values()]);
  const n = `n = ${judged.length} ${judged.length === 1 ? 'judgement' : 'judgements'}${identical.length > 0 ? ` and ${identical.length} identical ${identical.length === 1 ? 'pair' : 'pairs'}` : ''}`;
  /** Where there are more than two, most judgements are about others. */
  const nOf = (index: number) => {
    if (players.length < 3) return n;
    const two = [players[0]?.key, players[index]?.key];
    const both = judged.filter(({ left, right }) => two.includes(left) && two.includes(right)).length;
    return `${n}, ${both} of them between these two`;
  };
  const held = players.map((player, index) => {
    const strength = fit.players[index];
    const { value, interval } = fit.difference(index, 0);
    const exact = players.length === 2 && index === 1 ? widened(interval, tally[1]) : interval;
    const [low, high] = exact;
    const { wins, losses } = tally[index] ?? { wins: 0, losses: 0 };
    const missing = Math.max(0, fewestDecided - wins - losses);
    const verdict = missing > 0 ? 'untold' : low > 0 ? 'better' : high < 0 ? 'worse' : 'even';
    return {
      key: player.key,
      name: player.name,
      quantization: player.quantization,
      score: strength?.score ?? 0,
      interval95: strength?.interval ?? ([0, 0] satisfies [number, number]),
      difference: exact,
      ...(tally[index] ?? { wins: 0, losses: 0, ties: 0 }),
      missing,
      verdict,
      sentence:
        index === 0
          ? null
          : missing > 0
            ? silent.has(player.key) && wins + losses === 0
              ? `Nothing can be told of ${labelOf(players, index)}: none of its answers is here to choose, they failed or were deleted.`
              : untold(labelOf(players, index), labelOf(players, 0), missing, nOf(index))
            : against(labelOf(players, index), labelOf(players, 0), verdict, { value, low, high }, nOf(index)),
    };
  });
  // Of two models the scores are the halves of their difference, and so are the intervals.
  const [first, second] = held;
  if (held.length === 2 && first && second) {
    second.interval95 = [second.difference[0] / 2, second.difference[1] / 2];
    first.interval95 = [-second.interval95[1], -second.interval95[0]];
  }
  const decided = judged.filter(({ outcome }) => outcome !== 'tie');
  const left = decided.filter(({ outcome }) => outcome === 'left').length;
  return {
    players: held.map(({ verdict: _, difference: __, ...player }) => player).sort((a, b) => b.score - a.score),
    sentence: `${overall(held, labelOf(players, 0), n)}${total > judged.length ? ` Ended early, after ${judged.length} of ${total} pairs: who stops where one seems to lead finds a preference too often.` : ''}`,
    left:
      decided.length === 0
        ? null
        : { share: left / decided.length, interval95: wilsonInterval(left, decided.length), count: decided.length },
  };
}

/**
 * Of two models the choices that were no tie are draws with the odds of their difference (Davidson 1970), so the interval need not rest
 * on a likelihood's shape: it is at least as wide as the exact one of Clopper and Pearson, which holds at every n. Where all choices
 * fell to one, that has no end on its side, and the likelihood's stays.
 */
function widened(interval: readonly [number, number], tally: { wins: number; losses: number } | undefined) {
  const { wins, losses } = tally ?? { wins: 0, losses: 0 };
  const [low, high] = clopperPearsonInterval(wins, wins + losses).map((share) => Math.log(share / (1 - share)));
  const finite = (one: number | undefined, other: number) => (one === undefined || !Number.isFinite(one) ? other : one);
  return [Math.min(interval[0], finite(low, interval[0])), Math.max(interval[1], finite(high, interval[1]))] satisfies [
    number,
    number,
  ];
}

function against(
  label: string,
  reference: string,
  verdict: string,
  { value, low, high }: { value: number; low: number; high: number },
  n: string,
): string {
  const numbers = (sign: 1 | -1) => {
    const [from, to] = sign === 1 ? [low, high] : [-high, -low];
    return `${signed(sign * value)} (95 %: ${signed(from)} to ${signed(to)}) at ${n}`;
  };
  if (verdict === 'better') return `${label} is preferred to ${reference}: ${numbers(1)}.`;
  if (verdict === 'worse') return `${reference} is preferred to ${label}: ${numbers(-1)}.`;
  return `No detectable preference between ${label} and ${reference}: ${numbers(1)}.`;
}

function untold(label: string, reference: string, missing: number, n: string): string {
  return `Nothing can be told of ${label} against ${reference} at ${n}: that takes ${fewestDecided} choices that are no tie, ${missing} more.`;
}

function overall(held: readonly { verdict: string; sentence: string | null }[], reference: string, n: string): string {
  const rest = held.slice(1);
  const differing = rest.filter(({ verdict }) => verdict === 'better' || verdict === 'worse').length;
  if (rest.length === 1) return rest[0]?.sentence ?? '';
  if (rest.every(({ verdict }) => verdict === 'untold'))
    return `Nothing can be told at ${n}: each model takes ${fewestDecided} choices that are no tie.`;
  if (differing === 0) return `No model is detectably better or worse than ${reference} at ${n}.`;
  return `${differing} of ${rest.length} models are told apart from ${reference} at ${n}.`;
}

/** The quantization alone where all are of one model, else with its name. */
export function labelOf(players: readonly Player[], index: number): string {
  const player = players[index];
  if (player === undefined) return '';
  const isAlone = players.filter(({ quantization }) => quantization === player.quantization).length === 1;
  return isAlone && players.every(({ name }) => name === player.name)
    ? player.quantization
    : `${player.name} ${player.quantization}`;
}

const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
