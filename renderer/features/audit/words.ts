import type { AuditEntry } from '../../../preload/contract/audit.ts';

/** What happened with it, in a word; the mark beside it has the shape of the same. */
export type Mark = 'asked' | 'done' | 'failed' | 'happened';

export function markOf({ phase, outcome }: AuditEntry): Mark {
  if (phase === 'intent') return 'asked';
  if (phase === 'event') return 'happened';
  return outcome === 'ok' ? 'done' : 'failed';
}

const markWords: Record<Mark, string> = {
  asked: 'asked for',
  done: 'done',
  failed: 'failed',
  happened: 'happened',
};

/** The outcome as a row shows it: the code where it failed. */
export function outcomeWords(entry: AuditEntry): string {
  const mark = markOf(entry);
  return mark === 'failed' ? `${markWords.failed}: ${entry.outcome}` : markWords[mark];
}

/** Facts in one line. */
export function factWords(entry: AuditEntry): string {
  const facts = Object.entries(entry.facts).map(([name, value]) => `${name}: ${value === null ? 'none' : value}`);
  if (entry.intent !== null) facts.unshift(`of ${entry.intent}`);
  return facts.join(' · ');
}

/** A day and a time to the second: a log is read by them. */
export function exactMoment(iso: string): string {
  const at = new Date(iso);
  const two = (part: number) => String(part).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** The first moment of a day as its owner lives it, and the last; a date of a field is YYYY-MM-DD. */
export function dayBegins(date: string): string | undefined {
  return moment(`${date}T00:00:00.000`);
}
export function dayEnds(date: string): string | undefined {
  return moment(`${date}T23:59:59.999`);
}
function moment(local: string): string | undefined {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
