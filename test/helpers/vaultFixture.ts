import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChanges } from '../../main/base/changes.ts';
import { type Clock, systemClock } from '../../main/base/clock.ts';
import { Fault } from '../../main/base/fault.ts';
import type { Identity } from '../../main/base/procedure.ts';
import { type Migration, migrations } from '../../main/db/index.ts';
import { createAudit } from '../../main/services/audit/index.ts';
import { createVault, type KeyRing, noKeyRing } from '../../main/services/vault/index.ts';
import type { ErrorCode } from '../../preload/contract/errors.ts';

export const passphrase = 'correct horse battery staple';
export const owner: Identity = { person: 'owner', role: 'owner', home: 'desktop' };

/** A table to write in that belongs to no domain. */
export const notesMigration: Migration = {
  number: 9001,
  name: 'test-notes',
  up(schema) {
    schema.script(`
      CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
      CREATE VIRTUAL TABLE notes_text USING fts5 (text);
    `);
  },
};

export interface FixtureOptions {
  clock?: Clock;
  keyRing?: KeyRing;
  migrations?: readonly Migration[];
}

/** A vault with its audit log, as the host wires them; scrypt at 2^12, because what it costs is not under test. */
export function vaultIn(folder: string | null, options: FixtureOptions = {}) {
  const changes = createChanges();
  const clock = options.clock ?? systemClock;
  const vault = createVault({
    folder,
    keyRing: options.keyRing ?? noKeyRing,
    changes,
    clock,
    passphraseCost: 2 ** 12,
    migrations: options.migrations ?? [...migrations, notesMigration],
  });
  return { vault, audit: createAudit({ vault, changes, clock }), changes };
}

export interface MemoryKeyRing extends KeyRing {
  /** Whether it seals nothing now, though it opens. */
  refuses: boolean;
  /** From now on it seals under a newer key. */
  rotate(): void;
  /** Drops the keys that were followed by a newer one. */
  forgetOld(): void;
}

/** A key ring as the desktop's is: what it gives out is of no use to another one. */
export function memoryKeyRing(backend = 'gnome_libsecret'): MemoryKeyRing {
  const kept = new Map<string, { text: string; key: number }>();
  let newest = 0;
  return {
    refuses: false,
    status: () => ({ available: true, backend, reason: null }),
    async encrypt(text) {
      if (this.refuses) throw new Error('locked');
      const ticket = `ticket ${kept.size}`;
      kept.set(ticket, { text, key: newest });
      return Buffer.from(ticket);
    },
    async decrypt(blob) {
      const found = kept.get(blob.toString());
      if (found === undefined) throw new Error('unknown');
      return { text: found.text, isStale: found.key < newest };
    },
    rotate() {
      newest += 1;
    },
    forgetOld() {
      for (const [ticket, { key }] of kept) if (key < newest) kept.delete(ticket);
    },
  };
}

export function writeNote(vault: ReturnType<typeof vaultIn>['vault'], text: string): number {
  return vault.store().transaction((write) => {
    const { lastInsertRowid } = write.run('INSERT INTO notes (text) VALUES (?)', text);
    write.run('INSERT INTO notes_text (rowid, text) VALUES (?, ?)', lastInsertRowid, text);
    return Number(lastInsertRowid);
  });
}

export function readNotes(vault: ReturnType<typeof vaultIn>['vault']): string[] {
  return vault
    .store()
    .read.all<{ text: string }>('SELECT text FROM notes ORDER BY id')
    .map(({ text }) => text);
}

/** Folders that are removed when the test ends; hand it `onTestFinished`. */
export function temporaryFolders(atEnd: (clean: () => void) => void) {
  return (name: string): string => {
    const folder = mkdtempSync(join(tmpdir(), `assay-test-${name}-`));
    atEnd(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  };
}

/** The fault that the work ends with. */
export async function faultOf(work: () => unknown): Promise<{ code: ErrorCode; message: string }> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Fault) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('It did not fail.');
}

/** SHA-256 of files, taken by another process: closing a database file here would drop the locks of this process on it. */
export function fingerprint(...files: string[]): string {
  const script =
    "for (const f of process.argv.slice(1)) { const fs = require('fs'); console.log(fs.existsSync(f) ? require('crypto').createHash('sha256').update(fs.readFileSync(f)).digest('hex') : 'none') }";
  return execFileSync(process.execPath, ['-e', script, ...files], { encoding: 'utf8' });
}
