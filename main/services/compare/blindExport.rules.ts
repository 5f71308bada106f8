import type { BlindResult, BlindTest } from '../../../preload/contract/blind.ts';
import type { JudgmentRow } from './blind.queries.ts';
import { labelOf, type Player } from './blind.rules.ts';
import type { ExportedText } from './export.ts';

export type BlindFormat = 'markdown' | 'json' | 'csv';

/** A test that has ended, as one text. It names comparisons by their ids and holds no prompt and no answer. */
export function exportBlind(
  test: BlindTest,
  result: BlindResult,
  judgments: readonly JudgmentRow[],
  players: readonly Player[],
  format: BlindFormat,
): ExportedText {
  const fileName = `assay-blind-${test.createdAt.slice(0, 10)}-${test.id.slice(-6)}`;
  const called = (key: string) =>
    labelOf(
      players,
      players.findIndex((player) => player.key === key),
    );
  if (format === 'csv') {
    const rows = judgments.map((one) => [
      one.judged_at,
      one.comparison,
      String(one.prompt),
      called(one.left_player),
      called(one.right_player),
      one.outcome === 'tie' ? 'tie' : called(one.outcome === 'left' ? one.left_player : one.right_player),
      one.outcome,
    ]);
    const head = ['judged_at', 'comparison', 'prompt', 'left', 'right', 'preferred', 'side'];
    return {
      fileName: `${fileName}.csv`,
      mediaType: 'text/csv',
      text: `${[head, ...rows].map((row) => row.map(quoted).join(',')).join('\n')}\n`,
    };
  }
  const { next: _, result: __, ...about } = test;
  if (format === 'json') {
    const document = {
      kind: 'assay blind test',
      ...about,
      result,
      judgments: judgments.map((one) => ({
        at: one.judged_at,
        comparison: one.comparison,
        prompt: one.prompt,
        left: one.left_player,
        right: one.right_player,
        outcome: one.outcome,
      })),
    };
    return {
      fileName: `${fileName}.json`,
      mediaType: 'application/json',
      text: `${JSON.stringify(document, null, 2)}\n`,
    };
  }
  const table = result.players.map(
    (player) =>
      `| ${escaped(player.name)} | ${escaped(player.quantization)} | ${player.missing > 0 ? '—' : player.score.toFixed(2)} | ${player.missing > 0 ? 'too few choices' : player.interval95.map((end) => end.toFixed(2)).join(' to ')} | ${player.wins} | ${player.losses} | ${player.ties} |`,
  );
  const sides =
    result.left === null
      ? []
      : [
          `The left side was preferred in ${(result.left.share * 100).toFixed(1)} % of ${result.left.count} choices (95 %: ${result.left.interval95.map((end) => (end * 100).toFixed(1)).join(' to ')} %).`,
        ];
  const lines = [
    `# Blind test${test.name === null ? '' : `: ${escaped(test.name)}`}`,
    '',
    result.sentence,
    '',
    '| Model | Quantization | Score | 95 % | Wins | Losses | Ties |',
    '|---|---|--:|--:|--:|--:|--:|',
    ...table,
    '',
    ...result.players.flatMap(({ sentence }) => (sentence === null ? [] : [`- ${escaped(sentence)}`])),
    '',
    ...sides,
    `${test.judged} of ${test.total} pairs judged. Pairs with the same words, which count as ties: ${test.identical}. Answers that failed: ${test.failed}. Scores: Bradley and Terry with ties after Davidson, natural log, mean 0.`,
  ];
  return { fileName: `${fileName}.md`, mediaType: 'text/markdown', text: `${lines.join('\n')}\n` };
}

/** Names are other people's words: nothing of them may turn into markup. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|]/g, (sign) => `\\${sign}`).replace(/\s+/g, ' ');
}

/** A leading sign would be a formula to a spreadsheet. */
function quoted(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
