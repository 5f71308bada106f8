import { existsSync, statSync } from 'node:fs';
import { mkdtemp, open, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { AuditExport } from '../../../preload/contract/audit.ts';
import { Fault } from '../../base/fault.ts';
import { type ReadHandle, storageFault } from '../../db/index.ts';
import { readFollowing } from './audit.queries.ts';
import { genesis } from './audit.rules.ts';
import { type ChainKeys, topOf } from './chain.ts';

const extension = '.jsonl';
const rowsAtOnce = 1000;

/**
 * Writes the whole log as JSON Lines, as far as it reaches at the call: first a line that says how it is checked and what its head is,
 * then a line for each entry with the text that was hashed. Renamed into place at the end. Faults: BAD_INPUT, NOT_FOUND, CONFLICT,
 * DISK_FULL, READ_ONLY.
 */
export async function exportChain(read: ReadHandle, keys: ChainKeys, asked: string, now: number): Promise<AuditExport> {
  const path = targetOf(resolve(asked), now);
  const head = topOf(read, keys);
  const about = {
    format: 'assay-audit-log',
    version: 1,
    exportedAt: new Date(now).toISOString(),
    storeId: keys.storeId,
    start: genesis(keys.storeId).hash.toString('hex'),
    entries: head.sequence,
    head: head.hash.toString('hex'),
    rule: 'hash = SHA-256(bytes of the hash before, then entry in UTF-8); the first entry follows start; the last hash is head',
  };
  let work: string | null = null;
  try {
    work = await mkdtemp(join(dirname(path), '.assay-audit-'));
    const file = await open(join(work, 'log'), 'wx', 0o600);
    try {
      await file.write(`${JSON.stringify(about)}\n`);
      for (let last = 0; last < head.sequence; ) {
        const rows = readFollowing(read, last, Math.min(rowsAtOnce, head.sequence - last));
        if (rows.length === 0) break;
        await file.write(
          rows.map(({ sequence, hash, entry }) => `${JSON.stringify({ sequence, hash, entry })}\n`).join(''),
        );
        last = rows.at(-1)?.sequence ?? head.sequence;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    const sizeBytes = statSync(join(work, 'log')).size;
    await rename(join(work, 'log'), path);
    return { path, entries: head.sequence, head: about.head, sizeBytes };
  } catch (error) {
    throw storageFault(error, path);
  } finally {
    if (work !== null) await rm(work, { recursive: true, force: true });
  }
}

function targetOf(asked: string, now: number): string {
  const stamp = new Date(now).toISOString().replace(/[T.]/g, '-').replace(/[:Z]/g, '');
  const target = statSync(asked, { throwIfNoEntry: false })?.isDirectory()
    ? join(asked, `assay-audit-${stamp}${extension}`)
    : asked;
  if (!target.endsWith(extension))
    throw new Fault(
      'BAD_INPUT',
      `The log goes into an existing folder or a new file that ends in ${extension}; ${asked} is neither.`,
    );
  if (!existsSync(dirname(target)))
    throw new Fault('NOT_FOUND', `The folder ${dirname(target)} does not exist. Make it, or choose another place.`);
  if (existsSync(target))
    throw new Fault('CONFLICT', `${target} exists already. Choose another name; an export replaces nothing.`);
  return target;
}
