import type { z } from 'zod';
import type { FileVersion } from '../../../preload/contract/models.ts';
import {
  type Dataset,
  type DatasetWithItems,
  type exportedHistory,
  type exportHistoryInput,
  historyFilter,
  type ImportResult,
  type importInput,
} from '../../../preload/contract/prompts.ts';
import type { Changes } from '../../base/changes.ts';
import { type Clock, systemClock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Identity } from '../../base/procedure.ts';
import { type Removals, removedAtOnce } from '../../base/removals.ts';
import type { Store } from '../../db/store.ts';
import { jsonLine, markdownSection } from './export.rules.ts';
import { createHistory, type History } from './history.ts';
import { importChats } from './import/importChats.ts';
import { createModelHashes } from './modelHashes.ts';
import { createRemoval, host, type Removal, type RemovalDependencies } from './removal.ts';
import { readSampleDataset, sampleDatasets } from './sampleDatasets.ts';
import { createSaved, type Saved } from './saved.ts';

export interface PromptsDependencies {
  /** Folder of the embedded sample model, which brings data sets. */
  sampleFolder: string;
  vault: RemovalDependencies['vault'] & { store(): Store };
  audit: RemovalDependencies['audit'];
  changes: Pick<Changes, 'announce' | 'listen'>;
  /** Default: the system's. */
  clock?: Clock;
  log?: Pick<Log, 'error'>;
  /** The file of a model of the library, and its hash as far as that is known. Default: none is. */
  versionOf?(modelId: string): FileVersion | null;
  /** Default: a saved prompt that is removed goes at once. */
  removals?: Removals;
  /** Default: 10,000. */
  undoMs?: number;
}

/** What was asked and what can be asked: the history of generations, saved prompts, data sets with their content hashes. */
export interface Prompts {
  history: History;
  removal: Removal;
  saved: Saved;
  /** A part of an export and where the next one begins; the audit log has how many answers it held. `by`, here and below: default: Assay itself. BAD_INPUT; NOT_FOUND of ids. */
  export(input: z.output<typeof exportHistoryInput>, by?: Identity): z.infer<typeof exportedHistory>;
  /** Chats of other programs. BAD_INPUT, NOT_FOUND, TOO_LARGE. */
  import(input: z.output<typeof importInput>, by?: Identity): Promise<ImportResult>;
  /** Every data set, without its items. */
  datasets(): Promise<Dataset[]>;
  /** NOT_FOUND when there is none of this id. */
  dataset(id: string): Promise<DatasetWithItems>;
  close(): Promise<void>;
}

/** Entries that are read at once, and how many of them or of their characters end a part of an export. */
const exportedAtOnce = 20;
const exportedEntries = 2000;
const exportedCharacters = 4_000_000;

export function createPrompts(dependencies: PromptsDependencies): Prompts {
  const { sampleFolder, vault, audit, changes, clock = systemClock, undoMs } = dependencies;
  const { log = { error: () => undefined }, versionOf = () => null, removals = removedAtOnce } = dependencies;
  const store = () => vault.store();
  const changed = () => changes.announce('prompts');
  const modelHashes = createModelHashes({ vault, changes, versionOf, changed, log });
  const history = createHistory({ store, changed, hashOf: modelHashes.hashOf });
  const removal = createRemoval({ vault, audit, clock, log, changed, undoMs });

  function exportPart({ format, ids, matching, after }: z.output<typeof exportHistoryInput>, by: Identity = host) {
    const parts: string[] = [];
    let length = 0;
    let next: string | null = after ?? null;
    do {
      const some = ids ? idsFrom(ids, next) : idsFound(historyFilter.parse(matching ?? {}), next);
      for (const id of some.ids) {
        const entry = history.get(id, '');
        const part = format === 'jsonl' ? jsonLine(entry) : markdownSection(entry);
        parts.push(part);
        length += part.length;
      }
      next = some.next;
    } while (next !== null && length < exportedCharacters && parts.length < exportedEntries);
    audit.event(by, 'prompts.exported', { entries: parts.length, last: next === null });
    const head = format === 'markdown' && after === undefined ? '# History\n\n' : '';
    const at = new Date(clock.now()).toISOString().slice(0, 10);
    const [extension, mediaType] = format === 'jsonl' ? ['jsonl', 'application/jsonl'] : ['md', 'text/markdown'];
    return {
      fileName: `history-${at}.${extension}`,
      mediaType,
      text: head + parts.join(''),
      count: parts.length,
      next,
    };
  }

  function idsFound(filter: z.output<typeof historyFilter>, after: string | null) {
    const page = { ...filter, sort: 'newest' as const, limit: exportedAtOnce };
    const { entries, next } = history.list(after === null ? page : { ...page, after });
    return { ids: entries.map(({ id }) => id), next };
  }

  return {
    history,
    removal,
    saved: createSaved({ store, clock, changed, removals }),
    export: exportPart,
    async import(input, by = host) {
      const result = await importChats(input, { store, history, now: clock.now });
      const { conversations, added, known, skipped } = result;
      audit.event(by, 'prompts.imported', { conversations, added, known, skipped: skipped.length });
      changed();
      return result;
    },
    async datasets() {
      const read = await Promise.all(sampleDatasets.map((one) => readSampleDataset(sampleFolder, one)));
      return read.map(({ items: _items, ...rest }) => rest);
    },
    async dataset(id) {
      const known = sampleDatasets.find((one) => one.id === id);
      const ids = sampleDatasets.map((one) => one.id).join(' or ');
      if (!known) throw new Fault('NOT_FOUND', `There is no data set called ${id}. Choose ${ids}.`);
      return readSampleDataset(sampleFolder, known);
    },
    async close() {
      modelHashes.close();
      removal.close();
      await removal.settled();
    },
  };
}

function idsFrom(ids: readonly string[], after: string | null) {
  const from = Number(after ?? 0);
  const to = from + exportedAtOnce;
  return { ids: ids.slice(from, to), next: to < ids.length ? String(to) : null };
}
