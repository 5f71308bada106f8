import type { z } from 'zod';
import type { Cell, exportedText } from '../../../preload/contract/compare.ts';
import { Fault } from '../../base/fault.ts';
import type { ReadHandle } from '../../db/store.ts';
import * as queries from './compare.queries.ts';
import { waitingCell } from './compare.rules.ts';
import { exportName, jsonParts, markdownParts } from './export.rules.ts';
import { requireComparison, summaryOf } from './read.ts';

export type ExportedText = z.infer<typeof exportedText>;

/** Characters; what one answer of the API can carry with room to spare. */
export const longest = 32 * 1024 * 1024;

/** Renders what is stored, prompt by prompt. NOT_FOUND; TOO_LARGE. */
export function exportComparison(
  read: ReadHandle,
  id: string,
  format: 'markdown' | 'json',
  tokens: boolean,
): ExportedText {
  const row = requireComparison(read, id);
  const prompts = queries.selectPrompts(read, row.sequence);
  const head = { ...summaryOf(row), settings: { ...row.settings_json, prompts } };
  const cellsOf = (prompt: number): Cell[] => {
    const settled = queries.selectWholeCells(read, row.sequence, prompt, prompt + 1);
    return head.columns.map(
      (_, column) => settled.find((cell) => cell.column === column) ?? waitingCell(prompt, column),
    );
  };
  const parts: string[] = [];
  let length = 0;
  for (const part of format === 'json' ? jsonParts(head, cellsOf, tokens) : markdownParts(head, cellsOf)) {
    parts.push(part);
    length += part.length;
    if (length > longest) {
      throw new Fault(
        'TOO_LARGE',
        'This comparison is too large for one text. Export it without its tokens, or as Markdown.',
      );
    }
  }
  const [extension, mediaType] = format === 'json' ? ['json', 'application/json'] : ['md', 'text/markdown'];
  return { fileName: exportName(head, extension), mediaType, text: parts.join('') };
}
