import { execFile } from 'node:child_process';
import { freemem, totalmem } from 'node:os';
import { promisify } from 'node:util';

export interface Memory {
  /** Bytes that this machine, or the container, has. */
  totalBytes: number;
  /** Bytes that can still be had without swapping. */
  availableBytes: number;
}

/** What there is now. A limit set on the container counts; on macOS pages that the system would give up count as free. */
export async function readMemory(): Promise<Memory> {
  const limit = process.constrainedMemory();
  const totalBytes = limit > 0 && limit < totalmem() ? limit : totalmem();
  const free =
    process.platform === 'darwin' ? await reclaimableOnMac() : Math.min(freemem(), process.availableMemory());
  return { totalBytes, availableBytes: Math.min(free, totalBytes) };
}

/** `vm_stat` counts pages; freemem() leaves out those that hold only cached files. */
async function reclaimableOnMac(): Promise<number> {
  const { stdout } = await promisify(execFile)('/usr/bin/vm_stat');
  const pageBytes = Number(/page size of (\d+) bytes/.exec(stdout)?.[1] ?? 16_384);
  const pages = ['free', 'inactive', 'speculative', 'purgeable'].map((name) =>
    Number(new RegExp(`Pages ${name}:\\s+(\\d+)`).exec(stdout)?.[1] ?? 0),
  );
  return pages.reduce((sum, count) => sum + count, 0) * pageBytes;
}
