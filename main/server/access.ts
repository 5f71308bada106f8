import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { door } from '../../preload/contract/door.ts';

/** Who may talk to the server home: one browser, the one that first opens the printed address. */
export interface Access {
  /** Part of the printed address; good for one exchange. */
  token: string;
  /** Exchanges the token, once, for the value of a Set-Cookie header and a secret for the storage of the page; null when it is wrong or spent. */
  exchange(token: string): { cookie: string; secret: string } | null;
  /** True when the request carries the cookie that the token was exchanged for: enough for the files of the page, which hold nothing. */
  holdsCookie(request: IncomingMessage): boolean;
  /** True when it also shows the secret, as a header or a WebSocket subprotocol. A program on another port is sent the cookie, but not this. */
  holdsSession(request: IncomingMessage): boolean;
  /** True once the token was exchanged. */
  spent(): boolean;
}

export function createAccess(): Access {
  const token = randomBytes(32).toString('base64url');
  // Browsers share cookies among the ports of a host, so two servers need two names.
  const name = `assay-${randomBytes(6).toString('hex')}`;
  let session: { cookie: string; secret: string } | null = null;

  function holdsCookie(request: IncomingMessage): boolean {
    const offered = cookieOf(request, name);
    return session !== null && offered !== null && isSame(offered, session.cookie);
  }

  return {
    token,
    spent: () => session !== null,
    exchange(offered) {
      if (session !== null || !isSame(offered, token)) return null;
      const made = { cookie: randomBytes(32).toString('base64url'), secret: randomBytes(32).toString('base64url') };
      session = made;
      return { cookie: `${name}=${made.cookie}; Path=/; HttpOnly; SameSite=Strict`, secret: made.secret };
    },
    holdsCookie,
    holdsSession(request) {
      const offered = secretOf(request);
      return session !== null && holdsCookie(request) && offered !== null && isSame(offered, session.secret);
    },
  };
}

/** A browser lets a page set a header of a request but not of a WebSocket; there it stands behind the subprotocol. */
function secretOf({ headers }: IncomingMessage): string | null {
  const header = headers[door.header];
  if (typeof header === 'string') return header;
  return headers['sec-websocket-protocol']?.split(',')[1]?.trim() ?? null;
}

function cookieOf(request: IncomingMessage, name: string): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}

/** In constant time, whatever the lengths. */
function isSame(offered: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(offered), digest(secret));
}

export const loopbackAddresses: readonly string[] = ['127.0.0.1', '::1', 'localhost'];

/**
 * Null when the request was meant for this server, else why it is refused. A page elsewhere can make a browser send requests here under a
 * name of its own (DNS rebinding), so Host must be a loopback name; any port, because a tunnel may map it. Origin, which browsers
 * send with every WebSocket and with requests of other pages, must be the very origin that was asked.
 */
export function refusalOf(
  request: Pick<IncomingMessage, 'headers'>,
  { originNeeded }: { originNeeded: boolean },
): string | null {
  const { host, origin } = request.headers;
  const name = host === undefined ? null : /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i.exec(host);
  if (!name)
    return 'This server answers only to the name localhost and the loopback addresses. Open the address that was printed when it started.';
  if (origin === undefined) return originNeeded ? 'A connection needs the Origin that a browser sends.' : null;
  if (origin.toLowerCase() !== `http://${host}`.toLowerCase())
    return 'This request comes from a page of another origin and is refused.';
  return null;
}
