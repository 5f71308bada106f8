import { app, type Session, type WebContents } from 'electron';
import { pageOrigin } from './page.ts';

/** Settings of Chromium that must stand before the app is ready: every renderer sandboxed, no name is ever resolved, nothing fetched in the background. */
export function guardProcess(): void {
  // As root Chromium starts only without its sandbox, which whoever starts it then has to say.
  if (!app.isReady() && !app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
  for (const name of [
    'disable-background-networking',
    'disable-component-update',
    'disable-domain-reliability',
    'disable-sync',
    'no-pings',
  ]) {
    app.commandLine.appendSwitch(name);
  }
  // Chromium's network code serves the page's own files and nothing else, so it needs no process of its own (10 MB).
  app.commandLine.appendSwitch('enable-features', 'NetworkServiceInProcess2');
  app.on('web-contents-created', (_event, contents) => guardContents(contents));
}

/** No request leaves the app and no permission is given, whatever a page asks for. */
export function guardSession(session: Session): void {
  // A window without a spell checker is not enough: the session would fetch its dictionary all the same.
  session.setSpellCheckerEnabled(false);
  session.setSpellCheckerLanguages([]);
  session.webRequest.onBeforeRequest((details, respond) => respond({ cancel: !mayLoad(details.url) }));
  // Copying text is the only thing a page may do that Chromium asks about, and only ours may.
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => permission === 'clipboard-sanitized-write' && isOurs(origin),
  );
  session.setPermissionRequestHandler((contents, permission, respond) =>
    respond(permission === 'clipboard-sanitized-write' && isOurs(contents.getURL())),
  );
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
}

export function isOurs(url: string): boolean {
  return URL.canParse(url) && (url === pageOrigin || url.startsWith(`${pageOrigin}/`));
}

function mayLoad(url: string): boolean {
  if (isOurs(url)) return true;
  const { protocol } = new URL(url);
  return protocol === 'data:' || protocol === 'blob:' || (protocol === 'devtools:' && !app.isPackaged);
}

function guardContents(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
}
