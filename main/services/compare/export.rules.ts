import type { Cell, Comparison } from '../../../preload/contract/compare.ts';
import { isDeleted } from '../../../preload/contract/errors.ts';
import { plainText } from '../../base/plainText.ts';
import { type AnswersDocument, answersDocument } from './answers.rules.ts';

/** A comparison without its cells; these come prompt by prompt, so that a long list is never held whole. */
export type ExportHead = Omit<Comparison, 'cells'>;

/** One prompt of the JSON export: the document that `assay generate --json` prints, and the prompt. */
export type PromptDocument = { prompt: string; states: Cell['state'][] } & AnswersDocument;

/**
 * The JSON export, in pieces: `{ format: "assay.comparison", version: 1, id, name, createdAt, columns, settings (without prompts),
 * prompts: [{ prompt, states, columns: [{ model, text, tokens: [{ text, id, logprob, ms, alternatives? }], ttftMs, tokensPerSecond, stopReason,
 * error? }], firstDivergence }] }`. `states` and `columns` of a prompt follow the order of the models.
 */
export function* jsonParts(
  head: ExportHead,
  cellsOf: (prompt: number) => Cell[],
  withTokens = true,
): Generator<string> {
  const { prompts, ...settings } = head.settings;
  const { id, name, createdAt, columns } = head;
  const opening = JSON.stringify(
    { format: 'assay.comparison', version: 1, id, name, createdAt, columns, settings },
    null,
    2,
  );
  yield `${opening.slice(0, -2)},\n  "prompts": [`;
  for (const [index, prompt] of prompts.entries()) {
    const cells = cellsOf(index);
    const shown = withTokens ? cells : cells.map((cell) => ({ ...cell, tokens: [] }));
    const document: PromptDocument = {
      prompt,
      states: cells.map((cell) => cell.state),
      ...answersDocument({ cells: shown, columns }, index),
    };
    yield `${index === 0 ? '' : ','}\n    ${JSON.stringify(document)}`;
  }
  yield '\n  ]\n}\n';
}

/** The Markdown export, in pieces: models, settings, then a section a prompt with each answer and a table of numbers. */
export function* markdownParts(head: ExportHead, cellsOf: (prompt: number) => Cell[]): Generator<string> {
  yield `# ${escaped(head.name ?? 'Comparison')}\n\n`;
  yield `${head.createdAt} · ${head.done} of ${head.total} answers done · comparison ${head.id}\n\n`;
  yield `## Models\n\n${modelTable(head)}\n\n## Settings\n\n${settingsList(head)}\n`;
  for (const [index, prompt] of head.settings.prompts.entries()) {
    yield `\n## Prompt ${index + 1}\n\n${fenced(prompt)}\n`;
    const cells = cellsOf(index);
    for (const cell of cells) yield `\n### ${escaped(columnTitle(head, cell.column))}\n\n${answerBody(cell)}\n`;
    yield `\n${numbersTable(head, cells)}\n`;
  }
  yield `\n${footnote}\n`;
}

const footnote = [
  'TTFT: from the submit to the first non-empty token, loading of the model not included. Tokens/s: (tokens - 1) / (last token - first token).',
  'First divergence: index (from 0) of the first token that differs from the reference; by token id within one vocabulary, else by text.',
].join('\n');

function modelTable({ columns }: ExportHead): string {
  const rows = columns.map((column, index) => [
    index === 0 ? 'Reference' : `Candidate ${index}`,
    column.name,
    column.quantization,
    column.sizeBytes === null ? '' : String(column.sizeBytes),
    column.modelId ?? column.reference,
  ]);
  return table(['', 'Model', 'Quantization', 'Bytes', 'Id'], rows);
}

