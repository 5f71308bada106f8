import { z } from 'zod';
import type { GenerationStats } from '../../../../preload/contract/engine.ts';

/** A chat of another program, as far as Assay takes it in. */
export interface ImportedChat {
  /** The program's own id of it, so that it is not taken in twice. */
  id: string;
  title: string | null;
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
  answer: string;
  settings: Record<string, unknown>;
  stats: Partial<GenerationStats> | null;
  tags?: string[];
  note?: string | null;
}

/** What one program writes. `read` returns null when the value is not of this kind. */
export interface ChatFormat {
  /** As people know it. */
  name: string;
  /** Short and stable: part of the ids of what came from it. */
  key: string;
  /** `name`: of the file. Throws a sentence when it is of this kind and cannot be understood. */
  read(value: unknown, name: string): ImportedChat[] | null;
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

/** Pairs each answer with what was said last before it. `system`: of the chat as a whole. */
export function answersIn(messages: readonly Message[], system: string | null, model: string | null): ImportedAnswer[] {
  const answers: ImportedAnswer[] = [];
  let said = '';
  let told = system;
  for (const message of messages) {
    if (message.role === 'system') told = message.text === '' ? told : message.text;
    if (message.role === 'user') said = message.text;
    if (message.role !== 'assistant' || message.text === '') continue;
    answers.push({
      place: message.id,
      at: message.at,
      model: message.model ?? model,
      system: told,
      prompt: said,
      answer: message.text,
      settings: message.settings ?? {},
      stats: message.stats ?? null,
    });
  }
  return answers;
}

/** The messages on the way from the root to each answer, of a tree of branches. */
export function branches<M extends { id: string; role: string }>(
  messages: ReadonlyMap<string, M>,
  parentOf: (message: M) => string | null,
): M[][] {
  const ways: M[][] = [];
  for (const message of messages.values()) {
    if (message.role !== 'assistant') continue;
    const way: M[] = [];
    const seen = new Set<string>();
    for (let at: M | undefined = message; at !== undefined && !seen.has(at.id); ) {
      seen.add(at.id);
      way.unshift(at);
      const parent = parentOf(at);
      at = parent === null ? undefined : messages.get(parent);
    }
    ways.push(way);
  }
  return ways;
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

/** Text, or parts of which those with text count. */
export const content = z
  .union([z.string(), z.array(z.unknown()), z.null(), z.undefined()])
  .catch(null)
  .transform((value): string => {
    if (typeof value === 'string') return value;
    return (value ?? []).map(partText).filter(Boolean).join('\n');
  });

const part = z.union([
  z.string(),
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
