import { z } from 'zod';
import type { DatasetItem } from '../../../preload/contract/prompts.ts';

/** A conversation whose answers are scored; the last message is one. */
export interface Conversation {
  /** Its place in the data set, from 1, by which it is named. */
  item?: number;
  system?: string;
  messages: { role: 'user' | 'assistant'; text: string }[];
}

export const conversations = z.array(
  z.object({
    item: z.number().int().optional(),
    system: z.string().optional(),
    messages: z.array(z.object({ role: z.enum(['user', 'assistant']), text: z.string() })).min(1),
  }),
);

/**
 * Items as conversations, as far as their answers are known word for word: all that the set says, or the one right answer to a single
 * question. Left out: items whose answer is judged by parts of it or not at all. With `most`, that many, spread evenly over the set.
 */
export function conversationsOf(items: readonly DatasetItem[], most = Number.POSITIVE_INFINITY): Conversation[] {
  const usable = items.flatMap((item, index): Conversation[] => {
    const answers = item.answers?.length === item.turns.length ? item.answers : oneAnswer(item);
    if (answers === null) return [];
    const messages = item.turns.flatMap((text, turn) => [
      { role: 'user' as const, text },
      { role: 'assistant' as const, text: answers[turn] ?? '' },
    ]);
    return [{ item: index + 1, ...(item.system === null ? {} : { system: item.system }), messages }];
  });
  if (usable.length <= most) return usable;
  return Array.from({ length: most }, (_, index) => usable[Math.floor((index * usable.length) / most)]).filter(
    (one) => one !== undefined,
  );
}

/** Of a single question with one right answer. */
function oneAnswer({ turns, expected, match }: DatasetItem): string[] | null {
  const whole = typeof expected === 'string' && expected !== '' && (match === 'exact' || match === 'json');
  return whole && turns.length === 1 ? [expected] : null;
}

/** The tasks with one right answer as one text: question, line break, answer, empty line. */
export function plainText(items: readonly DatasetItem[]): string {
  return items
    .flatMap((item) => {
      const answers = oneAnswer(item);
      return answers === null ? [] : [[...item.turns, ...answers].join('\n')];
    })
    .join('\n\n');
}
