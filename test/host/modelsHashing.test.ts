import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { JobKind } from '../../main/base/job.ts';
import { ggufBytes } from '../helpers/ggufFile.ts';
import { randomLlama } from '../helpers/ggufModel.ts';
import { type LibraryFixture, openLibraryFixture } from '../helpers/libraryFixture.ts';

const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
const patience = { timeout: 60_000, interval: 20 };

describe('hashing in the background', { timeout: 120_000 }, () => {
  let fixture: LibraryFixture;
  beforeEach(() => {
    fixture = openLibraryFixture();
  });
  afterEach(() => fixture.close());

  /** Some hundred kilobytes: several pieces of the size in which the fixture reads. */
  const write = (path: string, seed: number) => {
    mkdirSync(dirname(path), { recursive: true });
    const bytes = ggufBytes(randomLlama({ dim: 32, layers: 1, feedForward: 32, seed }));
    writeFileSync(path, bytes);
    truncateSync(path, bytes.length + 2 ** 18);
    return path;
  };
  const stateOf = async (path: string) => (await fixture.variants()).find((one) => one.path === path);
  const hashJob = () => fixture.jobs.list().find(({ kind }) => kind === 'models.hash');
  /** Takes files in and stops when a piece of the first is read. */
  const beginWith = async (...paths: string[]) => {
    fixture.allowPieces(1);
    await fixture.take(paths);
    await expect.poll(() => hashJob()?.progress?.done ?? 0, patience).toBeGreaterThan(0);
    expect((await stateOf(paths[0] ?? ''))?.sha256).toBeNull();
  };

  it('goes on when the folder of a file vanishes: a sentence for that file, hashes for the others', async () => {
    const gone = write(join(fixture.folder, 'a/gone.gguf'), 1);
    const stays = write(join(fixture.folder, 'b/stays.gguf'), 2);
    await beginWith(gone, stays);
    rmSync(dirname(gone), { recursive: true });
    fixture.allowPieces();
    await fixture.hashed();
    await expect.poll(async () => (await stateOf(gone))?.state, patience).toBe('missing');
    expect(await stateOf(gone)).toMatchObject({
      sha256: null,
      hashProblem: expect.stringContaining('There is no file at'),
    });
    expect(await stateOf(stays)).toMatchObject({ sha256: sha256(stays), state: 'ready', hashProblem: null });
    expect(hashJob()?.state).toBe('done');
  });

  it('never gives the hash of one file to another that took its name meanwhile', async () => {
    const file = write(join(fixture.folder, 'name.gguf'), 3);
    const other = write(join(fixture.folder, 'hidden/other'), 4);
    const before = sha256(file);
    await beginWith(file);
    renameSync(other, file);
    fixture.allowPieces();
    await fixture.hashed();
    await expect
      .poll(async () => {
        fixture.library.hash();
        await fixture.hashed();
        const { sha256: hash } = (await stateOf(file)) ?? {};
        expect(hash).not.toBe(before);
        return hash;
      }, patience)
      .toBe(sha256(file));
  });

  it('goes on after a cut with the files that are left, and reads none twice', async () => {
    const first = write(join(fixture.folder, 'first.gguf'), 5);
    const second = write(join(fixture.folder, 'second.gguf'), 6);
    await fixture.take([first]);
    await fixture.hashed();
    fixture.jobs.clear();
    await beginWith(second);
    const job = hashJob();
    fixture.jobs.cancel(job?.id ?? '');
    fixture.allowPieces();
    await fixture.hashed();
    expect((await fixture.library.list()).unhashed).toMatchObject({ files: 1, jobId: null });
    fixture.jobs.resume(job?.id ?? '');
    await fixture.hashed();
    expect(await stateOf(second)).toMatchObject({ sha256: sha256(second) });
    expect(fixture.library.hash()).toBeNull();
    expect((await fixture.take([first, second])).jobId).toBeNull();
  });

  it.each(['interactive', 'batch'] as const)(
    'gives way to what a person asks for (%s), in the middle of a file',
    async (lane) => {
      const file = write(join(fixture.folder, 'long.gguf'), 7);
      let seen: string | null | undefined;
      const asked: JobKind<object> = {
        kind: 'test.asked',
        lane,
        recovery: 'abandon',
        input: z.object({}),
        title: () => 'Asked',
        async run() {
          seen = (await stateOf(file))?.sha256;
        },
      };
      fixture.jobs.register(asked);
      await beginWith(file);
      const id = fixture.jobs.start(asked, {});
      // A second of hashing counts like twenty of anything else.
      fixture.pass(1000);
      fixture.allowPieces(1);
      await expect.poll(() => fixture.jobs.get(id).state, patience).toBe('done');
      expect(seen).toBeNull();
      fixture.allowPieces();
      expect((await fixture.hashed()).find(({ path }) => path === file)?.sha256).toBe(sha256(file));
    },
  );
});
