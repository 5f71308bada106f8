import { z } from 'zod';
import type { ImportedChat } from './chat.ts';

/** What a format understood of a file. */
export interface Reading {
  chats: ImportedChat[];
  unread: Unread;
}

/** Chats and messages that are not as their program writes them. */
export interface Unread {
  count: number;
  /** The first few: which, and why. */
  first: string[];
}

const shown = 3;

export function nothingUnread(): Unread {
  return { count: 0, first: [] };
}

/** Each as the schema has it, null in the place of what cannot be read, which `unread` then tells. `what`: as in “chat 3”. */
export function readEach<Schema extends z.ZodType>(
  values: readonly unknown[],
  schema: Schema,
  unread: Unread,
  what: string,
): (z.output<Schema> | null)[] {
  return values.map((value, index) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    unread.count += 1;
    if (unread.first.length < shown)
      unread.first.push(`${what} ${index + 1}${titleOf(value)} (${reason(parsed.error)})`);
    return null;
  });
}

/** A message of this chat, as `what` of `readEach`. */
export function messageOf(title: string | null): string {
  return title === null ? 'message' : `${quoted(title)}, message`;
}

/** The sentence of a file. `name`: of it. */
export function sayUnread(name: string, { count, first }: Unread): string {
  const more = count > first.length ? ` and ${count - first.length} more` : '';
  return `${name} holds ${count === 1 ? 'something' : `${count} things`} that cannot be read and ${
    count === 1 ? 'was' : 'were'
  } left out: ${first.join(', ')}${more}.`;
}

function reason({ issues: [issue] }: z.ZodError): string {
  const field = issue?.path.join('.') ?? '';
  return field === '' ? 'nothing of this kind' : `its “${field}” is missing or of another kind`;
}

const titled = z.union([
  z.object({ title: z.string() }).transform(({ title }) => title),
  z.object({ name: z.string() }).transform(({ name }) => name),
  z.object({ conv: z.object({ name: z.string() }) }).transform(({ conv }) => conv.name),
]);

function titleOf(value: unknown): string {
  const parsed = titled.safeParse(value);
  return parsed.success ? ` ${quoted(parsed.data)}` : '';
}

function quoted(title: string): string {
  return `“${title.replaceAll(/\s+/g, ' ').trim().slice(0, 60).toWellFormed()}”`;
}
