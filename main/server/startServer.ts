import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { extname } from 'node:path';
import type { Duplex } from 'node:stream';
import { accountName } from '../base/accountName.ts';
import { Fault } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { Identity } from '../base/procedure.ts';
import type { FramePipe } from '../host/framePipe.ts';
import { openPageFiles } from '../host/pageFiles.ts';
import {
  barePolicy,
  contentSecurityPolicy,
  filePolicy,
  httpHeaders,
  mediaType,
  sandboxPolicy,
} from '../host/pageHeaders.ts';
import { rendererFolder as builtRendererFolder } from '../host/places.ts';
import { placesOf } from '../host/placesOf.ts';
import { createAccess, loopbackAddresses, refusalOf } from './access.ts';
import { admissionPage, admissionPolicy } from './admissionPage.ts';
import { refusedPage } from './refusedPage.ts';
import { createSockets } from './sockets.ts';

export interface ServerOptions {
  /** The part of the host that serves clients. It outlives the server; whoever made it closes it. */
  host: { connect(pipe: FramePipe, identity: Identity): void };
  /** The built page. Default: out/renderer of this installation. */
  rendererFolder?: string;
  /** Default 0: any free one. */
  port?: number;
  /** Default 127.0.0.1; only loopback addresses are allowed. BAD_INPUT otherwise. */
  address?: string;
  /** Milliseconds between pings to a browser. Default 30,000. */
  pingMs?: number;
  /** The host's. Default: nothing is logged. */
  log?: Pick<Log, 'error'>;
}

export interface Server {
  /** The address with its one-time token: it opens the app in the first browser that asks. */
  url: string;
  port: number;
  /** Ends every connection and stops listening. */
  close(): Promise<void>;
}

