import { type GenerationStats, sampler, type Token } from '../../../../preload/contract/engine.ts';
import type { AssayErrorData } from '../../../../preload/contract/errors.ts';
import type { ChatAnswer, ChatMessage, ChatSettingsInput, Preset } from '../../../../preload/contract/playground.ts';

/** A message as the tree needs it. `chosen`: the child that was looked at last. */
export interface TreeNode {
  sequence: number;
  id: string;
  parent: number | null;
  role: 'user' | 'assistant';
  chosen: number | null;
}

/** From the first turn down: at each place the message that was chosen, else the newest. `nodes` are in the order in which they were made. */
export function chosenPath<Node extends TreeNode>(nodes: readonly Node[], chosenFirst: number | null): Node[] {
  const children = new Map<number | null, Node[]>();
  for (const node of nodes) children.set(node.parent, [...(children.get(node.parent) ?? []), node]);
  const path: Node[] = [];
  let wanted = chosenFirst;
  let here = children.get(null);
  while (here !== undefined) {
    const next = here.find(({ sequence }) => sequence === wanted) ?? here.at(-1);
    if (next === undefined) break;
    path.push(next);
    wanted = next.chosen;
    here = children.get(next.sequence);
  }
  return path;
}

/** From the first turn down to this message. */
export function branchTo<Node extends Pick<TreeNode, 'sequence' | 'parent'>>(
  nodes: readonly Node[],
  sequence: number,
): Node[] {
  const known = new Map(nodes.map((node) => [node.sequence, node]));
  const branch: Node[] = [];
  for (let node = known.get(sequence); node !== undefined; node = known.get(node.parent ?? -1)) branch.unshift(node);
  return branch;
}

/**
 * The tokens behind which an answer can go on exactly: without an incomplete character at the end, and without what may be the
 * beginning of a stop text. Both come again, whole.
 */
export function firmTokens(tokens: readonly Token[], stops: readonly string[]): Token[] {
  const firm = [...tokens];
  // The first bytes of a character have no text of their own; the last one that came has that of all of them.
  const dropBytes = () => {
    while (firm.at(-1)?.text === '') firm.pop();
  };
  dropBytes();
  if (firm.at(-1)?.text.endsWith('\uFFFD')) firm.pop();
  dropBytes();
  const longest = Math.max(0, ...stops.map((stop) => stop.length));
  const end = textOf(firm.slice(-Math.max(1, longest))).slice(-longest);
  const open = openEnd(end, stops);
  for (let left = open; left > 0; ) left -= firm.pop()?.text.length ?? left;
  return firm;
}

/** Length of the longest end of the text with which a stop text begins. */
function openEnd(text: string, stops: readonly string[]): number {
  for (let length = text.length; length > 0; length--) {
    const end = text.slice(-length);
    if (stops.some((stop) => stop.startsWith(end))) return length;
  }
  return 0;
}

/**
 * How many tokens may come: what was left of the limit when it stopped, or as many again when the limit cut it. Of the `came` ones
 * `firm` stay; those that do not come again beside them.
 */
export function tokensLeft(came: number, firm: number, limit: number): number {
  return limit - (came % limit) + (came - firm);
}

/** Whether the answer can go on: it was stopped, cut or broken off. One that the model or a stop text ended is whole. */
export function canGoOn({ state, stats }: Pick<ChatAnswer, 'state' | 'stats'>): boolean {
  if (state === 'failed' || state === 'cancelled') return true;
  return state === 'done' && stats?.stopReason === 'length';
}

/** The figures of an answer of several pieces: `piece` are those of the last one, `had` the tokens before it. */
export function joinStats(
  before: GenerationStats | null,
  had: readonly Token[],
  tokens: readonly Token[],
  continuedAt: readonly number[],
  piece: GenerationStats,
): GenerationStats {
  if (had.length === 0) return piece;
  return {
    promptTokens: before?.promptTokens ?? Math.max(0, piece.promptTokens - had.length),
    tokenCount: tokens.length,
    ttftMs: before?.ttftMs ?? had.find(({ text }) => text !== '')?.ms ?? null,
    tokensPerSecond: rateOf(tokens, continuedAt),
    totalMs: timeSpent(before, had) + piece.totalMs,
    stopReason: piece.stopReason,
  };
}

/** Milliseconds that the pieces so far took; the times of the next one go on from there. */
export function timeSpent(before: GenerationStats | null, had: readonly Token[]): number {
  return Math.max(before?.totalMs ?? 0, had.at(-1)?.ms ?? 0);
}

/** Tokens a second within the pieces: the sum of (tokens - 1) by the sum of (last token - first token). */
function rateOf(tokens: readonly Token[], continuedAt: readonly number[]): number | null {
  const bounds = [0, ...continuedAt, tokens.length];
  let intervals = 0;
  let milliseconds = 0;
  for (const [place, from] of bounds.slice(0, -1).entries()) {
    const piece = tokens.slice(from, bounds[place + 1]);
    const [first, last] = [piece[0], piece.at(-1)];
    if (first === undefined || last === undefined) continue;
    intervals += piece.length - 1;
    milliseconds += last.ms - first.ms;
  }
  return intervals === 0 || milliseconds <= 0 ? null : intervals / (milliseconds / 1000);
}

export function textOf(tokens: readonly Token[]): string {
  return tokens.map(({ text }) => text).join('');
}

/** A conversation for the engine: what was said up to an answer. */
export function turnsOf(branch: readonly Pick<ChatMessage, 'answer' | 'text'>[]) {
  return branch.map(({ answer, text }) => ({
    role: answer === null ? ('user' as const) : ('assistant' as const),
    text,
  }));
}

/** A conversation that no longer fits is never cut in silence: the sentence says so, and what can be done. */
export function inWordsOfChat(error: AssayErrorData): AssayErrorData {
  const { promptTokens, contextSize } = error.facts ?? {};
  if (error.code !== 'TOO_LARGE' || promptTokens === undefined || contextSize === undefined) return error;
  return {
    ...error,
    message: `The conversation up to here has ${promptTokens} tokens and the context holds ${contextSize}, of which one at least is for the answer. Nothing was left out by itself: choose a larger context, or edit an earlier turn and go on from there.`,
  };
}

/** What the audit log keeps of a question: which model, how it was sampled. Never a word of it. */
export function auditedSettings({ model, sampler: asked }: ChatSettingsInput) {
  const { temperature, seed, maxTokens } = sampler.parse(asked ?? {});
  return { model, temperature, seed, maxTokens };
}

const drawing = { topK: 40, topP: 0.95, minP: 0.05, repeatPenalty: 1 };
export const builtInPresets: readonly Preset[] = [
  { id: 'greedy', name: 'Greedy', builtIn: true, settings: { sampler: { temperature: 0, ...drawing } } },
  { id: 'balanced', name: 'Balanced', builtIn: true, settings: { sampler: { temperature: 0.8, ...drawing } } },
  {
    id: 'creative',
    name: 'Creative',
    builtIn: true,
    settings: { sampler: { temperature: 1.2, topK: 0, topP: 1, minP: 0.1, repeatPenalty: 1 } },
  },
];
