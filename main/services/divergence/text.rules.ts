import { z } from 'zod';
import type { DatasetItem } from '../../../preload/contract/prompts.ts';

/** A conversation whose last message is the answer that is scored. */
export interface Conversation {
  system?: string;
  messages: { role: 'user' | 'assistant'; text: string }[];
}

export const conversations = z.array(
  z.object({
    system: z.string().optional(),
    messages: z.array(z.object({ role: z.enum(['user', 'assistant']), text: z.string() })).min(1),
  }),
);

/**
 * Items that have one right answer, as conversations. Left out: items whose answer is judged by parts of it or not at all, and those
 * of several turns, as the answers in between are not known. With `most`, that many, spread evenly over the set.
 */
export function conversationsOf(items: readonly DatasetItem[], most = Number.POSITIVE_INFINITY): Conversation[] {
  const usable = items.flatMap(({ system, turns, expected, match }): Conversation[] => {
    const [question] = turns;
    const whole = typeof expected === 'string' && expected !== '' && (match === 'exact' || match === 'json');
    if (!whole || turns.length !== 1 || question === undefined) return [];
    const messages = [
      { role: 'user' as const, text: question },
      { role: 'assistant' as const, text: expected },
    ];
    return [system === null || system === undefined ? { messages } : { system, messages }];
  });
  if (usable.length <= most) return usable;
  return Array.from({ length: most }, (_, index) => usable[Math.floor((index * usable.length) / most)]).filter(
    (one) => one !== undefined,
  );
}

/** The same tasks as one text: question, line break, answer, empty line. */
export function plainText(items: readonly DatasetItem[]): string {
  return conversationsOf(items)
    .map(({ messages }) => messages.map(({ text }) => text).join('\n'))
    .join('\n\n');
}
