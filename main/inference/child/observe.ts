import type { NativeContext, NativeParts, NativeSampler, SamplerConfig } from './bindings.ts';
import { NotANumber, type Observation } from './observation.ts';
import type { RowReader } from './rowReader.ts';

export interface Observer {
  /** Samples from the logits of a row of the last decode. `recent`: tokens that the repeat penalty counts. */
  next(row: number, recent: number[]): Observation | Promise<Observation>;
  dispose(): void;
}

export interface ObserverOptions {
  /** The sampler that a person chose; temperature 0 takes the most likely token and needs nothing else. */
  chosen: SamplerConfig;
  alternatives: number;
}

/**
 * Greedy over the whole vocabulary, sorted. XTC with threshold 0.5 removes nothing (no two tokens exceed a half); it is there
 * because it sorts with buckets, half as dear as the sort that asking for the confidence would otherwise bring.
 */
const peak: SamplerConfig = { temperature: 0, xtcProbability: 1, xtcThreshold: 0.5 };
/** How many of the best tokens are read to find the sampled one; beyond 128 llama.cpp sorts differently and slower. */
const listed = 64;
const penaltyWindow = 64;

export function createObserver(parts: NativeParts, options: ObserverOptions): Observer {
  return parts.rows === undefined ? sortingObserver(parts, options) : readingObserver(parts, parts.rows, options);
}

/** The sampler draws, and the addon reads what that token was worth. */
function readingObserver(parts: NativeParts, rows: RowReader, { chosen, alternatives }: ObserverOptions): Observer {
  if (isPlainGreedy(chosen)) return { next: (row) => rows.read(row, -1, alternatives), dispose() {} };
  const pick = createPick(parts, chosen);
  return {
    async next(row, recent) {
      const token = await parts.context.sampleToken(row, pick.before(recent));
      return token < 0 ? { token, logprob: 0, top: [] } : rows.read(row, token, alternatives);
    },
    dispose: pick.dispose,
  };
}

/** Where there is no addon: samplers that sort the vocabulary tell the probabilities. */
function sortingObserver(parts: NativeParts, { chosen, alternatives }: ObserverOptions): Observer {
  const greedy = isPlainGreedy(chosen);
  const best = parts.createSampler(peak);
  const pick = greedy ? undefined : createPick(parts, chosen);
  const list =
    greedy && alternatives === 0
      ? undefined
      : parts.createSampler({ temperature: 1, topK: greedy ? alternatives : listed, seed: 0 });

  return {
    async next(row, recent) {
      if (pick === undefined) {
        const [[token, , confidence], pairs] = await Promise.all([
          parts.context.sampleToken(row, best, false, true),
          list === undefined ? undefined : ranked(parts.context, row, list),
        ]);
        const logprob = logOf(confidence);
        return { token, logprob, top: pairs === undefined ? [] : relative(pairs, logprob).slice(0, alternatives) };
      }
      const [token, [, , confidence], pairs] = await Promise.all([
        parts.context.sampleToken(row, pick.before(recent)),
        parts.context.sampleToken(row, best, false, true),
        list === undefined ? [] : ranked(parts.context, row, list),
      ]);
      const top = relative(pairs, logOf(confidence));
      const found = top.find(({ id }) => id === token);
      const logprob =
        found === undefined && token >= 0 ? await wholeLogprob(parts.context, row, best, token) : (found?.logprob ?? 0);
      return { token, logprob, top: top.slice(0, alternatives) };
    },
    dispose() {
      best.dispose();
      pick?.dispose();
      list?.dispose();
    },
  };
}

/** Greedy takes the most likely token and needs no sampler of its own. */
const isPlainGreedy = (chosen: SamplerConfig) =>
  chosen.temperature === 0 && chosen.grammarEvaluationState === undefined;

/** The sampler that a person chose; `before` hands it the tokens that its repeat penalty counts. */
function createPick(parts: NativeParts, chosen: SamplerConfig) {
  const base: SamplerConfig = { ...chosen };
  delete base.repeatPenalty;
  const sampler = parts.createSampler(base);
  const penalty = chosen.repeatPenalty !== undefined && chosen.repeatPenalty !== 1;
  return {
    before(recent: number[]): NativeSampler {
      if (penalty) {
        const tokens = Uint32Array.from(recent.slice(-penaltyWindow));
        sampler.applyConfig({
          ...base,
          repeatPenalty: chosen.repeatPenalty,
          repeatPenaltyMaxTokens: penaltyWindow,
          repeatPenaltyTokens: tokens,
        });
      }
      return sampler;
    },
    dispose: () => sampler.dispose(),
  };
}

/** The best tokens with probabilities that are right relative to each other only. */
async function ranked(context: NativeContext, row: number, list: NativeSampler): Promise<number[]> {
  const [, pairs] = await context.sampleToken(row, list, true, false);
  return pairs ?? [];
}

function relative(pairs: number[], highest: number): { id: number; logprob: number }[] {
  const first = Math.log(pairs[1] ?? 1);
  const top: { id: number; logprob: number }[] = [];
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    top.push({ id: pairs[index] ?? 0, logprob: Math.log(pairs[index + 1] ?? 0) - first + highest });
  }
  return top;
}

/** For a token below the listed ones: reads the whole vocabulary, some milliseconds. */
async function wholeLogprob(context: NativeContext, row: number, best: NativeSampler, token: number): Promise<number> {
  const [, pairs = []] = await context.sampleToken(row, best, true, false);
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    if (pairs[index] === token) return Math.log(pairs[index + 1] ?? 0);
  }
  return Number.NEGATIVE_INFINITY;
}

function logOf(confidence: number | undefined): number {
  if (confidence === undefined || !(confidence > 0)) throw new NotANumber();
  return Math.log(confidence);
}
