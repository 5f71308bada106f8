import type { z } from 'zod';
import type { GenerationStats } from '../../../preload/contract/engine.ts';
import type { FileVersion } from '../../../preload/contract/models.ts';
import {
  type annotateInput,
  type HistoryDetail,
  type HistoryFacets,
  type HistoryFilter,
  type HistoryListInput,
  type HistoryPage,
  historyFilter,
  historyListInput,
} from '../../../preload/contract/prompts.ts';
import { Fault } from '../../base/fault.ts';
import { newId } from '../../base/ids.ts';
import { characterRuns } from '../../base/searchText.ts';
import type { ReadHandle, Store, WriteHandle } from '../../db/store.ts';
import * as queries from './history.queries.ts';
import { detailOf, entryOf, momentOf, readCursor, sequenceOf, writeCursor } from './history.rules.ts';
import * as modelQueries from './models.queries.ts';
import { facetsOf, matchOf, parseSearch } from './search.rules.ts';

/** A generation that is over, as those who asked for it hand it in. */
export interface Generation {
  /** Of an entry that comes back. Default: a new one. */
  id?: string | null;
  source: 'compare' | 'playground' | 'import';
  /** The comparison or chat, and the place there: what is recorded twice replaces itself. */
  origin: string;
  place: string;
  /** Milliseconds since 1970. */
  at: number;
  title?: string | null;
  /** `version`: the file that answered, of a model that the library can know; `sha256` of any other. */
  model: { id: string | null; name: string; quantization: string; sha256?: string | null; version?: FileVersion };
  system?: string | null;
  prompt: string;
  /** Messages of a conversation that were given before the prompt. Default: not known. */
  messagesBefore?: number | null;
  answer: string;
  settings: Record<string, unknown>;
  state: 'done' | 'cancelled' | 'failed';
  stats: Partial<GenerationStats> | null;
}

export interface History {
  /** Writes a generation within the caller's transaction, so that an answer and its entry are there or not there together. */
  record(write: WriteHandle, generation: Generation): void;
  list(input: HistoryListInput): HistoryPage;
  /** Counts up to 10,000 of them one by one; more are told as that many and not exact. */
  count(filter: HistoryFilter): { count: number; exact: boolean };
  /** NOT_FOUND. */
  get(id: string, search: string): HistoryDetail;
  facets(): HistoryFacets;
  /** Notes and tags, a few entries at a time so that others get their turn. Returns how many entries there were. */
  annotate(input: z.output<typeof annotateInput>): Promise<number>;
}

const mostCounted = 10_000;
/** How much of a text is looked at for an excerpt. */
const excerptFrom = 20_000;
const annotatedAtOnce = 5;

export interface HistoryDependencies {
  store(): Store;
  changed(): void;
  /** SHA-256 of the file of this mark; null when it is not known. */
  hashOf(modelId: string, mark: string): string | null;
}

