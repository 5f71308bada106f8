import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { combinedHash } from '../../main/base/ggufParts.ts';
import { content, type DownloadsPlace, openDownloadsPlace, parts } from '../helpers/downloadsPlace.ts';
import { breakingOffAfter, revision, sha256 } from '../helpers/hubServer.ts';

let here: DownloadsPlace;
let folder: DownloadsPlace['folder'];
let hub: DownloadsPlace['hub'];
let place: DownloadsPlace['place'];
let part: DownloadsPlace['part'];
let open: DownloadsPlace['open'];

beforeEach(async () => {
  here = await openDownloadsPlace();
  ({ folder, hub, place, part, open } = here);
});
afterEach(() => here.close());

describe('a look at a repository', () => {
  it('shows licence, revision and models, a split one as one', async () => {
    const { downloads } = await open();
    const hashes = Object.values(parts).map((bytes) => ({ sha256: sha256(bytes) }));
    expect(await downloads.look('org/model')).toMatchObject({
      licence: 'apache-2.0',
      revision,
      gated: false,
      page: `${hub.base}/org/model`,
      folder: join(folder, 'models'),
      files: [
        {
          file: 'model-Q8_0.gguf',
          sizeBytes: content.length,
          parts: 1,
          sha256: sha256(content),
          keptBytes: 0,
        },
        { file: 'two-00001-of-00002.gguf', sizeBytes: 120_000, parts: 2, sha256: combinedHash(hashes), keptBytes: 0 },
        { file: 'sub/folder/other.gguf', parts: 1 },
      ],
    });
  });

  it('tells that another file lies in the place, of the same size too where the library has its hash', async () => {
    const { fetch, downloads, hashes } = await open();
    await fetch('model-Q8_0.gguf');
    expect((await downloads.look('org/model')).files[0]).toMatchObject({ taken: false });
    hashes.set(place('model-Q8_0.gguf'), 'another');
    expect((await downloads.look('org/model')).files[0]).toMatchObject({ taken: true, path: place('model-Q8_0.gguf') });
  });

  it('leaves out names that would lead elsewhere, and says which files cannot be checked', async () => {
    const { downloads, start, settled } = await open();
    const names = [
      '../../escape.gguf',
      '/etc/model.gguf',
      'a/../b.gguf',
      'C:\\model.gguf',
      'con?.gguf',
      'dot./model.gguf',
      'CON.gguf',
      'aux/model.gguf',
      'NUL.Q4.gguf',
      'com1 .gguf',
      'LPT².gguf',
      'a\u202efug.gguf',
      'a\u200b.gguf',
      'un.gguf',
      'console/модель com10.gguf',
    ];
    hub.describe({ siblings: names.map((rfilename) => ({ rfilename, size: 5 })) });
    expect((await downloads.look('org/model')).files).toMatchObject([
      { file: 'un.gguf', sha256: null },
      { file: 'console/модель com10.gguf' },
    ]);
    expect(await settled(await start('un.gguf'))).toMatchObject({
      state: 'failed',
      error: { code: 'DOWNLOAD_DAMAGED' },
    });
    expect(() =>
      downloads.start({ repository: 'org/model', revision, file: '../../escape.gguf', acceptedLicence: null }),
    ).toThrow('no path of a GGUF file');
  });

  it('names of repositories that are none are not asked for', async () => {
    const { downloads } = await open();
    await expect(downloads.look('org/none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    for (const [status, code] of [
      [401, 'FORBIDDEN'],
      [403, 'FORBIDDEN'],
      [429, 'NETWORK_FAILED'],
      [503, 'NETWORK_FAILED'],
    ] as const) {
      hub.describeBy((_, response) => void response.writeHead(status).end('{"error":"no"}'));
      await expect(downloads.look('org/model')).rejects.toMatchObject({ code });
    }
  });

  it('an answer that is no list of files, or an endless one, is a sentence', async () => {
    const { downloads } = await open();
    for (const text of ['', '<html>', '[]', '{"sha":"main"}', 'null']) {
      hub.describeBy((_, response) => void response.end(text));
      await expect(downloads.look('org/model')).rejects.toMatchObject({ code: 'NETWORK_FAILED' });
    }
    const block = Buffer.alloc(2 ** 20, ' ');
    hub.describeBy((_, response) => {
      const more = () => void (response.destroyed || response.write(block, more));
      more();
    });
    await expect(downloads.look('org/model')).rejects.toThrow('longer than any is');
  });
});

