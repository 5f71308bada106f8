import { basename } from 'node:path';
import type { Cell, ComparisonColumn } from '../../../preload/contract/compare.ts';
import { type AssayErrorData, deletedInPrompts, type ErrorCode } from '../../../preload/contract/errors.ts';
import { type FileVersion, lacksChatTemplate, type Model } from '../../../preload/contract/models.ts';
import type { FoundModel } from '../../base/generation.ts';

/** A column as it is kept: what people see, and what tells whether two models share a vocabulary. */
export interface StoredColumn extends ComparisonColumn {
  /** Tokenizer and number of its tokens; null when the header does not say. */
  vocabulary: string | null;
  /** The file that answers; absent until it is found. */
  version?: FileVersion | undefined;
}

/** A column whose model is not found yet: named as it was asked for. `known`: the model, when the library has it. */
export function askedColumn(reference: string, known: Model | undefined): StoredColumn {
  if (known !== undefined) return foundColumn(reference, known);
  const sample = /^sample(?::(.+))?$/.exec(reference);
  return {
    reference,
    modelId: null,
    name: sample ? 'sample' : basename(reference.replaceAll('\\', '/')).replace(/\.gguf$/i, ''),
    quantization: sample?.[1] ?? 'unknown',
    sizeBytes: null,
    vocabulary: null,
  };
}

export function foundColumn(reference: string, model: FoundModel): StoredColumn {
  const { id, name, sizeBytes, header, version } = model;
  return {
    reference,
    modelId: id,
    name,
    quantization: header?.quantization ?? 'unknown',
    sizeBytes,
    ...(lacksChatTemplate(model) && { plainTemplate: true }),
    vocabulary: header?.tokenizer ? `${header.tokenizer} ${header.vocabularySize}` : null,
    version,
  };
}

/** What crosses the border of a column. */
export function publicColumn({ vocabulary: _, version: __, ...column }: StoredColumn): ComparisonColumn {
  return column;
}

/** How two answers are compared: by token id within one vocabulary, by text across two or when that is not known. */
export function comparedBy(reference: StoredColumn | undefined, candidate: StoredColumn | undefined): 'id' | 'text' {
  return reference?.vocabulary != null && reference.vocabulary === candidate?.vocabulary ? 'id' : 'text';
}

/** An answer that has not begun. */
export function waitingCell(prompt: number, column: number): Cell {
  return {
    prompt,
    column,
    state: 'waiting',
    loadProgress: null,
    text: '',
    tokens: [],
    stats: null,
    error: null,
    firstDivergence: null,
    pinned: false,
  };
}

/** What is left of an answer that was deleted in Prompts. */
export function deletedCell(prompt: number, column: number): Cell {
  return { ...waitingCell(prompt, column), state: 'cancelled', error: deletedInPrompts };
}

export function isSettled({ state }: Pick<Cell, 'state'>): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}

const lostForGood: ReadonlySet<ErrorCode> = new Set([
  'MODEL_NOT_FOUND',
  'MODEL_UNREADABLE',
  'MODEL_UNSUPPORTED',
  'NOT_ENOUGH_MEMORY',
  'ENGINE_DOWN',
  'ENGINE_UNAVAILABLE',
]);
const lostWhileLoading: ReadonlySet<ErrorCode> = new Set(['ENGINE_CRASHED', 'ENGINE_HUNG', 'INTERNAL']);

/** Whether a failed answer takes the rest of its column along: the model cannot be had, or did not get through loading. */
export function losesColumn(code: ErrorCode, failedWhile: Cell['state']): boolean {
  return lostForGood.has(code) || (failedWhile === 'loading' && lostWhileLoading.has(code));
}

/** The beginning of the first prompt on one line, at most 160 characters. */
export function excerptOf(prompts: readonly string[]): string {
  const line = (prompts[0] ?? '').replaceAll(/\s+/g, ' ').trim();
  const letters = [...line];
  return letters.length <= 160 ? line : `${letters.slice(0, 159).join('')}…`;
}

/** For the tray and the audit log: no word of a prompt. */
export function titleOf(models: number, prompts: number): string {
  const on = prompts === 1 ? '1 prompt' : `${prompts} prompts`;
  return models === 1 ? `Answer ${on}` : `Compare ${models} models on ${on}`;
}

/** The sentence of a job in which some answers failed; null when none did. */
export function failureOf(failed: number, total: number, first: AssayErrorData | null): AssayErrorData | null {
  if (failed === 0 || first === null) return null;
  if (failed === total && total === 1) return first;
  const count = failed === total ? `All ${total}` : `${failed} of ${total}`;
  return {
    code: first.code,
    message: `${count} answers failed. The first: ${first.message} Resume to try them again.`,
    facts: first.facts,
  };
}
