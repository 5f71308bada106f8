import type { DivergenceRun } from '../../../preload/contract/divergence.ts';
import { plainText } from '../../base/plainText.ts';
import { footnote, numberNames, numbersOf, type ShownNumber, shownCandidates, sizesOf } from './candidates.rules.ts';
import { chunksText, countText, significantText } from './shown.rules.ts';

/** A run as Markdown: what was measured, the ladder with intervals, a verdict a line. */
export function markdownOf(run: DivergenceRun): string {
  const reference = run.columns[0];
  const candidates = shownCandidates(run);
  const names = numberNames(run.tokensScored);
  const rows = candidates.map(({ label, column, numbers }) => [
    label,
    ...sizesOf(column),
    ...(numbers === null ? names.map(() => '—') : numbersOf(numbers, run.tokensScored).map(cellOf)),
  ]);
  return [
    `# ${escaped(run.name ?? 'Divergence')}`,
    `${run.createdAt} · reference ${escaped(reference?.name ?? '')} (${escaped(reference?.quantization ?? '')}), PPL ${significantText(run.referenceNumbers?.ppl ?? 0, 5)} · text ${escaped(run.textName)} · ${countText(run.tokensScored)} tokens scored in ${chunksText(run)}${run.engineRelease === null ? '' : ` · llama.cpp ${run.engineRelease}`}`,
    ...(run.smallest === null ? [] : [`**${escaped(run.smallest.sentence)}**`]),
    table(['Candidate', 'Size', 'Bits per weight', ...names], rows),
    candidates
      .flatMap(({ label, sentence, column }) => [
        `- **${escaped(label)}**: ${escaped(sentence)}`,
        ...column.notes.map((note) => `  - ${escaped(note)}`),
      ])
      .join('\n'),
    ...(run.notes.length === 0 ? [] : [run.notes.map((note) => `- ${escaped(note)}`).join('\n')]),
    `${footnote} They stand in brackets.`,
    '',
  ].join('\n\n');
}

function cellOf({ value, error, ends }: ShownNumber): string {
  return `${value}${error === undefined ? '' : ` ± ${error}`}${ends === undefined ? '' : ` (${ends})`}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Text of a file stays text: no markup, no table border, one line. */
function escaped(text: string): string {
  return text === '---' ? text : plainText(text.replace(/\s+/g, ' ')).replace(/[\\`*_{}[\]<>#|~]/g, '\\$&');
}
