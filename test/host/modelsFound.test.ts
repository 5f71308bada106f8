import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Surroundings } from '../../main/services/models/found.rules.ts';
import { findPlaces } from '../../main/services/models/found.ts';
import type { ImportReport } from '../../preload/contract/models.ts';
import { ggufBytes } from '../helpers/ggufFile.ts';
import { randomLlama } from '../helpers/ggufModel.ts';
import { type LibraryFixture, openLibraryFixture } from '../helpers/libraryFixture.ts';

const never = new AbortController().signal;

describe('models of other programs', { timeout: 120_000 }, () => {
  let fixture: LibraryFixture;
  let home: string;
  const bytesOf = (seed: number) =>
    ggufBytes(randomLlama({ dim: 32, layers: 1, feedForward: 32, seed, name: `Model ${seed}` }));
  const write = (path: string, content: string | Buffer) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  };
  const places = async () => new Map((await fixture.library.found(never)).map((place) => [place.program, place]));

  beforeAll(() => {
    fixture = openLibraryFixture();
    home = join(fixture.folder, 'home');
  });
  afterAll(() => fixture.close());

  it('are none where there are none', async () => {
    expect(await fixture.library.found(never)).toEqual([]);
  });

  it('are found in the usual folders of each, whatever their depth, by the names that they have there', async () => {
    const chosen = join(fixture.folder, 'chosen by a person');
    write(join(home, '.lmstudio/settings.json'), JSON.stringify({ downloadsFolder: chosen }));
    write(join(chosen, 'flat.gguf'), bytesOf(1));
    write(join(chosen, 'publisher/repository/deeper/still/file.gguf'), bytesOf(2));

    const weights = bytesOf(3);
    const digest = createHash('sha256').update(weights).digest('hex');
    const ollama = join(home, '.ollama/models');
    write(join(ollama, `blobs/sha256-${digest}`), weights);
    const layer = (mediaType: string, hash: string) => ({ mediaType, digest: `sha256:${hash}`, size: 1 });
    const manifest = (hash: string) =>
      JSON.stringify({
        schemaVersion: 2,
        layers: [
          layer('application/vnd.ollama.image.template', '0'.repeat(64)),
          layer('application/vnd.ollama.image.model', hash),
        ],
      });
    write(join(ollama, 'manifests/registry.ollama.ai/library/tiny/1b'), manifest(digest));
    write(join(ollama, 'manifests/registry.ollama.ai/library/tiny/latest'), manifest(digest));
    write(join(ollama, 'manifests/example.org/person/gone/7b'), manifest('f'.repeat(64)));
    write(join(ollama, 'manifests/example.org/person/broken/7b'), '{');
    write(
      join(ollama, 'manifests/example.org/person/outside/7b'),
      JSON.stringify({ layers: [layer('application/vnd.ollama.image.model', '../../../etc/passwd')] }),
    );

    const hub = join(home, '.cache/huggingface/hub/models--org--repo');
    const blob = write(join(hub, 'blobs/abc'), bytesOf(4));
    for (const revision of ['1111', '2222']) {
      mkdirSync(join(hub, 'snapshots', revision, 'sub'), { recursive: true });
      symlinkSync(blob, join(hub, 'snapshots', revision, 'sub/weights.gguf'));
    }
    write(join(home, '.cache/llama.cpp/org_repo_file.gguf'), bytesOf(5));

    const found = await places();
    const names = (program: string) => found.get(program)?.models.map(({ name }) => name);
    expect(names('LM Studio')).toEqual(['flat.gguf', 'publisher/repository/deeper/still/file.gguf']);
    expect(found.get('LM Studio')?.folder).toBe(chosen);
    expect(names('Ollama')).toEqual([expect.stringMatching(/^tiny:(1b, tiny:latest|latest, tiny:1b)$/)]);
    expect(found.get('Ollama')?.problems.sort()).toEqual([
      expect.stringContaining('example.org/person/broken:7b: its manifest cannot be read'),
      expect.stringContaining('example.org/person/gone:7b: There is no file at'),
      expect.stringContaining('example.org/person/outside:7b: its manifest cannot be read'),
    ]);
    expect(names('Hugging Face')).toEqual(['org/repo/sub/weights.gguf']);
    expect(names('llama.cpp')).toEqual(['org_repo_file.gguf']);
  });

  it('are found in every folder of a program, and counted once where a link leads from one to another', async () => {
    const other = fixture.place();
    const chosen = join(other, 'chosen');
    const recent = join(other, '.lmstudio/models');
    const former = join(other, '.cache/lm-studio/models');
    write(join(other, '.lmstudio/settings.json'), JSON.stringify({ downloadsFolder: chosen }));
    const first = write(join(chosen, 'first.gguf'), bytesOf(6));
    write(join(recent, 'second.gguf'), bytesOf(7));
    symlinkSync(first, join(recent, 'first again.gguf'));
    mkdirSync(dirname(former), { recursive: true });
    symlinkSync(recent, former);
    const ollama = (folder: string, name: string, seed: number) => {
      const weights = bytesOf(seed);
      const digest = createHash('sha256').update(weights).digest('hex');
      write(join(folder, `blobs/sha256-${digest}`), weights);
      const layer = { mediaType: 'application/vnd.ollama.image.model', digest: `sha256:${digest}` };
      write(join(folder, 'manifests/registry.ollama.ai/library', name, 'latest'), JSON.stringify({ layers: [layer] }));
      return folder;
    };
    const service = ollama(join(other, 'service'), 'theirs', 8);
    const own = ollama(join(other, '.ollama/models'), 'mine', 9);
    const machine: Surroundings = { home: other, platform: 'linux', environment: { OLLAMA_MODELS: service }, join };
    const found = await findPlaces(machine, never);
    expect(found.map(({ program, folder, models }) => [program, folder, models.map(({ name }) => name)])).toEqual([
      ['LM Studio', chosen, ['first.gguf']],
      ['LM Studio', recent, ['second.gguf']],
      ['Ollama', service, ['theirs:latest']],
      ['Ollama', own, ['mine:latest']],
    ]);
  });

  it('are taken in where they lie, keep the name and the program, and are deleted only by it', async () => {
    const found = await places();
    const before = readFileSync(found.get('Ollama')?.models[0]?.path ?? '');
    let report: ImportReport | undefined;
    const folders = [...found.values()].map(({ folder }) => folder);
    for await (const event of fixture.library.import({ paths: [], found: folders }, never))
      if (event.type === 'done') report = event.report;
    expect(report).toMatchObject({ left: [] });
    expect(report?.added).toHaveLength(5);
    const variants = await fixture.hashed();
    const [ollama] = variants.filter(({ source }) => source === 'Ollama');
    expect(ollama).toMatchObject({
      label: expect.stringContaining('tiny:'),
      state: 'ready',
      sha256: createHash('sha256').update(before).digest('hex'),
    });
    for (const program of ['Ollama', 'Hugging Face']) {
      const { id, fileName, path } = variants.find(({ source }) => source === program) ?? expect.fail(program);
      await expect(fixture.library.deleteFile(id, fileName)).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringContaining(`the store of ${program}, which would break without it. Delete it there`),
      });
      expect(existsSync(path)).toBe(true);
    }
    for (const place of (await places()).values()) expect(place.models.every(({ inLibrary }) => inLibrary)).toBe(true);
  });
});
