import { z } from 'zod';
import type { GenerationStats } from '../../../../preload/contract/engine.ts';
import type { Reading } from './reading.ts';
import { withoutReasoning } from './reasoning.ts';

/** A chat of another program, as far as Assay takes it in. */
export interface ImportedChat {
  /** The program's own id of it, so that it is not taken in twice. */
  id: string;
  title: string | null;
  /** Of what another Assay took in: where that had it from. */
  origin?: string | undefined;
  answers: ImportedAnswer[];
}

export interface ImportedAnswer {
  /** Its place in the chat, the same each time the file is read. */
  place: string;
  /** Milliseconds since 1970; null when the file does not say. */
  at: number | null;
  model: string | null;
  system: string | null;
  prompt: string;
  messagesBefore: number | null;
  answer: string;
  settings: Record<string, unknown>;
  stats: Partial<GenerationStats> | null;
  tags?: string[];
  note?: string | null;
  /** What only Assay's own export says. */
  assay?: {
    /** Null when it is none of ours. */
    id: string | null;
    title: string | null;
    model: { name: string; quantization: string; sha256: string | null };
    state: 'done' | 'cancelled' | 'failed';
  };
}

/** What one program writes. `read` returns null when nothing in the value is of this kind. */
export interface ChatFormat {
  /** As people know it. */
  name: string;
  /** Short and stable: part of the ids of what came from it. */
  key: string;
  /** `name`: of the file. Throws a sentence when it is of this kind and cannot be understood. */
  read(value: unknown, name: string): Reading | null;
}

export interface Message {
  id: string;
  role: string;
  text: string;
  at: number | null;
  model?: string | null;
  settings?: Record<string, unknown>;
  stats?: Partial<GenerationStats> | null;
}

/** Stands in a list where a message could not be read: what follows it is no answer to what was said before it. */
export const gap: Message = { id: '', role: 'gap', text: '', at: null };

/** What was said and told last before a message. */
interface Before {
  said: string;
  system: string | null;
  /** How many messages, the last one included; several answers to one message count as one. */
  messages: number;
  isAnswered: boolean;
}

/** Pairs each answer with what was said last before it. `system`: of the chat as a whole. */
export function answersIn(messages: readonly Message[], system: string | null, model: string | null): ImportedAnswer[] {
  let before: Before = { said: '', system, messages: 0, isAnswered: false };
  return messages.flatMap((message) => {
    before = after(before, message);
    return answerOf(message, before, model);
  });
}

/** The same of a tree of branches: before an answer is what stands on its way from the root. Each message is looked at once. */
export function answersInTree(
  messages: readonly (Message & { parent: string | null })[],
  system: string | null,
  model: string | null,
): ImportedAnswer[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const start: Before = { said: '', system, messages: 0, isAnswered: false };
  const known = new Map<string, Before>();
  for (const message of byId.values()) {
    const way: (typeof message)[] = [];
    for (let at: typeof message | undefined = message; at !== undefined && !known.has(at.id); ) {
      // A loop of parents begins anew where it closes.
      known.set(at.id, start);
      way.push(at);
      at = at.parent === null ? undefined : byId.get(at.parent);
    }
    let before = known.get(way.at(-1)?.parent ?? '') ?? start;
    for (const one of way.reverse()) {
      before = after(before, one);
      known.set(one.id, before);
    }
  }
  return [...byId.values()].flatMap((message) => answerOf(message, known.get(message.id) ?? start, model));
}

function after(before: Before, { role, text }: Message): Before {
  if (role === gap.role) return { ...before, said: '', isAnswered: false };
  if (role === 'user') return { ...before, said: text, messages: before.messages + 1, isAnswered: false };
  if (role === 'assistant' && !before.isAnswered) return { ...before, messages: before.messages + 1, isAnswered: true };
  return role === 'system' && text !== '' ? { ...before, system: text } : before;
}

function answerOf(message: Message, { said, system, messages }: Before, model: string | null): ImportedAnswer[] {
  const answer = message.role === 'assistant' ? withoutReasoning(message.text) : '';
  if (answer === '') return [];
  return [
    {
      place: message.id,
      at: message.at,
      model: message.model ?? model,
      system,
      prompt: said,
      // Without the prompt and the answer.
      messagesBefore: Math.max(0, messages - 2),
      answer,
      settings: message.settings ?? {},
      stats: message.stats ?? null,
    },
  ];
}

/** Seconds or milliseconds since 1970, or a date in words: some programs changed from one to the other. */
export const moment = z
  .union([z.number(), z.string()])
  .nullish()
  .catch(null)
  .transform((value): number | null => {
    if (value === null || value === undefined || value === '') return null;
    const number = typeof value === 'number' ? value : Number(value);
    const at = Number.isNaN(number) ? Date.parse(String(value)) : number < 100_000_000_000 ? number * 1000 : number;
    return Number.isFinite(at) && at > 0 && at < 32_503_680_000_000 ? Math.round(at) : null;
  });

/** Text, or parts of which those with text count, but for what the model thought. */
export const content = z
  .union([z.string(), z.array(z.unknown()), z.null(), z.undefined()])
  .catch(null)
  .transform((value): string => {
    if (typeof value === 'string') return value;
    return (value ?? []).map(partText).filter(Boolean).join('\n');
  });

const thought = z.object({ type: z.enum(['reasoning', 'thinking']) }).transform(() => '');
const part = z.union([
  z.string(),
  thought,
  z.object({ text: z.string() }).transform(({ text }) => text),
  z.object({ text: z.object({ value: z.string() }) }).transform(({ text }) => text.value),
]);

function partText(value: unknown): string {
  const parsed = part.safeParse(value);
  return parsed.success ? parsed.data : '';
}

export const words = z
  .string()
  .nullish()
  .catch(null)
  .transform((text) => (text === undefined || text === '' ? null : text));
export const amount = z
  .number()
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);
