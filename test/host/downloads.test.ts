import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { partialPath } from '../../main/services/downloads/fetchFile.ts';
import { type DownloadsFixture, type DownloadsOptions, openDownloads } from '../helpers/downloadsFixture.ts';
import {
  breakingOffAfter,
  type HubServer,
  openHubServer,
  openProxyServer,
  revision,
  sendWell,
  sha256,
} from '../helpers/hubServer.ts';
import { selfSigned } from '../helpers/selfSigned.ts';

const content = randomBytes(3_000_000);
const parts = { 'two-00001-of-00002.gguf': randomBytes(70_000), 'two-00002-of-00002.gguf': randomBytes(50_000) };
const files = {
  'model-Q8_0.gguf': content,
  ...parts,
  'sub/folder/other.gguf': randomBytes(1000),
  'README.md': Buffer.from('no model'),
};

let folder: string;
let hub: HubServer;
let fixture: DownloadsFixture;
const place = (file: string) => join(folder, 'models/org/model', file);
const part = (file: keyof typeof files) => partialPath({ path: place(file), sha256: sha256(files[file]) });

async function open(options: Partial<DownloadsOptions> = {}): Promise<DownloadsFixture> {
  fixture = await openDownloads({ folder: null, models: join(folder, 'models'), mirror: hub.base, ...options });
  return fixture;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-downloads-'));
  hub = await openHubServer(files);
});
afterEach(async () => {
  await fixture.close();
  await hub.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

describe('with the network off', () => {
  it('nobody is asked, and the ledger keeps what was refused', async () => {
    const { downloads, network } = await open({ mirror: null });
    expect(network.settings()).toEqual({ enabled: false, mirror: null, proxy: null });
    network.updateSettings({ mirror: hub.base });
    await expect(downloads.look('org/model')).rejects.toMatchObject({ code: 'NETWORK_OFF' });
    expect(() =>
      downloads.start({ repository: 'org/model', revision, file: 'model-Q8_0.gguf', acceptedLicence: null }),
    ).toThrow('The network is off');
    expect(hub.seen).toEqual([]);
    expect(network.connections(null, 10)).toMatchObject([
      { outcome: 'refused', host: '127.0.0.1', reason: 'The network is off.' },
    ]);
  });

  it('one that is turned off under way goes no further', async () => {
    const { network, start, settled } = await open();
    hub.behave((request, response, bytes) => {
      network.updateSettings({ enabled: false });
      breakingOffAfter(500_000)(request, response, bytes);
    });
    const job = await settled(await start('model-Q8_0.gguf'));
    expect(job).toMatchObject({ state: 'failed', error: { code: 'NETWORK_OFF' }, resumable: true });
    expect(statSync(part('model-Q8_0.gguf')).size).toBeGreaterThan(0);
  });
});

describe('a look at a repository', () => {
  it('shows licence, revision and models, a split one as one', async () => {
    const { downloads } = await open();
    expect(await downloads.look('org/model')).toMatchObject({
      licence: 'apache-2.0',
      revision,
      gated: false,
      page: `${hub.base}/org/model`,
      folder: join(folder, 'models'),
      files: [
        { file: 'model-Q8_0.gguf', sizeBytes: content.length, parts: 1, checkable: true, downloaded: false },
        { file: 'two-00001-of-00002.gguf', sizeBytes: 120_000, parts: 2, checkable: true },
        { file: 'sub/folder/other.gguf', parts: 1 },
      ],
    });
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
      'un.gguf',
    ];
    hub.describe({ siblings: names.map((rfilename) => ({ rfilename, size: 5 })) });
    expect((await downloads.look('org/model')).files).toMatchObject([{ file: 'un.gguf', checkable: false }]);
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
    expect((await downloads.look('org/model')).files[0]?.downloaded).toBe(true);
  });

  it('of a split model brings every part', async () => {
    const { fetch, added } = await open();
    expect((await fetch('two-00001-of-00002.gguf')).state).toBe('done');
    for (const [name, bytes] of Object.entries(parts)) expect(readFileSync(place(name)).equals(bytes)).toBe(true);
    expect(added).toEqual([place('two-00001-of-00002.gguf')]);
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

  it('of what is here already fetches nothing', async () => {
    const { fetch, downloads } = await open();
    mkdirSync(dirname(place('x')), { recursive: true });
    writeFileSync(place('model-Q8_0.gguf'), content);
    expect((await fetch('model-Q8_0.gguf')).state).toBe('done');
    expect(hub.seen.filter((line) => line.includes('/resolve/'))).toEqual([]);
    expect(downloads.list()).toEqual([]);
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

describe('what cannot be trusted is thrown away', () => {
  const nothingLeft = () => {
    expect(fixture.added).toEqual([]);
    expect(existsSync(part('model-Q8_0.gguf'))).toBe(false);
    expect(existsSync(place('model-Q8_0.gguf'))).toBe(false);
  };
  const damaged = { state: 'failed', error: { code: 'DOWNLOAD_DAMAGED' } };

  it('wrong bytes of the right length', async () => {
    const { fetch } = await open();
    const wrong = Buffer.from(content);
    wrong.writeUInt8(wrong.readUInt8(1_234_567) ^ 1, 1_234_567);
    hub.behave((request, response) => sendWell(request, response, wrong));
    expect(await fetch('model-Q8_0.gguf')).toMatchObject(damaged);
    nothingLeft();
  });

  it('another length than the list of files says', async () => {
    const { fetch } = await open();
    for (const length of [content.length - 1, content.length + 1, 0]) {
      hub.behave((_, response) => {
        response.writeHead(200, { 'content-length': length });
        response.end(Buffer.alloc(length));
      });
      expect(await fetch('model-Q8_0.gguf')).toMatchObject(damaged);
      nothingLeft();
    }
  });

  it('more than was announced, when no length is said', async () => {
    const { fetch } = await open();
    hub.behave((_, response) => {
      const more = () => void (response.destroyed || response.write(Buffer.alloc(2 ** 20), more));
      more();
    });
    expect(await fetch('model-Q8_0.gguf')).toMatchObject(damaged);
    nothingLeft();
  });

  it('less than was announced, when no length is said, is asked for again and not taken for all', async () => {
    const { fetch } = await open();
    hub.behave(
      (request, response, bytes) =>
        void response.writeHead(request.headers.range ? 416 : 200).end(bytes.subarray(0, 1000)),
    );
    expect(await fetch('model-Q8_0.gguf')).toMatchObject({ state: 'failed', error: { code: 'NETWORK_FAILED' } });
    expect(existsSync(place('model-Q8_0.gguf'))).toBe(false);
  });

  it('another part than was asked for', async () => {
    const { fetch } = await open();
    hub.behave((request, response, bytes) => {
      if (!request.headers.range) return breakingOffAfter(1000)(request, response, bytes);
      response
        .writeHead(206, {
          'content-range': `bytes 5-${bytes.length - 1}/${bytes.length}`,
          'content-length': bytes.length - 5,
        })
        .end(bytes.subarray(5));
    });
    expect(await fetch('model-Q8_0.gguf')).toMatchObject(damaged);
    nothingLeft();
  });

  it('what was compressed on the way', async () => {
    const { fetch } = await open();
    hub.behave((_, response, bytes) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(bytes));
    expect(await fetch('model-Q8_0.gguf')).toMatchObject(damaged);
  });

  it('a file that a person put there is left as it is', async () => {
    const { fetch } = await open();
    mkdirSync(dirname(place('x')), { recursive: true });
    writeFileSync(place('model-Q8_0.gguf'), 'mine');
    expect(await fetch('model-Q8_0.gguf')).toMatchObject({ state: 'failed', error: { code: 'CONFLICT' } });
    expect(readFileSync(place('model-Q8_0.gguf'), 'utf8')).toBe('mine');
  });

  it('another licence than the one that was accepted, and another revision', async () => {
    const { settled, downloads } = await open();
    const look = await downloads.look('org/model');
    hub.describe({ cardData: { license: 'other', license_name: 'pay-me' } });
    const later = downloads.start({
      repository: 'org/model',
      revision: look.revision,
      file: 'model-Q8_0.gguf',
      acceptedLicence: look.licence,
    });
    expect(await settled(later.jobId)).toMatchObject({
      error: { code: 'CONFLICT', message: expect.stringContaining('pay-me') },
    });
    hub.describe({ sha: 'f'.repeat(40) });
    const other = downloads.start({
      repository: 'org/model',
      revision,
      file: 'sub/folder/other.gguf',
      acceptedLicence: 'apache-2.0',
    });
    expect(await settled(other.jobId)).toMatchObject({ error: { code: 'DOWNLOAD_DAMAGED' } });
  });

  it('what there is no room for, before a byte of it comes', async () => {
    const { fetch } = await open({ rest: { freeBytes: async () => 200 * 2 ** 20 } });
    expect(await fetch('model-Q8_0.gguf')).toMatchObject({
      error: { code: 'DISK_FULL', message: expect.stringContaining('3 MB are to come') },
    });
    expect(hub.seen.filter((line) => line.includes('/resolve/'))).toEqual([]);
  });
});

describe('redirects', () => {
  it('to another host are followed, each is in the ledger, and what stands behind ? is not', async () => {
    const { fetch, network } = await open();
    const store = await openHubServer(files);
    try {
      hub.behave(
        (request, response) =>
          void response.writeHead(302, { location: `${store.base}${request.url}?signature=secret` }).end(),
      );
      expect((await fetch('model-Q8_0.gguf')).state).toBe('done');
      const ledger = network.connections(null, 2);
      expect(ledger.map(({ port, status }) => [port, status])).toEqual([
        [Number(new URL(store.base).port), 200],
        [Number(new URL(hub.base).port), 302],
      ]);
      expect(JSON.stringify(network.connections(null, 100))).not.toContain('secret');
    } finally {
      await store.close();
    }
  });

  it('in a circle, without end, or to what is no web address fail in a sentence', async () => {
    const { fetch, network } = await open();
    const to = (location: (url: string) => string) =>
      hub.behave((request, response) => void response.writeHead(302, { location: location(request.url ?? '') }).end());
    let count = 0;
    for (const [location, words] of [
      [(url: string) => url, 'in a circle'],
      [(url: string) => `${url}?${++count}`, 'more than 5 times'],
      [() => 'file:///etc/passwd', 'no web address'],
      [() => 'http://', 'no address'],
    ] as const) {
      to(location);
      const job = await fetch('model-Q8_0.gguf');
      expect(job).toMatchObject({
        state: 'failed',
        error: { code: 'NETWORK_FAILED', message: expect.stringContaining(words) },
      });
    }
    expect(network.connections(null, 500).filter(({ outcome }) => outcome === 'refused').length).toBeGreaterThan(0);
  });
});

describe('through a proxy', () => {
  it('everything goes, and its password is nowhere in the ledger', async () => {
    const proxy = await openProxyServer();
    try {
      const { fetch, network } = await open({ proxy: proxy.address.replace('//', '//name:pass%20word@') });
      expect((await fetch('model-Q8_0.gguf')).state).toBe('done');
      expect(proxy.asked).toHaveLength(hub.seen.length);
      expect(proxy.asked[0]).toEqual({
        host: new URL(hub.base).host,
        authorization: `Basic ${Buffer.from('name:pass word').toString('base64')}`,
      });
      const ledger = network.connections(null, 100);
      expect(ledger.every((one) => one.proxy === new URL(proxy.address).host)).toBe(true);
      expect(JSON.stringify(ledger)).not.toContain('pass');
    } finally {
      await proxy.close();
    }
  });

  it('that refuses or is not there, the sentence says so and the hub is not asked past it', async () => {
    const proxy = await openProxyServer(407);
    const { downloads, network } = await open({ proxy: proxy.address });
    await expect(downloads.look('org/model')).rejects.toThrow(/through the proxy .*: the proxy answered 407/);
    await proxy.close();
    await expect(downloads.look('org/model')).rejects.toThrow(/through the proxy .*: it refused the connection/);
    expect(hub.seen).toEqual([]);
    expect(network.connections(null, 10).map(({ outcome }) => outcome)).toEqual(['failed', 'failed']);
  });
});

it('a mirror may lie below a path', async () => {
  const { fetch } = await open({ mirror: `${hub.base}/mirror/` });
  expect((await fetch('model-Q8_0.gguf')).state).toBe('done');
  expect(hub.seen.every((line) => line.includes('/mirror/'))).toBe(true);
});

describe('over an encrypted connection', () => {
  const certificate = selfSigned();
  const usual = getCACertificates('default');
  let secure: HubServer;
  beforeEach(async () => {
    secure = await openHubServer(files, 'mit', certificate);
  });
  afterEach(async () => {
    setDefaultCACertificates(usual);
    await secure.close();
  });

  it('a certificate that nobody vouches for is refused', async () => {
    const { downloads, network } = await open({ mirror: secure.base });
    await expect(downloads.look('org/model')).rejects.toThrow(/its certificate is signed by/);
    expect(secure.seen).toEqual([]);
    expect(network.connections(null, 1)).toMatchObject([{ outcome: 'failed' }]);
  });

  it('a model arrives, directly and through a proxy that sees none of it', async () => {
    setDefaultCACertificates([...usual, certificate.cert]);
    const { fetch, network } = await open({ mirror: secure.base });
    expect((await fetch('sub/folder/other.gguf')).state).toBe('done');
    const proxy = await openProxyServer();
    try {
      network.updateSettings({ proxy: proxy.address });
      expect((await fetch('model-Q8_0.gguf')).state).toBe('done');
      expect(proxy.asked.map(({ host }) => host)).toContain(new URL(secure.base).host);
    } finally {
      await proxy.close();
    }
  });

  it('nobody is sent on to one that is not', async () => {
    setDefaultCACertificates([...usual, certificate.cert]);
    const { fetch } = await open({ mirror: secure.base });
    secure.behave((request, response) => void response.writeHead(302, { location: `${hub.base}${request.url}` }).end());
    expect(await fetch('model-Q8_0.gguf')).toMatchObject({
      state: 'failed',
      error: { message: expect.stringContaining('from an encrypted connection to one that is not') },
    });
    expect(hub.seen).toEqual([]);
  });
});
