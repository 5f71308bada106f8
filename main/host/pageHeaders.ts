/** Sent with every answer: nothing of it may be framed, sniffed, or read by another origin, and it tells nobody where it came from. */
export const commonHeaders: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=()',
};

/** Sent besides over HTTP. Chromium ends the whole app when a document of a scheme of the app's own carries `Origin-Agent-Cluster`. */
export const httpHeaders: Readonly<Record<string, string>> = { ...commonHeaders, 'Origin-Agent-Cluster': '?1' };

/**
 * For a document: scripts of the build only, styles of the build and those that carry the nonce of this very answer.
 * `connect`: sources that the page may talk to, `'none'` where its frames do not travel as requests.
 */
export function contentSecurityPolicy(nonce: string, connect: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    `connect-src ${connect}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    // The one policy is that of `refuseMarkup.ts`: no text becomes markup, no address a script.
    "require-trusted-types-for 'script'",
    'trusted-types default',
  ].join('; ');
}

/**
 * For the document in a browser, besides: it opens no window, and no frame leads it away. Forms are needed for the page to be told of their
 * submission; `form-action` lets none go anywhere. Not to be sent together with `Cross-Origin-Opener-Policy`: a document that has both may not
 * be shown, by the standard. Who opened the page before it was let in lost hold of it to the answer before, which carries that policy.
 */
export const sandboxPolicy = 'sandbox allow-scripts allow-same-origin allow-forms allow-downloads';

/** For the other files of the build; only a worker's script or a picture opened by itself is held to it. */
export const filePolicy = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** For answers that are no part of the build: they may load nothing. */
export const barePolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.wasm': 'application/wasm',
};

/** `extension` with its dot. */
export function mediaType(extension: string): string {
  return types[extension.toLowerCase()] ?? 'application/octet-stream';
}
