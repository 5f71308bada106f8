import type { DivergenceRun } from '../../../preload/contract/divergence.ts';
import { labelsOf } from './columns.rules.ts';
import {
  bytesText,
  countText,
  intervalText,
  percentText,
  pointsText,
  ratioText,
  significantText,
  tailName,
  tailText,
} from './shown.rules.ts';

/** A run as Markdown: what was measured, the ladder with intervals, a verdict a line. */
export function markdownOf(run: DivergenceRun): string {
  const [reference, ...columns] = run.columns;
  const labels = labelsOf(run.columns).slice(1);
  const rows = columns.map((column, index) => {
    const numbers = run.candidates[index] ?? null;
    const head = [
      labels[index] ?? '',
      bytesText(column.sizeBytes),
      column.bitsPerWeight === null ? '—' : significantText(column.bitsPerWeight),
    ];
    if (numbers === null) return [...head, '—', '—', '—', '—', '—', '—', '—', '—'];
    return [
      ...head,
      `${significantText(numbers.ppl, 5)} ± ${significantText(numbers.pplError, 2)} (${intervalText(numbers.pplInterval95, (value) => significantText(value, 4))})`,
      ratioText(numbers.pplRatio),
      intervalText(numbers.pplRatioInterval95, ratioText),
      `${significantText(numbers.kld.mean)} (${intervalText(numbers.kld.interval95, (value) => significantText(value))})`,
      tailText(numbers.kld, run.tokensScored),
      `${percentText(numbers.deltaP.rms)} (${intervalText(numbers.deltaP.rmsInterval95, (value) => percentText(value))})`,
      `${pointsText(numbers.deltaP.mean)} (${intervalText(numbers.deltaP.interval95, (value) => pointsText(value))})`,
      `${percentText(numbers.sameTop.share, 4)} (${intervalText(numbers.sameTop.interval95, (value) => percentText(value, 4))})`,
    ];
  });
  const verdicts = columns.map((column, index) => {
    const numbers = run.candidates[index] ?? null;
    return `- **${escaped(labels[index] ?? '')}**: ${escaped(column.error?.message ?? numbers?.verdict.sentence ?? 'No chunk is done yet.')}`;
  });
  const head = [
    'Candidate',
    'Size',
    'Bits per weight',
    'PPL (95 %)',
    'PPL ratio',
    '95 %',
    'Mean KLD (95 %)',
    tailName(run.tokensScored),
    'RMS Δp (95 %)',
    'Mean Δp, points (95 %)',
    'Same top (95 %)',
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