describe('a download', () => {
  it('arrives whole, is checked, comes into the library and is written down', async () => {
    const { fetch, added, downloads, network } = await open();
    expect(await fetch('model-Q8_0.gguf')).toMatchObject({
      state: 'done',
      progress: { done: content.length, total: content.length, unit: 'bytes' },
    });
    expect(readFileSync(place('model-Q8_0.gguf')).equals(content)).toBe(true);
    expect(readdirSync(dirname(place('x')))).toEqual(['model-Q8_0.gguf']);
    expect(added).toEqual([place('model-Q8_0.gguf')]);
    expect(downloads.list()).toMatchObject([
      {
        repository: 'org/model',
        revision,
        file: 'model-Q8_0.gguf',
        sha256: sha256(content),
        licence: 'apache-2.0',
        host: new URL(hub.base).host,
      },
    ]);
    const ledger = network.connections(null, 100);
    expect(ledger).toHaveLength(hub.seen.length);
    expect(ledger[0]).toMatchObject({
      outcome: 'answered',
      status: 200,
      receivedBytes: content.length,
      purpose: 'download of model-Q8_0.gguf',
    });
  });

  it('of a split model brings every part, and with it the hash that was read', async () => {
    const { fetch, added, hashes } = await open();
    expect((await fetch('two-00001-of-00002.gguf')).state).toBe('done');
    for (const [name, bytes] of Object.entries(parts)) expect(readFileSync(place(name)).equals(bytes)).toBe(true);
    expect(added).toEqual([place('two-00001-of-00002.gguf')]);
    expect(hashes).toEqual(new Map(Object.entries(parts).map(([name, bytes]) => [place(name), sha256(bytes)])));
  });

  it('goes on where the server broke off, as often as something new comes', async () => {
    const { fetch } = await open();
    hub.behave(breakingOffAfter(400_000));
    expect((await fetch('model-Q8_0.gguf')).state).toBe('done');
    expect(readFileSync(place('model-Q8_0.gguf')).equals(content)).toBe(true);
    const ranges = hub.seen.flatMap((line) => Number(/ bytes=(\d+)-$/.exec(line)?.[1] ?? 0) || []);
    expect(ranges.length).toBeGreaterThanOrEqual(7);
    expect(ranges).toEqual([...new Set(ranges)].sort((one, other) => one - other));
  });

  it('from a server that knows no ranges reads over what is here already', async () => {
    const { fetch } = await open();
    let asked = 0;
    hub.behave((request, response, bytes) => {
      if (++asked === 1) return breakingOffAfter(400_000)(request, response, bytes);
      response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    });
    expect((await fetch('model-Q8_0.gguf')).state).toBe('done');
    expect(readFileSync(place('model-Q8_0.gguf')).equals(content)).toBe(true);
  });

  it('from a server that knows no ranges and breaks off again and again arrives as long as something new comes', async () => {
    const { fetch } = await open();
    let asked = 0;
    // Twice it gets no further than before, which is no reason to distrust it.
    const ends = [1_000_000, 1_000_000, 500_000, 2_000_000, 3_000_000];
    hub.behave((_, response, bytes) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, ends[asked++]), () => response.socket?.end());
    });
    expect((await fetch('model-Q8_0.gguf')).state).toBe('done');
    expect(readFileSync(place('model-Q8_0.gguf')).equals(content)).toBe(true);
  });

  it('gives up when nothing new comes, and keeps what came', async () => {
    const { start, settled, jobs } = await open();
    hub.behave((request, response, bytes) =>
      request.headers.range ? void response.destroy() : breakingOffAfter(1_000_000)(request, response, bytes),
    );
    const id = await start('model-Q8_0.gguf');
    expect(await settled(id)).toMatchObject({ state: 'failed', error: { code: 'NETWORK_FAILED' }, resumable: true });
    const { size } = statSync(part('model-Q8_0.gguf'));
    expect(size).toBeGreaterThan(0);
    hub.behave(null);
    jobs.resume(id);
    await expect.poll(() => jobs.get(id).state, { timeout: 20_000 }).toBe('done');
    expect(hub.seen.at(-1)).toContain(`bytes=${size}-`);
    expect(readFileSync(place('model-Q8_0.gguf')).equals(content)).toBe(true);
  });

  it('goes on after a cancel', async () => {
    const { start, settled, jobs } = await open();
    const half = sendingThenSilent(1_500_000);
    hub.behave(half.send);
    const id = await start('model-Q8_0.gguf');
    await half.sent;
    await expect.poll(() => jobs.get(id).progress?.done, { timeout: 20_000 }).toBe(1_500_000);
    jobs.cancel(id);
    expect(await settled(id)).toMatchObject({ state: 'cancelled', resumable: true });
    hub.behave(null);
    jobs.resume(id);
    await expect.poll(() => jobs.get(id).state, { timeout: 20_000 }).toBe('done');
    expect(hub.seen.at(-1)).toContain('bytes=1500000-');
  });

  it('that its licence stopped goes on under the one that is accepted then, and the attempts before leave the list', async () => {
    const { start, settled, jobs, downloads } = await open();
    const half = sendingThenSilent(1_500_000);
    hub.behave(half.send);
    const first = await start('model-Q8_0.gguf');
    await half.sent;
    await expect.poll(() => jobs.get(first).progress?.done, { timeout: 20_000 }).toBe(1_500_000);
    jobs.cancel(first);
    await settled(first);
    hub.behave(null);
    hub.describe({ cardData: { license: 'cc-by-nc-4.0' } });
    const asked = { repository: 'org/model', revision, file: 'model-Q8_0.gguf' };
    const refused = downloads.start({ ...asked, acceptedLicence: 'apache-2.0' }).jobId;
    expect(await settled(refused)).toMatchObject({ error: { message: expect.stringContaining('now cc-by-nc-4.0') } });
    const { licence, files, lookedAt } = await downloads.look('org/model');
    expect(files[0]).toMatchObject({ file: 'model-Q8_0.gguf', keptBytes: 1_500_000 });
    expect(lookedAt >= (jobs.get(refused).endedAt ?? '')).toBe(true);
    const last = downloads.start({ ...asked, acceptedLicence: licence }).jobId;
    expect(await settled(last)).toMatchObject({ state: 'done' });
    expect(hub.seen.at(-1)).toContain('bytes=1500000-');
    expect(jobs.list().map(({ id }) => id)).toEqual([last]);
    expect(downloads.list()).toMatchObject([{ licence: 'cc-by-nc-4.0' }]);
  });

  it('goes on after Assay was started again', async () => {
    const store = join(folder, 'store');
    mkdirSync(store);
    const first = await open({ folder: store });
    const half = sendingThenSilent(1_500_000);
    hub.behave(half.send);
    const id = await first.start('model-Q8_0.gguf');
    await half.sent;
    await expect.poll(() => first.jobs.get(id).progress?.done, { timeout: 20_000 }).toBe(1_500_000);
    await first.close();
    hub.behave(null);
    const second = await open({ folder: store });
    expect(second.jobs.get(id)).toMatchObject({ state: 'interrupted', resumable: true });
    second.jobs.resume(id);
    await expect.poll(() => second.jobs.get(id).state, { timeout: 20_000 }).toBe('done');
    expect(hub.seen.at(-1)).toContain('bytes=1500000-');
    expect(readFileSync(place('model-Q8_0.gguf')).equals(content)).toBe(true);
  });

  it('that is under way is not begun twice', async () => {
    const { start } = await open();
    const half = sendingThenSilent(100);
    hub.behave(half.send);
    const id = await start('model-Q8_0.gguf');
    await half.sent;
    expect(await start('model-Q8_0.gguf')).toBe(id);
  });

  it('of what is here already fetches nothing, and brings it back into the library', async () => {
    const { fetch, downloads, added } = await open();
    mkdirSync(dirname(place('x')), { recursive: true });
    writeFileSync(place('model-Q8_0.gguf'), content);
    expect((await fetch('model-Q8_0.gguf')).state).toBe('done');
    expect(hub.seen.filter((line) => line.includes('/resolve/'))).toEqual([]);
    expect(downloads.list()).toEqual([]);
    expect(added).toEqual([place('model-Q8_0.gguf')]);
  });
});

/** Sends so much and then nothing, as a connection that hangs does. */
function sendingThenSilent(bytes: number) {
  const told = Promise.withResolvers<void>();
  return {
    sent: told.promise,
    send: (_: unknown, response: import('node:http').ServerResponse, all: Buffer) => {
      response.writeHead(200, { 'content-length': all.length });
      response.write(all.subarray(0, bytes), () => told.resolve());
    },
  };
}
