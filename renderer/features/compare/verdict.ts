import type { ShownCell } from './live.ts';

export type Verdict =
  | { kind: 'reference' }
  | { kind: 'none'; words: string }
  | { kind: 'identical'; words: string }
  | { kind: 'differs'; at: number; words: string };

/** How an answer stands to the reference's, as far as both have come. */
export function verdictOf(cell: ShownCell, reference: ShownCell | undefined): Verdict {
  if (cell.column === 0) return { kind: 'reference' };
  if (cell.firstDivergence !== null) {
    const at = cell.firstDivergence;
    return { kind: 'differs', at, words: `Differs from token ${at + 1}` };
  }
  if (cell.state === 'failed' || cell.state === 'cancelled') return { kind: 'none', words: 'Not compared' };
  if (reference === undefined || reference.state === 'failed' || reference.state === 'cancelled') {
    return { kind: 'none', words: reference?.state === 'failed' ? 'No reference: it failed' : 'No reference answer' };
  }
  if (cell.state === 'done' && reference.state === 'done')
    return { kind: 'identical', words: 'Identical to the reference' };
  const compared = Math.min(cell.tokens.length, reference.tokens.length);
  return {
    kind: 'none',
    words: compared === 0 ? 'Not compared yet' : `Same so far, ${compared} ${compared === 1 ? 'token' : 'tokens'}`,
  };
}

export const stopWords = {
  end: { label: 'end', definition: 'The model ended its answer by itself.' },
  length: { label: 'length', definition: 'The answer reached the limit of tokens.' },
  stop: { label: 'stop text', definition: 'One of the stop texts came.' },
  cancelled: { label: 'cancelled', definition: 'The answer was cancelled; what came until then is kept.' },
  failed: { label: 'failed', definition: 'The engine failed in the answer; what came until then is kept.' },
} as const;
