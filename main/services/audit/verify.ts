import { setTimeout as rest } from 'node:timers/promises';
import { z } from 'zod';
import type { AuditVerdict } from '../../../preload/contract/audit.ts';
import type { ReadHandle } from '../../db/index.ts';
import { type ChainLine, readFollowing, readHead } from './audit.queries.ts';
import { chainHashText, genesis, headMismatch } from './audit.rules.ts';
import { type Broken, type ChainKeys, headProblem, missingEntries, topOf } from './chain.ts';
import type { OutsideHead } from './outsideHead.ts';

const rowsAtOnce = 250;
/** Milliseconds of work between two turns of the event loop. */
const sliceMs = 3;
/** Milliseconds of rest after each: on a busy machine the system lets a process that never rests wait for the others, and its callers with it. */
const restMs = 1;

const outline = z.object({
  sequence: z.number(),
  action: z.string(),
  phase: z.string(),
  intent: z.number().nullable(),
  facts: z.object({ reason: z.unknown() }).partial(),
});

/**
 * Reads the whole chain up to where it reaches at the call, in slices between which others have their turn, and holds it
 * against both heads. Entries may be appended meanwhile. Reports the first entry that does not hold.
 */
export async function verifyChain(
  read: ReadHandle,
  keys: ChainKeys,
  outside: OutsideHead,
  /** Told now and then how many of how many entries were read. */
  progressed: (done: number, total: number) => void = () => undefined,
): Promise<AuditVerdict> {
  const problemOfHead = headProblem(read, keys, outside);
  const end = Math.max(readHead(read)?.sequence ?? 0, topOf(read, keys).sequence);
  const unfinished = new Map<number, string>();
  const start = genesis(keys.storeId);
  let last = { sequence: start.sequence, hash: start.hash.toString('hex') };
  let recorded: Broken | null = null;
  let sliceEnds = performance.now() + sliceMs;
  const verdict = (broken: Broken | null): AuditVerdict => ({
    holds: broken === null,
    // Counted while reading: a count over all rows would hold everything up.
    entries: last.sequence,
    head: last.hash,
    broken,
    unfinished: unfinished.size,
  });

  while (last.sequence < end) {
    const rows = readFollowing(read, last.sequence, Math.min(rowsAtOnce, end - last.sequence));
    if (rows.length === 0) break;
    for (const row of rows) {
      const entry = judge(last, row);
      if ('broken' in entry) return verdict(recorded ?? entry.broken);
      if (entry.phase === 'intent') unfinished.set(row.sequence, entry.action);
      else if (entry.phase === 'outcome' && entry.intent !== null) unfinished.delete(entry.intent);
      else if (entry.action === 'vault.restore') endBackups(unfinished);
      if (entry.action === headMismatch)
        recorded ??= { sequence: row.sequence, reason: `Found earlier: ${String(entry.facts.reason)}` };
      last = row;
    }
    if (performance.now() > sliceEnds) {
      progressed(last.sequence, end);
      await rest(restMs);
      sliceEnds = performance.now() + sliceMs;
    }
  }
  return verdict(recorded ?? problemOfHead);
}

/** The log in a backup ends before the outcome of the command that made it; that it was restored shows what it was. */
function endBackups(unfinished: Map<number, string>): void {
  for (const [sequence, action] of unfinished) if (action === 'vault.backup') unfinished.delete(sequence);
}

/** What the entry says, or why it cannot be the one that follows `last`. */
function judge(
  last: Pick<ChainLine, 'sequence' | 'hash'>,
  row: ChainLine,
): z.infer<typeof outline> | { broken: Broken } {
  const due = last.sequence + 1;
  if (row.sequence !== due) return { broken: missingEntries(due, row.sequence - 1) };
  if (chainHashText(last.hash, row.entry) !== row.hash)
    return { broken: { sequence: due, reason: `Entry ${due} was changed, or another was put in its place.` } };
  const entry = outline.safeParse(parseOrNull(row.entry)).data;
  if (entry?.sequence !== due) return { broken: { sequence: due, reason: `Entry ${due} was not written by Assay.` } };
  return entry;
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // Judged as an entry that Assay did not write.
  }
}
