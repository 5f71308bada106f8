import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createHost, type Host } from '../../main/host/createHost.ts';
import { sampleFolder } from '../../main/host/places.ts';
import { forkStarter } from '../../main/inference/forkStarter.ts';
import type { FileVersion } from '../../preload/contract/models.ts';
import { ggufBytes } from '../helpers/ggufFile.ts';
import { randomLlama } from '../helpers/ggufModel.ts';
import { passphrase } from '../helpers/openServices.ts';
import { type PromptsFixture, promptsFixture } from '../helpers/promptsFixture.ts';

type Api = ReturnType<Host['caller']>;
const small = { dim: 32, layers: 1, feedForward: 32, name: 'Some Model', endless: true };
const versions = [1, 2].map((seed) => Buffer.from(ggufBytes(randomLlama({ ...small, seed }))));
const [first, second] = versions.map((bytes) => createHash('sha256').update(bytes).digest('hex'));

it('each answer keeps the hash of the file that gave it, when another one of its name takes its place', {
  timeout: 300_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-files-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'some-model.gguf');
  const inHost = async (work: (api: Api) => Promise<void>) => {
    const engineStarter = forkStarter();
    const host = await createHost({ folder: join(folder, 'store'), engineStarter, sampleFolder: sampleFolder() });
    const api = host.caller({ person: 'Tester', role: 'owner', home: 'host' });
    try {
      if ((await api.vault.status()).state === 'none') await api.vault.create({ passphrase });
      else await api.vault.unlock({ kind: 'passphrase', passphrase });
      await work(api);
    } finally {
      await host.close();
    }
  };
  writeFileSync(file, versions[0] ?? '');
  const texts: string[] = [];
  await inHost(async (api) => {
    const { id } = await api.models.add({ path: file });
    // Its hash is not known yet, and learned later.
    texts.push(await answered(api, id, 'one'));
    await hashed(api, first);
    await expect.poll(() => hashes(api), { timeout: 20_000 }).toEqual([first]);
    writeFileSync(file, versions[1] ?? '');
    texts.push(await answered(api, id, 'one'));
    expect(await hashes(api)).toEqual([first, null]);
    await hashed(api, second);
    await expect.poll(() => hashes(api), { timeout: 20_000 }).toEqual([first, second]);
    texts.push(await answered(api, id, 'one'));
  });
  // The file that lies there is the one that answers, although the one before it was loaded.
  expect(texts[1]).not.toBe(texts[0]);
  expect(texts[2]).toBe(texts[1]);
  await inHost(async (api) => {
    await turn(api, file, 'two');
    await turn(api, 'sample:Q4_K_M', 'three');
    const sample = (await api.models.library()).families.flatMap(({ variants }) => variants);
    const { sha256 } = sample.find(({ id }) => id === 'sample:Q4_K_M') ?? {};
    expect(await hashes(api)).toEqual([first, second, second, second, sha256]);
    const lines = (await api.prompts.export({ format: 'jsonl' })).text.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).model.sha256).reverse()).toEqual(await hashes(api));
  });
});

describe('the hash of a model’s file', () => {
  const model = { id: 'model', name: 'One', quantization: 'F16' };
  const [own, other] = ['first file', 'another file'];
  const hashesOf = ({ prompts }: PromptsFixture) =>
    prompts.history.list({ sort: 'oldest' }).entries.map((entry) => entry.model.sha256);

  it('is learned after the answer, as long as the library means the same file', async () => {
    const library: FileVersion = { mark: own, sha256: null };
    const fixture = promptsFixture({ versionOf: (id) => (id === 'model' ? library : null) });
    fixture.record({ model: { ...model, version: { mark: own, sha256: null } } });
    fixture.record({ model: { ...model, version: { mark: other, sha256: null } } });
    fixture.record({ model });
    expect(hashesOf(fixture)).toEqual([null, null, null]);
    library.sha256 = 'abc';
    fixture.changes.announce('models');
    await vi.waitUntil(() => hashesOf(fixture)[0] === 'abc', { timeout: 20_000 });
    // Of another file, and of an entry that does not say which file it was, this is not the hash.
    expect(hashesOf(fixture)).toEqual(['abc', null, null]);
    fixture.record({ model: { ...model, version: { mark: own, sha256: null } } });
    expect(hashesOf(fixture)[3]).toBe('abc');
  });

  it('of an answer stays when the file is replaced by another one of its name', () => {
    const fixture = promptsFixture();
    fixture.record({ model: { ...model, version: { mark: own, sha256: 'abc' } } });
    fixture.record({ model: { ...model, version: { mark: other, sha256: 'def' } } });
    fixture.record({ model: { ...model, version: { mark: own, sha256: 'abc' } } });
    expect(hashesOf(fixture)).toEqual(['abc', 'def', 'abc']);
    expect(fixture.prompts.history.facets().models.map(({ sha256, count }) => [sha256, count])).toEqual([
      ['abc', 2],
      ['def', 1],
    ]);
  });
});

async function hashes(api: Api): Promise<(string | null)[]> {
  return (await api.prompts.list({ sort: 'oldest' })).entries.map(({ model }) => model.sha256);
}

/** The library is looked through until it has read the file that lies there now. */
async function hashed(api: Api, sha256: string | undefined): Promise<void> {
  const known = async () => {
    const { families } = await api.models.library();
    await api.models.hash();
    return families.flatMap(({ variants }) => variants.map((one) => one.sha256));
  };
  await expect.poll(known, { timeout: 30_000 }).toContain(sha256);
}

async function answered(api: Api, model: string, prompt: string): Promise<string> {
  const { id } = await api.compare.start({ models: [model], prompts: [prompt], sampler: { maxTokens: 6 }, threads: 1 });
  for await (const _ of await api.compare.watch({ id }));
  const { cells } = await api.compare.get({ id });
  expect(cells[0]?.error).toBe(null);
  return cells[0]?.text ?? '';
}

async function turn(api: Api, model: string, text: string): Promise<void> {
  const { conversation } = await api.playground.ask({
    text,
    settings: { model, threads: 1, sampler: { maxTokens: 4 } },
  });
  const state = async () => (await api.playground.get({ id: conversation })).messages.at(-1)?.answer?.state;
  await expect.poll(state, { timeout: 60_000 }).toBe('done');
}
