import type { Cell, Comparison } from '../../../preload/contract/compare.ts';
import type { StopReason, Token } from '../../../preload/contract/engine.ts';
import type { AssayErrorData } from '../../../preload/contract/errors.ts';

/** One column of the document. Times in milliseconds from the submit; log-probabilities in nats. */
export interface AnswerColumn {
  model: string;
  text: string;
  /** With `alternatives` only when the comparison kept them. */
  tokens: Token[];
  ttftMs: number | null;
  /** (tokens - 1) / (last token - first token) a second. */
  tokensPerSecond: number | null;
  stopReason: StopReason;
  /** Only of a failed answer. */
  error?: AssayErrorData;
}

/** The answers to one prompt, as `assay generate --json` prints them. */
export interface AnswersDocument {
  columns: AnswerColumn[];
  /** Of each candidate (the columns from the second on): index of its first token that differs from the reference's, or null. */
  firstDivergence: (number | null)[];
}

/** The document of one prompt of a comparison that holds its answers whole. */
export function answersDocument(comparison: Pick<Comparison, 'cells' | 'columns'>, prompt = 0): AnswersDocument {
  const cells = comparison.cells.filter((cell) => cell.prompt === prompt).sort((a, b) => a.column - b.column);
  return {
    columns: cells.map((cell) => answerColumn(cell, comparison.columns[cell.column]?.reference ?? '')),
    firstDivergence: cells.filter((cell) => cell.column > 0).map((cell) => cell.firstDivergence),
  };
}

function answerColumn({ text, tokens, stats, state, error }: Cell, model: string): AnswerColumn {
  return {
    model,
    text,
    tokens: [...tokens],
    ttftMs: stats?.ttftMs ?? null,
    tokensPerSecond: stats?.tokensPerSecond ?? null,
    stopReason: stats?.stopReason ?? (state === 'failed' ? 'failed' : 'cancelled'),
    ...(error && { error }),
  };
}
