import type { HistoryEntry } from './shapes.ts';

/** Two screens: more would take longer to come with each letter of a search, fewer would be at an end too soon while scrolling. */
export const pageSize = 50;
/** Rows before the end of what is known at which the next page is asked for. */
export const readAhead = 150;
/** Pages that are kept beside those in view; the rest is asked for again when it comes into view. */
const keptAround = 12;

export interface Page {
  /** Where it begins: `next` of the page before. */
  after: string | undefined;
  /** Null: let go of, because it is far from what is looked at. */
  entries: HistoryEntry[] | null;
}

/** What is known of a list that is read page by page. Every page but the last is full. */
export interface Pages {
  pages: Page[];
  /** Where the next page begins; null: there is none. */
  next: string | null;
}

export const nothing: Pages = { pages: [], next: null };

export function lengthOf({ pages }: Pages): number {
  const last = pages.at(-1);
  return last === undefined ? 0 : (pages.length - 1) * pageSize + (last.entries?.length ?? pageSize);
}

export function entryAt({ pages }: Pages, index: number): HistoryEntry | undefined {
  return pages[Math.floor(index / pageSize)]?.entries?.[index % pageSize];
}

export function firstOf(entries: HistoryEntry[], next: string | null): Pages {
  return { pages: [{ after: undefined, entries }], next };
}

/** With a page read (again); `next` counts only for the last one. */
export function withPage(known: Pages, index: number, entries: HistoryEntry[], next: string | null): Pages {
  const isNew = index === known.pages.length;
  const after = isNew ? (known.next ?? undefined) : known.pages[index]?.after;
  const pages = isNew ? [...known.pages, { after, entries }] : known.pages.with(index, { after, entries });
  return { pages, next: index === pages.length - 1 ? next : known.next };
}

/** Without the pages from this one on: what followed has moved up. */
export function cutAt(known: Pages, index: number): Pages {
  const cut = known.pages[index];
  return cut === undefined ? known : { pages: known.pages.slice(0, index), next: cut.after ?? null };
}

/** Lets go of what is far from the rows in view. */
export function trimmed(known: Pages, from: number, to: number): Pages {
  const [first, last] = [Math.floor(from / pageSize) - keptAround, Math.floor(to / pageSize) + keptAround];
  const isFar = (index: number) => index < first || index > last;
  // The last page says how long the list is, as far as it is known.
  const farOnes = known.pages.some(
    (page, index) => page.entries !== null && isFar(index) && index < known.pages.length - 1,
  );
  if (!farOnes) return known;
  const pages = known.pages.map((page, index) =>
    isFar(index) && index < known.pages.length - 1 ? { ...page, entries: null } : page,
  );
  return { ...known, pages };
}

/** With the entries changed that `change` changes. */
export function patched(known: Pages, change: (entry: HistoryEntry) => HistoryEntry): Pages {
  return {
    ...known,
    pages: known.pages.map((page) => ({ ...page, entries: page.entries?.map(change) ?? null })),
  };
}

/** The page that holds the first of these ids that is known; -1 when none is. */
export function pageWith({ pages }: Pages, ids: ReadonlySet<string>): number {
  return pages.findIndex(({ entries }) => entries?.some(({ id }) => ids.has(id)));
}
