import { statSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DownloadsPlace, files, openDownloadsPlace } from '../helpers/downloadsPlace.ts';
import { type HubServer, openHubServer, openProxyServer, revision, sendWell } from '../helpers/hubServer.ts';
import { selfSigned } from '../helpers/selfSigned.ts';

let here: DownloadsPlace;
let hub: DownloadsPlace['hub'];
let part: DownloadsPlace['part'];
let open: DownloadsPlace['open'];

beforeEach(async () => {
  here = await openDownloadsPlace();
  ({ hub, part, open } = here);
});
afterEach(() => here.close());

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

  it('one that is turned off under way goes no further, though the server would send on', async () => {
    const { network, start, settled } = await open();
    const closed = Promise.withResolvers<void>();
    hub.behave((_request, response, bytes) => {
      response.on('close', closed.resolve);
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 500_000));
    });
    const begun = await start('model-Q8_0.gguf');
    await expect.poll(() => statSync(part('model-Q8_0.gguf'), { throwIfNoEntry: false })?.size).toBeGreaterThan(0);
    network.updateSettings({ enabled: false });
    await closed.promise;
    expect(await settled(begun)).toMatchObject({
      state: 'failed',
      error: { code: 'NETWORK_OFF', message: expect.stringContaining('turned off') },
      resumable: true,
    });
    expect(network.connections(null, 1)).toMatchObject([{ outcome: 'failed', reason: 'the network was turned off' }]);
    expect(statSync(part('model-Q8_0.gguf')).size).toBeGreaterThan(0);

    network.updateSettings({ enabled: true });
    hub.behave(sendWell);
    expect(await settled(await start('model-Q8_0.gguf'))).toMatchObject({ state: 'done' });
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
    const proxy = await openProxyServer({ refuse: 407 });
    const { downloads, network } = await open({ proxy: proxy.address });
    await expect(downloads.look('org/model')).rejects.toThrow(/through the proxy .*: the proxy answered 407/);
    await proxy.close();
    await expect(downloads.look('org/model')).rejects.toThrow(/through the proxy .*: it refused the connection/);
    expect(hub.seen).toEqual([]);
    expect(network.connections(null, 10).map(({ outcome }) => outcome)).toEqual(['failed', 'failed']);
  });
});

it('a page behind a proxy sends nobody to a name that only the proxy can look up', async () => {
  const other = await openHubServer(files);
  const names = { 'mirror.example:80': new URL(hub.base).host, 'admin.example:80': new URL(other.base).host };
  const proxy = await openProxyServer({ names });
  try {
    const { fetch, network } = await open({ mirror: 'http://mirror.example', proxy: proxy.address });
    hub.behave(
      (request, response) => void response.writeHead(302, { location: `http://admin.example${request.url}` }).end(),
    );
    expect(await fetch('sub/folder/other.gguf')).toMatchObject({
      state: 'failed',
      error: { code: 'NETWORK_FAILED', message: expect.stringContaining('through a proxy nobody here can tell') },
    });
    expect(other.seen).toEqual([]);
    expect(new Set(proxy.asked.map(({ host }) => host))).toEqual(new Set(['mirror.example:80']));
    expect(network.connections(null, 1)).toMatchObject([{ host: 'admin.example', outcome: 'refused' }]);
    hub.behave(null);
    expect((await fetch('sub/folder/other.gguf')).state).toBe('done');
  } finally {
    await proxy.close();
    await other.close();
  }
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
