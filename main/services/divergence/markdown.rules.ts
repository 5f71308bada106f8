import type { DivergenceRun } from '../../../preload/contract/divergence.ts';
import { labelOf } from './columns.rules.ts';
import { bytesText, countText, intervalText, percentText, ratioText, significantText } from './shown.rules.ts';

/** A run as Markdown: what was measured, the ladder with intervals, a verdict a line. */
export function markdownOf(run: DivergenceRun): string {
  const [reference, ...columns] = run.columns;
  const rows = columns.map((column, index) => {
    const numbers = run.candidates[index] ?? null;
    const head = [
      labelOf(column),
      bytesText(column.sizeBytes),
      column.bitsPerWeight === null ? '—' : significantText(column.bitsPerWeight),
    ];
    if (numbers === null) return [...head, '—', '—', '—', '—', '—', '—'];
    return [
      ...head,
      `${significantText(numbers.ppl, 5)} ± ${significantText(numbers.pplError, 2)}`,
      ratioText(numbers.pplRatio),
      intervalText(numbers.pplRatioInterval95, ratioText),
      `${significantText(numbers.kld.mean)} (${intervalText(numbers.kld.interval95, (value) => significantText(value))})`,
      percentText(numbers.deltaP.rms),
      percentText(numbers.sameTop.share),
    ];
  });
  const verdicts = columns.map((column, index) => {
    const numbers = run.candidates[index] ?? null;
    return `- **${escaped(labelOf(column))}**: ${escaped(column.error?.message ?? numbers?.verdict.sentence ?? 'No chunk is done yet.')}`;
  });
  const head = [
    'Candidate',
    'Size',
    'Bits per weight',
    'PPL',
    'PPL ratio',
    '95 %',
    'Mean KLD (95 %)',
    'RMS Δp',
    'Same top',
  ];
  return [
    `# ${escaped(run.name ?? 'Divergence')}`,
    `${run.createdAt} · reference ${escaped(reference?.name ?? '')} (${escaped(reference?.quantization ?? '')}), PPL ${significantText(run.referenceNumbers?.ppl ?? 0, 5)} · text ${escaped(run.textName)} · ${countText(run.tokensScored)} tokens scored in ${countText(run.chunksDone)} chunks of ${countText(run.contextSize)}${run.engineRelease === null ? '' : ` · llama.cpp ${run.engineRelease}`}`,
    ...(run.smallest === null ? [] : [`**${escaped(run.smallest.sentence)}**`]),
    table(head, rows),
    verdicts.join('\n'),
    ...(run.notes.length === 0 ? [] : [run.notes.map((note) => `- ${escaped(note)}`).join('\n')]),
    footnote,
    '',
  ].join('\n\n');
}

export const footnote =
  'PPL, ln PPL ratio, KLD, Δp and same top as llama-perplexity defines them; ± is its standard error, which takes tokens for independent. Intervals: 95 %, bootstrap over chunks.';

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Text of a file stays text: no markup, no table border, one line. */
function escaped(text: string): string {
  return text === '---' ? text : text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|~]/g, '\\$&');
}
