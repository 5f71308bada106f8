import { app, protocol, type Session } from 'electron';
import { Fault } from '../base/fault.ts';
import { openPageFiles } from '../host/pageFiles.ts';
import { commonHeaders, contentSecurityPolicy, filePolicy } from '../host/pageHeaders.ts';

/**
 * The page's own scheme: it has an origin like a web page, and no file of the system lies under it. It must be declared before the app is
 * ready; a launcher that loads the app later gets a name that exists nowhere, answered by the same handler.
 */
const scheme = app.isReady() ? 'https' : 'app';
export const pageOrigin = scheme === 'app' ? 'app://assay' : 'https://assay.invalid';

export function declarePageScheme(): void {
  if (scheme === 'app')
    protocol.registerSchemesAsPrivileged([
      { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    ]);
}

/** Serves the built page from `folder` (out/renderer). Its frames do not travel as requests, so the page connects to nothing. */
export function servePage(session: Session, folder: string): void {
  const opening = openPageFiles(folder);
  opening.catch(() => undefined); // Said by the request that needs it.
  session.protocol.handle(scheme, async (request) => {
    const { origin, pathname } = locate(request.url);
    if (origin !== pageOrigin || request.method !== 'GET') return new Response(null, { status: 403 });
    try {
      const file = await (await opening).read(pathname);
      if (file === null) return new Response(null, { status: 404 });
      const policy = file.nonce === null ? filePolicy : contentSecurityPolicy(file.nonce, "'none'");
      return new Response(new Uint8Array(file.body), {
        headers: { ...commonHeaders, 'Content-Type': file.type, 'Content-Security-Policy': policy },
      });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return new Response(error.message, { status: 500, headers: { 'Content-Type': 'text/plain; charset=utf-8' } });
    }
  });
}

/** `URL.origin` is "null" for a scheme that Node does not know. */
function locate(url: string): { origin: string; pathname: string } {
  const { protocol: used, host, pathname } = new URL(url);
  return { origin: `${used}//${host}`, pathname };
}
