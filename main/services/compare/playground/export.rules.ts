import type { ChatAnswer, ChatMessage, ConversationTree } from '../../../../preload/contract/playground.ts';
import { escaped, fenced } from '../export.rules.ts';

/**
 * The JSON export, in pieces: `{ format: "assay.conversation", version: 1, id, name, createdAt, updatedAt, path, messages: [{ id, parent,
 * role, createdAt, text, answer? }] }`. Every branch is there, parents before what stands under them; `path` are the ids of the branch that
 * was looked at. An `answer` holds state, model, settings, tokens, stats, context, continuedAt and error.
 */
export function* jsonParts(tree: ConversationTree, messageOf: (id: string) => ChatMessage): Generator<string> {
  const { id, name, createdAt, updatedAt, path } = tree;
  const opening = JSON.stringify(
    { format: 'assay.conversation', version: 1, id, name, createdAt, updatedAt, path },
    null,
    2,
  );
  yield `${opening.slice(0, -2)},\n  "messages": [`;
  for (const [index, node] of tree.nodes.entries()) {
    const { parent, createdAt, text, answer } = messageOf(node.id);
    const model = answer && { ...answer.model, version: undefined };
    const said = answer && { ...answer, model, loadProgress: undefined, jobId: undefined };
    yield `${index === 0 ? '' : ','}\n    ${JSON.stringify({ id: node.id, parent, role: node.role, createdAt, text, ...(said && { answer: said }) })}`;
  }
  yield '\n  ]\n}\n';
}

/** The Markdown export, in pieces: the branch that was looked at, then the messages of all others, each with the one that it follows. */
export function* markdownParts(tree: ConversationTree, messageOf: (id: string) => ChatMessage): Generator<string> {
  const numbers = new Map(tree.nodes.map(({ id }, index) => [id, index + 1]));
  yield `# ${escaped(tree.name ?? tree.excerpt)}\n\n${tree.createdAt} · conversation ${tree.id}\n`;
  for (const id of tree.path) yield section(messageOf(id), numbers, false);
  const others = tree.nodes.filter(({ id }) => !tree.path.includes(id));
  if (others.length > 0) yield '\n## Other branches\n';
  for (const { id } of others) yield section(messageOf(id), numbers, true);
}

function section(
  { id, parent, text, answer }: ChatMessage,
  numbers: ReadonlyMap<string, number>,
  apart: boolean,
): string {
  const number = numbers.get(id);
  const after = apart ? (parent === null ? ', a first turn' : `, after ${numbers.get(parent)}`) : '';
  const who = answer === null ? 'Asked' : escaped(`${answer.model.name} ${answer.model.quantization}`);
  const parts = [`\n### ${number}. ${who}${after}`];
  if (answer !== null) parts.push(factsOf(answer));
  if (answer !== null && answer.settings.system !== undefined)
    parts.push('System prompt:', fenced(answer.settings.system));
  if (answer !== null && answer.settings.schema !== undefined)
    parts.push('Schema of the answer:', fenced(answer.settings.schema, 'json'));
  if (text !== '' || answer?.state === 'done') parts.push(fenced(text));
  return `${parts.join('\n\n')}\n`;
}

function factsOf({ state, settings, stats, error }: ChatAnswer): string {
  const { temperature, seed } = settings.sampler;
  const drawn = temperature === 0 ? 'greedy' : `temperature ${temperature}, seed ${seed}`;
  const facts = [
    drawn,
    ...(stats === null ? [] : [`${stats.tokenCount} tokens`]),
    ...(stats?.ttftMs == null ? [] : [`TTFT ${stats.ttftMs.toFixed(1)} ms`]),
    ...(stats?.tokensPerSecond == null ? [] : [`${stats.tokensPerSecond.toPrecision(3)} tokens/s`]),
    ...(state === 'done' ? [] : [state]),
  ];
  return [facts.join(' · '), ...(error === null ? [] : [escaped(error.message)])].join('\n\n');
}

/** With its name when it has one; safe on every file system. */
export function exportName({ id, name, createdAt }: ConversationTree, extension: string): string {
  const word = (name ?? 'conversation').replaceAll(/[^\p{Letter}\p{Number}]+/gu, '-').replaceAll(/^-+|-+$/g, '');
  return `${word.slice(0, 60) || 'conversation'}-${createdAt.slice(0, 10)}-${id.slice(-6)}.${extension}`;
}
