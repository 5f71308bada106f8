import { useCallback, useEffect, useRef, useState } from 'react';
import type { AssayErrorData } from '../../../preload/contract/errors.ts';
import { failureOf, useApi } from '../../api/index.ts';
import {
  cutAt,
  entryAt,
  firstOf,
  lengthOf,
  nothing,
  type Pages,
  pageSize,
  pageWith,
  patched,
  readAhead,
  trimmed,
  withPage,
} from './pages.ts';
import type { HistoryEntry, HistoryFilter, HistorySort } from './shapes.ts';

export interface HistoryList {
  /** Undefined: the first page has not come yet. */
  length: number | undefined;
  /** More will come when the end is in view. */
  hasMore: boolean;
  at(index: number): HistoryEntry | undefined;
  /** Which rows are in view. */
  show(from: number, to: number): void;
  /** New entries came in above while something further down is looked at. */
  hasNews: boolean;
  refresh(): void;
  /** What was changed here is shown at once. */
  patch(change: (entry: HistoryEntry) => HistoryEntry): void;
  /** These are gone (or back): reads anew from the first of them. */
  dropped(ids: ReadonlySet<string>): void;
  /** The filter that what is shown answers; the field may be a letter ahead. Null: nothing is shown yet. */
  answered: HistoryFilter | null;
  problem: AssayErrorData | null;
}

/**
 * The history page by page, as far as it is looked at. What was shown stays until the answer to a new search is there.
 * `changedAt` grows when the host says that something changed.
 */
export function useHistoryList(filter: HistoryFilter, sort: HistorySort, changedAt: number): HistoryList {
  const { client } = useApi();
  const [known, setKnown] = useState<Pages | null>(null);
  const [problem, setProblem] = useState<AssayErrorData | null>(null);
  const [hasNews, setHasNews] = useState(false);
  const [answered, setAnswered] = useState<HistoryFilter | null>(null);
  const question = JSON.stringify({ ...filter, sort });
  const asked = useRef('');
  const loading = useRef(new Set<number>());
  const view = useRef({ from: 0, to: 0 });
  const latest = useRef<Pages>(nothing);
  latest.current = known ?? nothing;
  const at = useCallback((index: number) => entryAt(known ?? nothing, index), [known]);

  const read = useCallback(
    async (after: string | undefined) => {
      const input = { ...JSON.parse(question), limit: pageSize, ...(after === undefined ? {} : { after }) };
      return client.prompts.list.query(input);
    },
    [client, question],
  );

  /** Reads a page and puts it in, unless something else is asked by then. */
  const load = useCallback(
    async (index: number) => {
      if (loading.current.has(index)) return;
      loading.current.add(index);
      const { pages, next } = latest.current;
      const after = index === pages.length ? (next ?? undefined) : pages[index]?.after;
      try {
        const page = await read(after);
        if (asked.current !== question) return;
        setKnown((before) =>
          trimmed(withPage(before ?? nothing, index, page.entries, page.next), view.current.from, view.current.to),
        );
        setProblem(null);
      } catch (thrown) {
        if (asked.current === question) setProblem(failureOf(thrown));
      } finally {
        loading.current.delete(index);
      }
    },
    [read, question],
  );

  const begin = useCallback(async () => {
    asked.current = question;
    try {
      const page = await read(undefined);
      if (asked.current !== question) return;
      loading.current.clear();
      setKnown(firstOf(page.entries, page.next));
      setHasNews(false);
      const { sort: _, ...filtered } = JSON.parse(question);
      setAnswered(filtered);
      setProblem(null);
    } catch (thrown) {
      if (asked.current === question) setProblem(failureOf(thrown));
    }
  }, [read, question]);

  useEffect(() => {
    void begin();
  }, [begin]);

  // The host said that something changed: where nothing is in front, the list is shown anew; further down it only says so.
  const seenChange = useRef(0);
  useEffect(() => {
    if (changedAt === 0 || changedAt === seenChange.current) return;
    const isFirst = seenChange.current === 0;
    seenChange.current = changedAt;
    if (isFirst || asked.current !== question) return;
    void read(undefined).then(
      (page) => {
        if (asked.current !== question) return;
        const shown = latest.current.pages[0]?.entries?.map(({ id }) => id).join();
        const isSame = shown === page.entries.map(({ id }) => id).join();
        if (isSame && latest.current.pages.length > 0) {
          setKnown(
            (before) =>
              before && withPage(before, 0, page.entries, before.pages.length === 1 ? page.next : before.next),
          );
        } else if (view.current.from === 0) setKnown(firstOf(page.entries, page.next));
        else setHasNews(true);
      },
      (thrown: unknown) => setProblem(failureOf(thrown)),
    );
  }, [changedAt, read, question]);

  // The same function for every search, or each letter would draw the rows that are there anew.
  const latestLoad = useRef(load);
  latestLoad.current = load;
  const show = useCallback((from: number, to: number) => {
    view.current = { from, to };
    const { pages, next } = latest.current;
    for (let index = Math.floor(from / pageSize); index <= Math.floor(to / pageSize); index++) {
      if (pages[index]?.entries === null) void latestLoad.current(index);
    }
    // Who types a search looks at the top: the next page is read once they look further.
    const ahead = from === 0 ? 0 : readAhead;
    if (next !== null && to >= lengthOf(latest.current) - 1 - ahead) void latestLoad.current(pages.length);
  }, []);

  return {
    length: known === null ? undefined : lengthOf(known),
    hasMore: known !== null && known.next !== null,
    at,
    show,
    hasNews,
    answered,
    refresh: () => void begin(),
    patch: (change) => setKnown((before) => before && patched(before, change)),
    dropped(ids) {
      const first = pageWith(latest.current, ids);
      if (first <= 0) {
        void begin();
        return;
      }
      setKnown((before) => before && cutAt(before, first));
      latest.current = cutAt(latest.current, first);
      void load(first);
    },
    problem,
  };
}
