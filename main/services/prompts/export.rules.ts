import type { HistoryDetail } from '../../../preload/contract/prompts.ts';
import { plainText } from '../../base/plainText.ts';

/**
 * One line of the JSONL export. `format` and `version` stand on each line, so that files can be cut and joined:
 * { format: "assay.history", version: 1, id, at, source, origin, title, model: { id, name, quantization, sha256 }, system, prompt, messagesBefore, answer,
 *   settings, state, stats: { promptTokens, tokenCount, ttftMs, tokensPerSecond, totalMs, stopReason }, tags, note }
 */
export function jsonLine(entry: HistoryDetail): string {
  const { id, at, source, origin, title, model, system, promptText, answerText, settings, state, tags, note } = entry;
  const { promptTokens, tokenCount, ttftMs, tokensPerSecond, totalMs, stopReason } = entry;
  const { key: _, ...named } = model;
  return `${JSON.stringify({
    format: 'assay.history',
    version: 1,
    id,
    at,
    source,
    origin,
    title,
    model: named,
    system,
    prompt: promptText,
    messagesBefore: entry.messagesBefore,
    answer: answerText,
    settings,
    state,
    stats: { promptTokens, tokenCount, ttftMs, tokensPerSecond, totalMs, stopReason },
    tags,
    note,
  })}\n`;
}

/** One section of the Markdown export. */
export function markdownSection(entry: HistoryDetail): string {
  const { model, tokenCount, ttftMs, tokensPerSecond, tags } = entry;
  const numbers = [
    ...(tokenCount === null ? [] : [`${tokenCount} tokens`]),
    ...(ttftMs === null ? [] : [`TTFT ${ttftMs.toFixed(1)} ms`]),
    ...(tokensPerSecond === null ? [] : [`${tokensPerSecond.toPrecision(3)} tokens/s`]),
    ...(entry.state === 'done' ? [] : [entry.state]),
  ];
  const facts = [
    `- Model: ${escaped(`${model.name} ${model.quantization}`)}${model.sha256 === null ? '' : ` (SHA-256 ${model.sha256})`}`,
    ...(numbers.length === 0 ? [] : [`- ${numbers.join(', ')}`]),
    ...(tags.length === 0 ? [] : [`- Tags: ${tags.map(escaped).join(', ')}`]),
    `- Settings: ${escaped(JSON.stringify(entry.settings))}`,
  ];
  const parts = [
    `## ${entry.at}${entry.title === null ? '' : ` ${escaped(entry.title)}`}`,
    facts.join('\n'),
    ...(entry.system === null ? [] : ['System prompt:', fenced(entry.system)]),
    ...(entry.messagesBefore ? [`${earlier(entry.messagesBefore)} before this prompt.`] : []),
    'Prompt:',
    fenced(entry.promptText),
    'Answer:',
    fenced(entry.answerText),
    ...(entry.note === null ? [] : ['Note:', fenced(entry.note)]),
  ];
  return `${parts.join('\n\n')}\n\n`;
}

function earlier(messages: number): string {
  return messages === 1 ? 'One message of its conversation went' : `${messages} messages of its conversation went`;
}

/** Text that stays text wherever Markdown may be shown. */
export function escaped(text: string): string {
  return plainText(text.replaceAll(/\s+/g, ' '))
    .trim()
    .replaceAll(/[\\`*_{}[\]()<>#!|&]/g, '\\$&')
    .replaceAll(/(?<=\p{Letter}):(?=\/\/)/gu, '\\:');
}

/** A fence longer than any run of backticks within, so that nothing in the text can end it. */
function fenced(text: string): string {
  let longest = 2;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
