import { mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../main/db/index.ts';
import { startStoreProcess } from '../helpers/childLines.ts';
import { passphrase, temporaryFolders, vaultIn } from '../helpers/vaultFixture.ts';

const temporaryFolder = temporaryFolders(onTestFinished);
const canary = 'The-heron-stands-where-nobody-looks-7731';

/** What must not be found: the text, its words as a full-text index keeps them, the schema, the file's own magic. */
const needles = [
  canary,
  canary.toLowerCase(),
  'heron',
  Buffer.from(canary, 'utf16le'),
  'CREATE TABLE',
  'SQLite format 3',
];

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Files that a process holds open although they have no name any more, as SQLite's temporary files. Linux only. */
function unlinkedFiles(pid: number): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync(`/proc/${pid}/fd`)
    .map((name) => `/proc/${pid}/fd/${name}`)
    .filter((path) => readlinkSync(path).endsWith('(deleted)') && statSync(path).isFile());
}

function findings(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const bytes = readFileSync(path);
    return needles.filter((needle) => bytes.includes(needle)).map((needle) => `${path}: ${needle.toString()}`);
  });
}

describe('nothing lies in clear on the disk', () => {
  it('while a sort larger than the cache runs and the log is hot, after kill -9, and after the next unlock', async () => {
    const folder = join(temporaryFolder('canary'), 'data');
    const temporary = temporaryFolder('tmp');
    const made = vaultIn(folder);
    await made.vault.create({ passphrase });
    await made.vault.close();
    const child = startStoreProcess(['canary', folder, canary], {
      env: { TMPDIR: temporary, SQLITE_TMPDIR: temporary, TMP: temporary, TEMP: temporary },
    });
    await child.line('sorting');
    const log = join(folder, 'assay.db-wal');
    expect(statSync(log).size).toBeGreaterThan(10_000);
    const looked = [...filesBelow(folder), ...filesBelow(temporary), ...unlinkedFiles(child.pid)];
    expect(findings(looked)).toEqual([]);
    expect(looked.some((path) => path.endsWith('-shm'))).toBe(true);
    await child.kill();
    expect(findings([...filesBelow(folder), ...filesBelow(temporary)])).toEqual([]);
    const again = vaultIn(folder);
    await again.vault.unlock({ kind: 'passphrase', passphrase });
    const { path } = await again.vault.backup({ to: temporary });
    await again.vault.close();
    // Locked first: reading a database file here would drop this process's locks on it.
    expect(findings([...filesBelow(folder), path])).toEqual([]);
  }, 60_000);

  it('the search itself finds what is in clear, in a file and behind a removed name', async () => {
    const folder = temporaryFolder('control');
    mkdirSync(join(folder, 'deep'));
    writeFileSync(join(folder, 'deep', 'left'), `x${canary}y`);
    expect(findings(filesBelow(folder)).length).toBeGreaterThan(0);
    if (process.platform !== 'linux') return;
    const { spawn } = await import('node:child_process');
    const script = `const fs = require('fs'); const f = fs.openSync(process.argv[1], 'w+'); fs.writeSync(f, process.argv[2]); fs.unlinkSync(process.argv[1]); console.log('ready'); setInterval(() => {}, 1000)`;
    const child = spawn(process.execPath, ['-e', script, join(folder, 'gone'), canary]);
    onTestFinished(() => void child.kill('SIGKILL'));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(findings(unlinkedFiles(child.pid ?? 0)).length).toBeGreaterThan(0);
  });

  it('no handle lets a statement out that could write in clear or change how the database is opened', () => {
    const folder = temporaryFolder('attach');
    const store = openStore({ file: join(folder, 'a.db'), key: Buffer.alloc(32, 9), how: 'create' });
    onTestFinished(() => store.close());
    const clear = join(folder, 'clear.db');
    const refused = [
      `ATTACH '${clear}' AS clear KEY ''`,
      `; ;\n-- a comment\n/* and\n another */ attach '${clear}' as clear key ''`,
      `VACUUM INTO '${clear}'`,
      'PRAGMA temp_store=file',
      'PRAGMA rekey=""',
      'DETACH main',
      'BEGIN',
      'COMMIT',
    ];
    for (const sql of refused) {
      expect(() => store.read.all(sql), sql).toThrow('statements on rows only');
      expect(() => store.transaction((write) => write.run(sql)), sql).toThrow('statements on rows only');
      expect(() => store.changeSchema((schema) => schema.script(`SELECT 1; ${sql}`)), sql).toThrow();
    }
    expect(() => store.read.all("SELECT load_extension('x')")).toThrow('not authorized');
    store.changeSchema((schema) => schema.script('CREATE TABLE t (n INTEGER) STRICT'));
    expect(() => store.read.all('WITH a AS (SELECT 1) INSERT INTO t SELECT 1 RETURNING n')).toThrow('does not write');
    expect(() => store.read.get('INSERT INTO t VALUES (1) RETURNING n')).toThrow('statements on rows only');
    expect(filesBelow(folder).some((path) => path.includes('clear'))).toBe(false);
  });
});