function settingsList({ settings }: ExportHead): string {
  const { sampler, system, schema, order, contextSize, threads, alternatives, pinned } = settings;
  const sampled = Object.entries(sampler).map(([name, value]) => `${name} ${escaped(JSON.stringify(value))}`);
  const lines = [
    `- Sampler: ${sampled.join(', ')}`,
    `- Order: ${escaped(order)}`,
    ...(contextSize === undefined ? [] : [`- Context: ${contextSize} tokens`]),
    ...(threads === undefined ? [] : [`- Threads: ${threads}`]),
    ...(alternatives ? [`- Alternatives kept at each token: ${alternatives}`] : []),
    ...(pinned === undefined
      ? []
      : [
          `- Taken over from comparison ${escaped(pinned.comparison)}: columns ${pinned.columns.map((column) => column + 1).join(', ')}`,
        ]),
  ];
  const blocks = [
    lines.join('\n'),
    ...(system === undefined ? [] : ['System prompt:', fenced(system)]),
    ...(schema === undefined ? [] : ['Schema of the answers:', fenced(schema, 'json')]),
  ];
  return blocks.join('\n\n');
}

function columnTitle({ columns }: ExportHead, index: number): string {
  const column = columns[index];
  const role = index === 0 ? 'Reference' : `Candidate ${index}`;
  return `${role}: ${column?.name ?? ''} ${column?.quantization ?? ''}`.trimEnd();
}

function answerBody({ state, text, error }: Cell): string {
  if (isDeleted({ error })) return 'Deleted in Prompts.';
  const words = {
    waiting: 'Not answered.',
    loading: 'Under way.',
    running: 'Under way.',
    done: '',
    failed: 'Failed.',
    cancelled: 'Cancelled.',
  };
  const note = [words[state], escaped(error?.message ?? '')].filter(Boolean).join(' ');
  return [note, text === '' && state !== 'done' ? '' : fenced(text)].filter((part) => part !== '').join('\n\n');
}

function numbersTable(head: ExportHead, cells: readonly Cell[]): string {
  const isCompared = cells.some(({ column, state }) => column === 0 && state === 'done');
  const rows = cells.map(({ column, state, stats, firstDivergence, pinned }) => [
    columnTitle(head, column),
    pinned ? `${state}, taken over` : state,
    stats?.ttftMs == null ? '' : stats.ttftMs.toFixed(1),
    stats?.tokensPerSecond == null ? '' : stats.tokensPerSecond.toPrecision(3),
    stats === null ? '' : String(stats.tokenCount),
    stats === null ? '' : String(stats.promptTokens),
    stats?.stopReason ?? '',
    firstDivergence !== null ? String(firstDivergence) : column > 0 && isCompared && state === 'done' ? 'none' : '',
  ]);
  return table(
    ['', 'State', 'TTFT (ms)', 'Tokens/s', 'Tokens', 'Prompt tokens', 'Stop reason', 'First divergence'],
    rows,
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [head.map(escaped), head.map(() => '---'), ...rows.map((row) => row.map(escaped))].map(line).join('\n');
}

/**
 * Text that stays text wherever Markdown may be shown: on one line, without control characters and turns of direction, and with every
 * character that could begin markup, HTML or an entity escaped. The scheme of a bare address too: some renderers make links of those.
 */
export function escaped(text: string): string {
  return plainText(text.replaceAll(/\s+/g, ' '))
    .trim()
    .replaceAll(/[\\`*_{}[\]()<>#!|&]/g, '\\$&')
    .replaceAll(/(?<=\p{Letter}):(?=\/\/)/gu, '\\:');
}

/** A fence longer than any run of backticks within, so that nothing in the text can end it. */
export function fenced(text: string, language = 'text'): string {
  let longest = 2;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** `comparison-2026-11-23-<beginning of its id>`, with its name when it has one; safe on every file system. */
export function exportName({ id, name, createdAt }: ExportHead, extension: string): string {
  const word = (name ?? 'comparison').replaceAll(/[^\p{Letter}\p{Number}]+/gu, '-').replaceAll(/^-+|-+$/g, '');
  return `${word.slice(0, 60) || 'comparison'}-${createdAt.slice(0, 10)}-${id.slice(-6)}.${extension}`;
}
