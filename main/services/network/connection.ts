import { lookup as lookUp } from 'node:dns';
import { type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect as connectPlain, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { hostOf, isInside, portOf } from './network.rules.ts';

export interface ConnectionOptions {
  /** Asked to CONNECT to the target, for http addresses too. */
  proxy: URL | null;
  signal: AbortSignal;
  /** How long a connection may take to come about. */
  connectMs: number;
  /** How long nothing may come. */
  idleMs: number;
  /** False: a name that leads to this machine or the network around it is not followed. */
  insideAllowed: boolean;
}

/** Sends a GET over a connection of its own and resolves with the head of the answer. Redirects are not followed. */
export async function get(
  target: URL,
  headers: Record<string, string>,
  options: ConnectionOptions,
): Promise<IncomingMessage> {
  const socket = await connect(target, options);
  return new Promise((resolve, reject) => {
    const request = send(target, { headers, signal: options.signal, createConnection: () => socket });
    // Also what makes the answer end when nothing comes any more.
    request.setTimeout(options.idleMs, () =>
      request.destroy(new Error(`nothing came for ${Math.round(options.idleMs / 1000)} seconds`)),
    );
    request.on('response', resolve).on('error', reject).end();
  });
}

function send(target: URL, options: RequestOptions): ClientRequest {
  const { headers, ...rest } = options;
  return httpRequest({
    ...rest,
    method: 'GET',
    host: hostOf(target),
    port: portOf(target),
    path: `${target.pathname}${target.search}`,
    headers: {
      host: target.host,
      connection: 'close',
      'accept-encoding': 'identity',
      'user-agent': 'Assay',
      ...headers,
    },
  });
}

/** A socket to the target, through the proxy where one is set, encrypted where the target is. */
async function connect(target: URL, options: ConnectionOptions): Promise<Socket> {
  const raw = options.proxy ? await tunnel(target, options.proxy, options) : await open(target, options);
  if (target.protocol === 'http:') return raw;
  const host = hostOf(target);
  const secure = connectSecurely({
    socket: raw,
    servername: isIP(host) === 0 ? host : undefined,
    host,
    ALPNProtocols: ['http/1.1'],
  });
  return settled(secure, 'secureConnect', options);
}

function open(target: URL, options: ConnectionOptions): Promise<Socket> {
  const host = hostOf(target);
  return settled(
    connectPlain({ host, port: portOf(target), lookup: options.insideAllowed ? undefined : outsideOnly }),
    'connect',
    options,
  );
}

async function tunnel(target: URL, proxy: URL, { signal, connectMs }: ConnectionOptions): Promise<Socket> {
  const to = `${target.hostname}:${portOf(target)}`;
  const secret =
    proxy.username &&
    Buffer.from(`${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`).toString('base64');
  const request = (proxy.protocol === 'https:' ? httpsRequest : httpRequest)({
    method: 'CONNECT',
    host: hostOf(proxy),
    port: portOf(proxy),
    path: to,
    headers: { host: to, ...(secret ? { 'proxy-authorization': `Basic ${secret}` } : {}) },
    signal,
    agent: false,
  });
  return new Promise((resolve, reject) => {
    const late = () =>
      request.destroy(new Error(`the proxy did not answer within ${Math.round(connectMs / 1000)} seconds`));
    const timer = setTimeout(late, connectMs);
    request.on('connect', (response, socket, head) => {
      clearTimeout(timer);
      if (response.statusCode === 200 && head.length === 0) return resolve(socket as Socket);
      socket.destroy();
      reject(new Error(`the proxy answered ${response.statusCode} ${response.statusMessage ?? ''}`.trim()));
    });
    request.on('response', (response) => {
      clearTimeout(timer);
      response.destroy();
      reject(new Error(`the proxy answered ${response.statusCode} and made no connection`));
    });
    request.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    request.end();
  });
}

/** Resolves once the socket is connected; destroys it when it takes too long or is no longer wanted. */
function settled<S extends Socket>(
  socket: S,
  event: 'connect' | 'secureConnect',
  { signal, connectMs }: ConnectionOptions,
): Promise<S> {
  return new Promise((resolve, reject) => {
    const abort = () => socket.destroy(signal.reason instanceof Error ? signal.reason : new Error('cancelled'));
    const timer = setTimeout(
      () => socket.destroy(new Error(`no connection within ${Math.round(connectMs / 1000)} seconds`)),
      connectMs,
    );
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      socket.off('error', failed);
    };
    const failed = (error: Error) => {
      end();
      reject(error);
    };
    socket.once('error', failed).once(event, () => {
      end();
      resolve(socket);
    });
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

/** For a page from outside: it must not reach in by a name either. */
const outsideOnly: LookupFunction = (name, options, answer) => {
  lookUp(name, { ...options, all: true }, (error, addresses) => {
    if (error) return answer(error, '', 0);
    const [first] = addresses;
    if (first === undefined || addresses.some(({ address }) => isInside(address)))
      return answer(new Error(`${name} leads to an address of this machine or of the network around it`), '', 0);
    if (options.all) return answer(null, addresses);
    answer(null, first.address, first.family);
  });
};