export function createHistory({ store, changed, hashOf }: HistoryDependencies): History {
  function record(write: WriteHandle, generation: Generation): void {
    const { source, origin, place, at, model, state, stats, prompt, answer } = generation;
    const system = generation.system ?? null;
    const title = generation.title ?? null;
    const { id, version } = model;
    const later = id === null || version === undefined ? null : hashOf(id, version.mark);
    const sha256 = model.sha256 ?? version?.sha256 ?? later;
    const key = modelQueries.keepModel(write, { ...model, sha256, mark: version?.mark ?? null });
    const before = queries.selectPlaced(write, origin, place);
    const row: queries.HistoryRow = {
      sequence: before?.sequence ?? queries.freeSequence(write, Math.max(0, Math.round(at))),
      id: before?.id ?? generation.id ?? newId(at),
      source,
      origin,
      place,
      model: key,
      state,
      token_count: stats?.tokenCount ?? null,
      ttft_ms: stats?.ttftMs ?? null,
      tokens_per_second: stats?.tokensPerSecond ?? null,
      total_ms: stats?.totalMs ?? null,
      has_note: before?.has_note ?? 0,
    };
    const marks = before && queries.selectTexts(write, [row.sequence], 0).get(row.sequence);
    const note = marks?.note ?? null;
    if (before) {
      queries.updateRow(write, row);
      queries.deleteTexts(write, row.sequence);
    } else queries.insertRow(write, row);
    queries.insertTexts(write, {
      sequence: row.sequence,
      title,
      system,
      prompt,
      answer,
      note,
      tags: marks?.tags ?? null,
      characters: characterRuns(title, system, prompt, answer, note),
      facets: facetsOf({
        model: key,
        tags: before ? queries.selectTagsOf(write, row.sequence).map((tag) => tag.key) : [],
        hasNote: note !== null,
        source,
      }),
      settings_json: JSON.stringify(generation.settings),
      stats_json: stats === null ? null : JSON.stringify(stats),
      messages_before: generation.messagesBefore ?? null,
    });
    store().afterCommit(changed);
  }

  function list(input: HistoryListInput): HistoryPage {
    const { sort, after, limit, ...filter } = historyListInput.parse(input);
    const { read } = store();
    const selection = selectionOf(read, filter);
    if (selection === null) return { entries: [], next: null };
    const terms = parseSearch(filter.search);
    const ranked = sort === 'best match' && terms.length === 0 ? 'newest' : sort;
    const cursor = readCursor(after);
    const rows = queries.selectPage(read, selection, ranked, cursor, limit);
    const page = rows.slice(0, limit);
    const texts = queries.selectTexts(
      read,
      page.map(({ sequence }) => sequence),
      terms.length === 0 ? 240 : excerptFrom,
    );
    const models = modelQueries.selectModels(read);
    const last = page.at(-1);
    const value = ranked === 'best match' ? (cursor?.value ?? 0) + page.length : (last?.value ?? 0);
    return {
      entries: page.map((row) => entryOf(row, texts.get(row.sequence), models, terms)),
      next: rows.length > limit && last ? writeCursor({ value, sequence: last.sequence }) : null,
    };
  }

  function get(id: string, search: string): HistoryDetail {
    const { read } = store();
    const row = queries.selectRow(read, id);
    const texts = row && queries.selectTexts(read, [row.sequence]).get(row.sequence);
    if (row === undefined || texts === undefined) {
      throw new Fault('NOT_FOUND', 'This answer is no longer in the history.', { facts: { entry: id } });
    }
    const terms = parseSearch(search);
    const entry = entryOf(row, texts, modelQueries.selectModels(read), []);
    return detailOf(entry, texts, queries.countOfOrigin(read, row.origin), terms);
  }

  function annotateRow(
    write: WriteHandle,
    { sequence, model, source }: queries.HistoryRow,
    { note, addTags = [], removeTags = [] }: z.output<typeof annotateInput>,
  ): void {
    const texts = queries.selectTexts(write, [sequence]).get(sequence);
    if (texts === undefined) return;
    for (const name of removeTags) queries.removeTag(write, sequence, name);
    for (const name of addTags) queries.addTag(write, sequence, name);
    const tags = queries.selectTagsOf(write, sequence);
    const kept = note === undefined ? texts.note : note === null || note.trim() === '' ? null : note;
    queries.updateMarks(write, {
      sequence,
      note: kept,
      tags: tags.length === 0 ? null : tags.map(({ name }) => name).join('\n'),
      characters: characterRuns(
        texts.title,
        texts.system,
        texts.prompt,
        texts.answer,
        kept,
        ...tags.map((t) => t.name),
      ),
      facets: facetsOf({ model, source, tags: tags.map(({ key }) => key), hasNote: kept !== null }),
    });
  }

  return {
    record,
    list,
    count(filter) {
      const { read } = store();
      const parsed = historyFilter.parse(filter);
      const selection = selectionOf(read, parsed);
      if (selection === null) return { count: 0, exact: true };
      const count = queries.countRows(read, selection, mostCounted + 1);
      return { count: Math.min(count, mostCounted), exact: count <= mostCounted };
    },
    get,
    facets() {
      const { read } = store();
      const { total, oldest, newest } = queries.selectEnds(read);
      return {
        total,
        models: modelQueries.countByModel(read),
        tags: queries.countByTag(read),
        oldest: oldest === null ? null : momentOf(oldest),
        newest: newest === null ? null : momentOf(newest),
      };
    },
    async annotate(input) {
      const rows = queries.selectByIds(store().read, input.ids);
      for (let from = 0; from < rows.length; from += annotatedAtOnce) {
        const some = rows.slice(from, from + annotatedAtOnce);
        store().transaction((write) => {
          for (const row of some) annotateRow(write, row, input);
        });
        await new Promise((resolve) => setImmediate(resolve));
      }
      changed();
      return rows.length;
    },
  };
}

/** What to look for; null when nothing can be found. */
export function selectionOf(read: ReadHandle, filter: z.output<typeof historyFilter>): queries.Selection | null {
  const tags = filter.tags === undefined ? undefined : queries.selectTagKeys(read, filter.tags);
  // A tag that nobody carries finds nothing.
  if (tags !== undefined && tags.length < new Set(filter.tags?.map((name) => name.toLowerCase())).size) return null;
  const { match, nothing } = matchOf(filter.search, {
    models: filter.models,
    tags,
    hasNote: filter.hasNote,
    source: filter.source,
  });
  if (nothing) return null;
  return {
    match,
    from: sequenceOf(filter.from, 0),
    to: sequenceOf(filter.to, Number.MAX_SAFE_INTEGER),
    origin: filter.origin ?? null,
  };
}
