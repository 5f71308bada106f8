import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { app, protocol, type Session } from 'electron';

/**
 * The page's own scheme: it has an origin like a web page, and no file of the system lies under it. It must be declared before the app is
 * ready; a launcher that loads the app later gets a name that exists nowhere, answered by the same handler.
 */
const scheme = app.isReady() ? 'https' : 'app';
export const pageOrigin = scheme === 'app' ? 'app://assay' : 'https://assay.invalid';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

export function declarePageScheme(): void {
  if (scheme === 'app')
    protocol.registerSchemesAsPrivileged([
      { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    ]);
}

/** Serves the built page from `folder` (out/renderer), each document with a nonce of its own for the style sheets that it adds while it runs. */
export function servePage(session: Session, folder: string): void {
  session.protocol.handle(scheme, async (request) => {
    const { origin, pathname } = locate(request.url);
    if (origin !== pageOrigin || request.method !== 'GET') return new Response(null, { status: 403 });
    const name = pathname === '/' ? 'index.html' : normalize(decodeURIComponent(pathname)).replace(/^[/\\]+/, '');
    const type = types[extname(name)];
    if (!type || name.split(sep).includes('..')) return new Response(null, { status: 404 });
    try {
      const body = await readFile(join(folder, name));
      if (extname(name) !== '.html')
        return new Response(new Uint8Array(body), { headers: headers(type, policy(null)) });
      const nonce = randomBytes(16).toString('base64');
      return new Response(body.toString('utf8').replaceAll(noncePlaceholder, nonce), {
        headers: headers(type, policy(nonce)),
      });
    } catch (error) {
      if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EISDIR'))
        return new Response(null, { status: 404 });
      throw error;
    }
  });
}

/** Stands in renderer/index.html where the nonce goes. */
const noncePlaceholder = '__STYLE_NONCE__';

/** Only what the app itself brought; frames of the host do not travel as requests, so the page connects to nothing. */
function policy(nonce: string | null): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    nonce ? `style-src 'self' 'nonce-${nonce}'` : "style-src 'self'",
    "font-src 'self' data:",
    "img-src 'self' data: blob:",
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function headers(type: string, contentSecurityPolicy: string): Record<string, string> {
  return {
    'content-type': type,
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
  };
}

/** `URL.origin` is "null" for a scheme that Node does not know. */
function locate(url: string): { origin: string; pathname: string } {
  const { protocol: used, host, pathname } = new URL(url);
  return { origin: `${used}//${host}`, pathname };
}
