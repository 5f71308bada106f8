import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface HubServer {
  /** Base address, for the setting `mirror`. */
  readonly base: string;
  /** What was asked for, as `METHOD path range`. */
  readonly seen: string[];
  /** How a file is sent; back to well-behaved by null. */
  behave(send: Send | null): void;
  /** What the list of files says; changes of the usual one. */
  describe(change: object): void;
  /** Another answer for the list of files. */
  describeBy(answer: Send | null): void;
  close(): Promise<void>;
}

type Send = (request: IncomingMessage, response: ServerResponse, content: Buffer) => void;

export const revision = '0123456789abcdef0123456789abcdef01234567';
export const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

/** A hub on the loopback address that holds one repository, `org/model`. */
export async function openHubServer(
  files: Record<string, Buffer>,
  licence: string | null = 'apache-2.0',
  tls?: { key: string; cert: string },
): Promise<HubServer> {
  const seen: string[] = [];
  let send: Send | null = null;
  let describeWith: Send | null = null;
  let change: object = {};
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    seen.push([request.method, request.url, request.headers.range].filter(Boolean).join(' '));
    const [, file] = /\/org\/model\/resolve\/[0-9a-f]{40}\/(.+)$/.exec(pathname) ?? [];
    const content = file === undefined ? undefined : files[decodeURIComponent(file)];
    if (content) return (send ?? sendWell)(request, response, content);
    if (!/^(\/mirror)?\/api\/models\/org\/model(\/|$)/.test(pathname)) return void response.writeHead(404).end();
    if (describeWith) return describeWith(request, response, Buffer.alloc(0));
    const siblings = Object.entries(files).map(([rfilename, bytes]) => ({
      rfilename,
      size: bytes.length,
      lfs: { sha256: sha256(bytes), size: bytes.length, pointerSize: 134 },
    }));
    const cardData = licence === null ? {} : { license: licence };
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ id: 'org/model', sha: revision, gated: false, cardData, siblings, ...change }));
  };
  const server = tls ? createSecureServer(tls, answer) : createServer(answer);
  const port = await listen(server);
  return {
    base: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    seen,
    behave: (next) => {
      send = next;
    },
    describe: (next) => {
      change = next;
    },
    describeBy: (next) => {
      describeWith = next;
    },
    close: () => close(server),
  };
}

export const sendWell: Send = (request, response, content) => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (from === 0) return void response.writeHead(200, { 'content-length': content.length }).end(content);
  if (from >= content.length) return void response.writeHead(416).end();
  response
    .writeHead(206, {
      'content-length': content.length - from,
      'content-range': `bytes ${from}-${content.length - 1}/${content.length}`,
    })
    .end(content.subarray(from));
};

/** Sends so many bytes of what was asked for and ends the connection; some of them may never be read on the other side. */
export function breakingOffAfter(bytes: number): Send {
  return (request, response, content) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const rest = content.subarray(from);
    if (rest.length <= bytes) return sendWell(request, response, content);
    response.writeHead(from === 0 ? 200 : 206, {
      'content-length': rest.length,
      ...(from === 0 ? {} : { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }),
    });
    response.write(rest.subarray(0, bytes), () => response.socket?.end());
  };
}

export interface ProxyServer {
  readonly address: string;
  /** Hosts it was asked for, with the secret it was shown. */
  readonly asked: { host: string; authorization: string | undefined }[];
  close(): Promise<void>;
}

/** A proxy that connects on CONNECT; with `refuse` it answers that status instead. `names`: where those lead that no one else knows. */
export async function openProxyServer({
  refuse,
  names = {},
}: {
  refuse?: number;
  names?: Record<string, string>;
} = {}): Promise<ProxyServer> {
  const asked: ProxyServer['asked'] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on('connect', (request, socket, head) => {
    asked.push({ host: request.url ?? '', authorization: request.headers['proxy-authorization'] });
    if (refuse !== undefined) return void socket.end(`HTTP/1.1 ${refuse} No\r\n\r\n`);
    const [host = '', port] = (names[request.url ?? ''] ?? request.url ?? '').split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [socket as Socket, onward]) {
      sockets.add(end);
      end.on('error', () => undefined).on('close', () => sockets.delete(end));
    }
  });
  const port = await listen(server);
  return {
    address: `http://127.0.0.1:${port}`,
    asked,
    async close() {
      for (const socket of sockets) socket.destroy();
      await close(server);
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
