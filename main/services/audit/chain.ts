import type { AuditVerdict } from '../../../preload/contract/audit.ts';
import type { ReadHandle, WriteHandle } from '../../db/index.ts';
import { insertEntry, readAt, readHead, readLast, writeHead } from './audit.queries.ts';
import { chainHash, type EntryBody, entryText, genesis, type Head, headMac, macHolds } from './audit.rules.ts';
import type { OutsideHead } from './outsideHead.ts';

/** What binds a chain to its store. */
export interface ChainKeys {
  storeId: string;
  /** Of the MAC over the heads. */
  key: Buffer;
}

export type Broken = NonNullable<AuditVerdict['broken']>;

/** Puts an entry on top of the last one and moves the head there, without judging either. */
export function extendChain(
  write: WriteHandle,
  { storeId, key }: ChainKeys,
  top: Head,
  body: Omit<EntryBody, 'sequence'>,
): Head {
  const sequence = top.sequence + 1;
  const entry = entryText({ ...body, sequence });
  const hash = chainHash(top.hash, entry);
  insertEntry(write, { sequence, entry, hash });
  writeHead(write, { sequence, hash, mac: headMac(key, storeId, { sequence, hash }) });
  return { sequence, hash };
}

/** Where the next entry goes, whatever the heads say. */
export function topOf(read: ReadHandle, { storeId }: ChainKeys): Head {
  return readLast(read) ?? genesis(storeId);
}

/** Why the end of the chain is not the one that was last written, by the head in the database and the one outside; null when it is. */
export function headProblem(read: ReadHandle, { storeId, key }: ChainKeys, outside: OutsideHead): Broken | null {
  const head = readHead(read);
  const last = readLast(read);
  if (!head) {
    if (last) return { sequence: last.sequence, reason: 'The head of the log is missing from the database.' };
  } else {
    if (!macHolds(key, storeId, head))
      return { sequence: head.sequence, reason: 'The head of the log in the database was not written by this store.' };
    if (!last || last.sequence < head.sequence) return missingEntries((last?.sequence ?? 0) + 1, head.sequence);
    if (last.sequence > head.sequence)
      return {
        sequence: head.sequence + 1,
        reason: `Entry ${head.sequence + 1} was added without moving the head of the log.`,
      };
    if (!last.hash.equals(head.hash))
      return { sequence: head.sequence, reason: `Entry ${head.sequence} is not the one that was last written.` };
  }
  return outsideProblem(read, head?.sequence ?? 0, outside);
}

function outsideProblem(read: ReadHandle, reached: number, outside: OutsideHead): Broken | null {
  if (outside.state === 'missing')
    return { sequence: reached, reason: 'The head of the log that is kept beside the database is missing.' };
  if (outside.state === 'damaged')
    return {
      sequence: reached,
      reason: 'The head of the log that is kept beside the database was changed, or is of another store.',
    };
  const { sequence, hash } = outside.head;
  if (sequence > reached)
    return {
      sequence: reached + 1,
      reason: `The log had reached entry ${sequence}, and the database ends at entry ${reached}: an older database was put back, its last entries were cut off, or the machine lost power while they were being written.`,
    };
  if (sequence === 0 || readAt(read, sequence)?.hash.equals(hash)) return null;
  return {
    sequence,
    reason: `Entry ${sequence} is not the one that was written as such: the database was exchanged for another.`,
  };
}

export function missingEntries(first: number, last: number): Broken {
  return {
    sequence: first,
    reason: first >= last ? `Entry ${first} is missing.` : `Entries ${first} to ${last} are missing.`,
  };
}
