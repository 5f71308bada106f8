import { createHash, createHmac, hash, timingSafeEqual } from 'node:crypto';
import { type AuditEntry, auditEntry } from '../../../preload/contract/audit.ts';
import { canonicalJson } from '../../base/canonicalJson.ts';

/** An entry as it is hashed: all but the hash itself. */
export type EntryBody = Omit<AuditEntry, 'hash'>;

export interface Head {
  sequence: number;
  hash: Buffer;
}

/** Action of the entry that is written when the chain does not reach what its head says; `verify` reports it for ever. */
export const headMismatch = 'audit.headMismatch';

const longestFact = 500;

/** What comes before the first entry; with it the chain of one store cannot stand in for that of another. */
export function genesis(storeId: string): Head {
  return { sequence: 0, hash: createHash('sha256').update(`assay audit chain 1 ${storeId}`).digest() };
}

/** The stored text of an entry. Facts are cut at 500 characters: a log of acts has no room for what was said. */
export function entryText(body: EntryBody): string {
  const facts = Object.fromEntries(
    Object.entries(body.facts).map(([name, value]) => [
      name,
      typeof value === 'string' && value.length > longestFact ? `${value.slice(0, longestFact)}…` : value,
    ]),
  );
  return canonicalJson({ ...body, facts });
}

/** SHA-256 of the hash before, then the text in UTF-8. */
export function chainHash(before: Buffer, text: string): Buffer {
  return createHash('sha256').update(before).update(text).digest();
}

let scratch = Buffer.alloc(4096);

/** The same for hashes in hexadecimal, without an object for each: a million of them would stop the process for their garbage. */
export function chainHashText(before: string, text: string): string {
  const size = 32 + Buffer.byteLength(text);
  if (scratch.length < size) scratch = Buffer.alloc(size * 2);
  scratch.write(before, 0, 'hex');
  scratch.write(text, 32);
  return hash('sha256', scratch.subarray(0, size), 'hex');
}
/** HMAC-SHA256 under a key that only an unlocked store has. */
export function headMac(key: Buffer, storeId: string, { sequence, hash }: Head): Buffer {
  return createHmac('sha256', key).update(`assay audit head 1 ${storeId} ${sequence} `).update(hash).digest();
}

export function macHolds(key: Buffer, storeId: string, head: Head & { mac: Buffer }): boolean {
  const due = headMac(key, storeId, head);
  return due.length === head.mac.length && timingSafeEqual(due, head.mac);
}

export function parseEntry(text: string, hash: Buffer): AuditEntry {
  return auditEntry.parse({ ...JSON.parse(text), hash: hash.toString('hex') });
}
