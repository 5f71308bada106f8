import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Migration, migrations, openStore, readApplied } from '../../main/db/index.ts';
import {
  faultOf,
  notesMigration,
  owner,
  passphrase,
  readNotes,
  temporaryFolders,
  vaultIn,
  writeNote,
} from '../helpers/vaultFixture.ts';

const temporaryFolder = temporaryFolders(onTestFinished);
const secret = { kind: 'passphrase', passphrase } as const;
const known = [...migrations, notesMigration];

function step(number: number, up: Migration['up']): Migration {
  return { number, name: `test-step-${number}`, up };
}

const colour = step(9002, (schema) => {
  schema.script("ALTER TABLE notes ADD COLUMN colour TEXT NOT NULL DEFAULT 'none'");
  schema.run("UPDATE notes SET colour = 'red' WHERE id = 1");
});

/** Opens the folder with these migrations, hands the open vault to the work, and locks it again. */
async function using<T>(
  folder: string,
  list: readonly Migration[],
  work: (fixture: ReturnType<typeof vaultIn>) => T | Promise<T>,
): Promise<T> {
  const fixture = vaultIn(folder, { migrations: list });
  try {
    if (fixture.vault.status().state === 'none') await fixture.vault.create({ passphrase }, owner);
    else await fixture.vault.unlock(secret, owner);
    return await work(fixture);
  } finally {
    await fixture.vault.close();
  }
}

describe('the list of migrations', () => {
  it('is ascending, names each file as it is called, and leaves no file out', () => {
    const files = readdirSync(join(import.meta.dirname, '../../main/db/migrations')).filter((name) =>
      /^\d{4}-/.test(name),
    );
    expect(migrations.map(({ number, name }) => `${String(number).padStart(4, '0')}-${name}.ts`)).toEqual(files.sort());
    const numbers = migrations.map(({ number }) => number);
    expect(numbers).toEqual([...new Set(numbers)].sort((left, right) => left - right));
  });

  it('makes a new store whole, with STRICT tables only, and no backup', async () => {
    const folder = temporaryFolder('fresh');
    await using(folder, migrations, ({ vault }) => {
      const { read } = vault.store();
      expect(readApplied(read).map(({ number, name }) => ({ number, name }))).toEqual(
        migrations.map(({ number, name }) => ({ number, name })),
      );
      const loose = read.all<{ name: string }>(
        "SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND schema = 'main' AND name NOT LIKE 'sqlite_%'",
      );
      expect(loose).toEqual([]);
    });
    expect(existsSync(join(folder, 'backups'))).toBe(false);
  });

  it('reaches the same schema from every earlier state of it', async () => {
    const schemaOf = ({ vault }: ReturnType<typeof vaultIn>) =>
      vault
        .store()
        .read.all("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name");
    const fresh = await using(temporaryFolder('schema'), migrations, schemaOf);
    for (let length = 1; length < migrations.length; length++) {
      const folder = temporaryFolder('prefix');
      await using(folder, migrations.slice(0, length), () => undefined);
      expect(await using(folder, migrations, schemaOf), `from ${length}`).toEqual(fresh);
    }
  });
});

describe('a store of an earlier version', () => {
  it('is brought up to date with its rows, after a backup that can be restored, and the log says so', async () => {
    const folder = temporaryFolder('upgrade');
    await using(folder, known, ({ vault }) => writeNote(vault, 'kept'));
    await using(folder, [...known, colour], async ({ vault, audit }) => {
      expect(vault.store().read.all('SELECT text, colour FROM notes')).toEqual([{ text: 'kept', colour: 'red' }]);
      expect(audit.list({ limit: 1 })[0]).toMatchObject({ action: 'vault.unlock', facts: { migratedTo: 9002 } });
      expect(await audit.verify()).toMatchObject({ holds: true });
    });
    const [backup = ''] = readdirSync(join(folder, 'backups'));
    expect(backup).toMatch(/^before-9002-test-step-9002-/);
    const copy = join(folder, 'backups', backup);
    expect(readdirSync(copy).sort()).toEqual(['assay.audit-head.json', 'assay.db', 'assay.keys.json']);
    expect(readFileSync(join(copy, 'assay.db')).includes('kept')).toBe(false);
    const restored = vaultIn(join(temporaryFolder('restored'), 'data'), { migrations: known });
    onTestFinished(() => restored.vault.close());
    await restored.vault.restore({ from: copy, secret });
    expect(readNotes(restored.vault)).toEqual(['kept']);
    expect(await restored.audit.verify()).toMatchObject({ holds: true });
  });

  it('keeps the two newest of such copies', async () => {
    const folder = temporaryFolder('copies');
    const steps = [9002, 9003, 9004, 9005].map((number) => step(number, () => undefined));
    for (let length = 0; length <= steps.length; length++)
      await using(folder, [...known, ...steps.slice(0, length)], () => undefined);
    expect(readdirSync(join(folder, 'backups')).map((name) => name.slice(7, 11))).toEqual(['9004', '9005']);
  });

  it('is left as it was by a step that fails, and opens with the version before and the one that mends it', async () => {
    const folder = temporaryFolder('failing');
    await using(folder, known, ({ vault }) => writeNote(vault, 'kept'));
    const failing = step(9003, (schema) => {
      schema.script('CREATE TABLE half (n INTEGER) STRICT; DELETE FROM notes');
      throw new Error('the step failed');
    });
    const orphaning = step(9003, (schema) =>
      schema.script(
        'CREATE TABLE parent (id INTEGER PRIMARY KEY) STRICT; CREATE TABLE child (parent INTEGER REFERENCES parent (id)) STRICT; INSERT INTO child VALUES (1)',
      ),
    );
    await expect(using(folder, [...known, failing], () => undefined)).rejects.toThrow('the step failed');
    await expect(using(folder, [...known, orphaning], () => undefined)).rejects.toThrow(/foreign key/i);
    await using(folder, known, ({ vault }) => {
      expect(readNotes(vault)).toEqual(['kept']);
      expect(vault.store().read.all("SELECT name FROM sqlite_schema WHERE name IN ('half', 'child')")).toEqual([]);
    });
    // A step that succeeded stays, although the one after it failed.
    await expect(using(folder, [...known, colour, failing], () => undefined)).rejects.toThrow('the step failed');
    await using(folder, [...known, colour], ({ vault }) => {
      expect(vault.store().read.all('SELECT text, colour FROM notes')).toEqual([{ text: 'kept', colour: 'red' }]);
    });
  });

  it('of a later version, or of another line, is refused and left alone', async () => {
    const folder = temporaryFolder('newer');
    await using(folder, [...known, colour], ({ vault }) => writeNote(vault, 'kept'));
    const newer = await faultOf(() => using(folder, known, () => undefined));
    expect(newer.code).toBe('STORE_TOO_NEW');
    expect(newer.message).toContain('step 9002');
    const renamed: Migration = { ...colour, name: 'test-other' };
    expect((await faultOf(() => using(folder, [...known, renamed], () => undefined))).code).toBe('STORE_TOO_NEW');
    await using(folder, [...known, colour], ({ vault }) => expect(readNotes(vault)).toEqual(['kept']));
  });

  it('a step sees no way out of its transaction', () => {
    const store = openStore({ file: join(temporaryFolder('way'), 'a.db'), key: Buffer.alloc(32, 3), how: 'create' });
    onTestFinished(() => store.close());
    for (const sql of ['COMMIT', 'PRAGMA foreign_keys=off', 'VACUUM'])
      expect(() => store.changeSchema((schema) => schema.script(sql))).toThrow('A migration does not say');
  });
});
