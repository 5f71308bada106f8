import { setTimeout as rest } from 'node:timers/promises';
import type { AuditDetail, AuditEntry, AuditFilter, AuditPage } from '../../../preload/contract/audit.ts';
import { Fault } from '../../base/fault.ts';
import type { ReadHandle } from '../../db/index.ts';
import { readAt, readMatching, readOutcomeOf, readValues } from './audit.queries.ts';
import { chainHash, genesis, parseEntry } from './audit.rules.ts';
import { type ChainKeys, topOf } from './chain.ts';

/** Entries looked through at once; a few milliseconds. */
const lookedThrough = 2000;
/** Entries looked through for one page; then what was found so far is handed over, so that a rare word keeps nobody waiting. */
const mostLookedThrough = 100_000;
/** How many of the newest entries are asked for what can be filtered by, and how far an outcome is looked for. */
const newest = 20_000;

const pause = () => rest(1);

/** One page, newest first, read in slices between which others have their turn. */
export async function searchChain(
  read: ReadHandle,
  keys: ChainKeys,
  filter: AuditFilter,
  before: number | null | undefined,
  limit: number,
): Promise<AuditPage> {
  const first = Math.min(before ?? Number.MAX_SAFE_INTEGER, topOf(read, keys).sequence + 1);
  const last = Math.max(1, first - mostLookedThrough);
  const entries: AuditEntry[] = [];
  let to = first - 1;
  while (to >= last) {
    const from = Math.max(last, to - lookedThrough + 1);
    const rows = readMatching(read, filter, { from, to, limit: limit - entries.length });
    for (const { entry, hash } of rows) entries.push(parseEntry(entry, hash));
    if (entries.length >= limit) return { entries, next: next(entries.at(-1)?.sequence ?? 1) };
    to = from - 1;
    if (to >= last) await pause();
  }
  return { entries, next: next(last) };
}

/** The first entry has the number 1: nothing is before it. */
function next(reached: number): number | null {
  return reached <= 1 ? null : reached;
}

/** One link with what it hangs on. NOT_FOUND. */
export function describeEntry(read: ReadHandle, keys: ChainKeys, sequence: number): AuditDetail {
  const row = readAt(read, sequence);
  if (!row) throw new Fault('NOT_FOUND', `The log has no entry ${sequence}.`, { facts: { sequence } });
  const previous = sequence === 1 ? genesis(keys.storeId).hash : (readAt(read, sequence - 1)?.hash ?? Buffer.alloc(0));
  const entry = parseEntry(row.entry, row.hash);
  const other =
    entry.phase === 'intent'
      ? readOutcomeOf(read, sequence, newest)
      : entry.intent === null
        ? undefined
        : readAt(read, entry.intent);
  return {
    entry,
    previousHash: previous.toString('hex'),
    text: row.entry,
    fits: chainHash(previous, row.entry).equals(row.hash),
    counterpart: other ? parseEntry(other.entry, other.hash) : null,
  };
}

export function facetsOf(read: ReadHandle, keys: ChainKeys): { actions: string[]; persons: string[] } {
  const from = topOf(read, keys).sequence - newest;
  return { actions: readValues(read, 'action', from), persons: readValues(read, 'person', from) };
}