/** Serves the app to a browser on this machine. NOT_FOUND when the page is not built, FORBIDDEN or DISK_FAILED when it cannot be read, CONFLICT when the port is taken. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { host, port = 0, address = '127.0.0.1', pingMs = 30_000, log = silent } = options;
  if (!loopbackAddresses.includes(address)) {
    throw new Fault(
      'BAD_INPUT',
      `Assay listens on this machine only, so ${address} is refused: use 127.0.0.1. To reach it from elsewhere, tunnel the port, e.g. with \`ssh -L\`.`,
    );
  }
  const files = await openPageFiles(options.rendererFolder ?? builtRendererFolder());
  const access = createAccess();
  const identity: Identity = { person: accountName(), role: 'owner', home: 'browser' };
  const sockets = createSockets({ connect: host.connect, identity, pingMs });

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => fail(error, request, response));
  });

  function fail(error: unknown, request: IncomingMessage, response: ServerResponse): void {
    // The path alone: the rest of an address may hold the token.
    const asked = URL.parse(request.url ?? '', 'http://localhost')?.pathname;
    if (error instanceof Fault)
      log.error({ asked, code: error.code, ...error.facts }, 'A file of the page was not read.');
    else log.error({ asked, at: error instanceof Error ? placesOf(error) : typeof error }, 'A request failed.');
    if (response.headersSent) response.destroy();
    else if (error instanceof Fault) refuse(response, 500, 'The page could not be read', error.message);
    else refuse(response, 500, 'Something unforeseen failed', unforeseen);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const foreign = refusalOf(request, { originNeeded: false });
    if (foreign) return refuse(response, 403, 'Refused', foreign);
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return refuse(response, 405, 'Refused', 'Only GET and HEAD are answered here.', { Allow: 'GET, HEAD' });
    const url = URL.parse(request.url ?? '', 'http://localhost');
    if (!url) return refuse(response, 400, 'Refused', 'The address could not be understood.');

    const token = url.searchParams.get('token');
    if (token !== null && request.method === 'GET' && !access.holdsCookie(request)) {
      const admitted = access.exchange(token);
      if (admitted) admit(response, admitted);
      else refuseStranger(request, response);
      return;
    }
    if (!access.holdsCookie(request)) return refuseStranger(request, response);
    if (token !== null) {
      response
        .writeHead(303, {
          ...httpHeaders,
          'Content-Security-Policy': barePolicy,
          'Cache-Control': 'no-store',
          Location: '/',
        })
        .end();
      return;
    }
    if (url.pathname === '/session' && !access.holdsSession(request)) return refuseStranger(request, response);
    // Every browser asks for an icon at this address by itself; the page names its own.
    if (url.pathname === '/session' || url.pathname === '/favicon.ico') {
      response
        .writeHead(204, { ...httpHeaders, 'Content-Security-Policy': barePolicy, 'Cache-Control': 'no-store' })
        .end();
      return;
    }
    // A path without an extension is a place within the page.
    const file = await files.read(extname(url.pathname) === '' ? '/' : url.pathname);
    if (!file)
      return refuse(response, 404, 'Not found', 'There is nothing at this address. Go back to the start page.');
    const { 'Cross-Origin-Opener-Policy': opener, ...others } = httpHeaders;
    response.writeHead(200, {
      ...others,
      ...(file.nonce === null && { 'Cross-Origin-Opener-Policy': opener }),
      'Content-Type': file.type,
      'Content-Length': file.body.length,
      'Content-Security-Policy':
        file.nonce === null
          ? filePolicy
          : // Older browsers do not count a WebSocket to the same host as 'self'.
            `${contentSecurityPolicy(file.nonce, `'self' ws://${request.headers.host ?? ''}`)}; ${sandboxPolicy}`,
      'Cache-Control': file.immutable ? 'private, max-age=31536000, immutable' : 'no-store',
    });
    response.end(request.method === 'HEAD' ? undefined : file.body);
  }

  function admit(response: ServerResponse, { cookie, secret }: { cookie: string; secret: string }): void {
    const nonce = randomBytes(18).toString('base64');
    sendPage(response, 200, admissionPage(secret, nonce), {
      'Content-Security-Policy': admissionPolicy(nonce),
      'Set-Cookie': cookie,
    });
  }

  function refuseStranger(request: IncomingMessage, response: ServerResponse): void {
    // A Strict cookie is not sent when a page elsewhere led here; a request of our own page brings it.
    const again = request.headers['sec-fetch-site'] === 'cross-site' && access.spent();
    const sentence = access.spent()
      ? 'The address has been opened in a browser already, and it works once. Go to that browser, or end `assay serve` and start it again for a new address.'
      : 'This address needs the token that `assay serve` has printed. Copy the whole line into the address bar.';
    refuse(response, 401, 'This browser is not signed in', sentence, {}, again);
  }

  // Node counts an upgraded connection no more, yet waits for it when the server closes.
  const connections = new Set<Socket>();
  server.on('connection', (connection: Socket) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
  });

  server.on('upgrade', (request, stream, head) => {
    stream.on('error', () => stream.destroy());
    const path = URL.parse(request.url ?? '', 'http://localhost')?.pathname;
    if (refusalOf(request, { originNeeded: true })) refuseUpgrade(stream, '403 Forbidden');
    else if (!access.holdsSession(request)) refuseUpgrade(stream, '401 Unauthorized');
    else if (path !== '/socket') refuseUpgrade(stream, '404 Not Found');
    else sockets.accept(request, stream, head);
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenFault(error, port)));
    server.listen({ port, host: address }, resolve);
  });
  const bound = server.address();
  const boundPort = typeof bound === 'object' && bound !== null ? bound.port : port;
  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${boundPort}/?token=${access.token}`,
    port: boundPort,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await sockets.close();
      server.closeAllConnections();
      for (const connection of connections) connection.destroy();
      await closed;
    },
  };
}

const silent: Pick<Log, 'error'> = { error: () => undefined };
const unforeseen =
  'This request could not be answered, and the page is not to blame. The log of `assay serve`, on its error stream, says where it failed.';

function refuse(
  response: ServerResponse,
  status: number,
  title: string,
  sentence: string,
  headers: Record<string, string> = {},
  again = false,
): void {
  sendPage(response, status, refusedPage(title, sentence, again), {
    'Content-Security-Policy': barePolicy,
    ...headers,
  });
}

function sendPage(response: ServerResponse, status: number, text: string, headers: Record<string, string>): void {
  const body = Buffer.from(text);
  response
    .writeHead(status, {
      ...httpHeaders,
      'Content-Type': mediaType('.html'),
      'Content-Length': body.length,
      'Cache-Control': 'no-store',
      ...headers,
    })
    .end(response.req.method === 'HEAD' ? undefined : body);
}

/** A client that keeps its half open would hold the connection for ever, so both halves end here. */
function refuseUpgrade(stream: Duplex, status: string): void {
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => stream.destroy());
}

function listenFault(error: NodeJS.ErrnoException, port: number): Fault {
  if (error.code === 'EADDRINUSE')
    return new Fault('CONFLICT', `Port ${port} is in use. Choose another with --port, or 0 for any free one.`, {
      cause: error,
    });
  if (error.code === 'EACCES')
    return new Fault(
      'FORBIDDEN',
      `The system does not let Assay listen on port ${port}. Choose one above 1023 with --port.`,
      { cause: error },
    );
  return new Fault('INTERNAL', `Assay could not listen on port ${port}: ${error.message}`, { cause: error });
}
