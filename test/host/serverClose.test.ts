import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startServer } from '../../main/server/startServer.ts';
import { admission } from '../helpers/admission.ts';
import { builtPage } from '../helpers/builtPage.ts';

let page: Awaited<ReturnType<typeof builtPage>>;
beforeAll(async () => {
  page = await builtPage();
});
afterAll(() => page.remove());

const start = (more: { pingMs?: number } = {}) =>
  startServer({ host: { connect: () => {} }, rendererFolder: page.folder, ...more });

/** A client that never ends its half of the connection; resolves with what it got once the server has ended its own. */
async function connect(port: number, text: string): Promise<{ socket: Socket; heard: Promise<string> }> {
  const socket = createConnection({ port, host: '127.0.0.1', allowHalfOpen: true });
  let got = '';
  socket.on('error', () => {});
  socket.setEncoding('utf8').on('data', (piece: string) => {
    got += piece;
  });
  const heard = once(socket, 'end').then(() => got);
  heard.catch(() => {});
  await once(socket, 'connect');
  socket.write(text);
  return { socket, heard };
}

const upgradeOf = (port: number) =>
  `GET /socket HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: http://127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;

describe('a process without the token', { timeout: 20_000 }, () => {
  it('cannot keep the server from ending by upgrades that were refused', async () => {
    const server = await start();
    const clients = await Promise.all(Array.from({ length: 50 }, () => connect(server.port, upgradeOf(server.port))));
    for (const { heard } of clients) expect(await heard).toMatch(/^HTTP\/1\.1 401 /);
    await expect(Promise.race([server.close().then(() => 'closed'), later(5000)])).resolves.toBe('closed');
    for (const { socket } of clients) socket.destroy();
  });

  it('cannot keep it from ending by connections that ask for nothing, or for half of something', async () => {
    const server = await start();
    const clients = await Promise.all(
      ['', 'GET / HTTP/1.1\r\nHost:', 'GET / HTTP/1.1\r\n'].map((text) => connect(server.port, text)),
    );
    await expect(Promise.race([server.close().then(() => 'closed'), later(5000)])).resolves.toBe('closed');
    for (const { socket } of clients) socket.destroy();
  });

  it('holds no connection after its upgrade was refused', async () => {
    const server = await start();
    const { socket, heard } = await connect(server.port, upgradeOf(server.port));
    await heard;
    // The server's end is gone when writing to it is answered by a reset.
    const reset = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    const writing = setInterval(() => socket.write('x'), 20);
    await expect(Promise.race([reset.then(() => 'gone'), later(5000)])).resolves.toBe('gone');
    clearInterval(writing);
    await server.close();
  });
});

describe('a server', () => {
  it('ends every connection when it closes', async () => {
    const own = await start();
    const { cookie, secret } = await admission(own.url);
    const socket = new WebSocket(`ws://127.0.0.1:${own.port}/socket`, ['assay', secret], {
      headers: { cookie, origin: `http://127.0.0.1:${own.port}` },
    });
    await new Promise((resolve) => socket.once('open', resolve));
    const ended = new Promise<[number, string]>((resolve) =>
      socket.once('close', (code, reason) => resolve([code, String(reason)])),
    );
    await own.close();
    expect(await ended).toEqual([1001, expect.stringContaining('assay serve')]);
    await expect(fetch(own.url)).rejects.toThrow();
  });

  it('ends a connection whose browser no longer answers', async () => {
    const own = await start({ pingMs: 100 });
    const { cookie, secret } = await admission(own.url);
    const socket = new WebSocket(`ws://127.0.0.1:${own.port}/socket`, ['assay', secret], {
      autoPong: false,
      headers: { cookie, origin: `http://127.0.0.1:${own.port}` },
    });
    await new Promise<void>((resolve) => socket.once('close', () => resolve()));
    await own.close();
  });
});

function later(milliseconds: number): Promise<string> {
  return new Promise((resolve) => setTimeout(() => resolve('still there'), milliseconds).unref());
}
