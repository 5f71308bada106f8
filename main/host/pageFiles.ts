import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Fault } from '../base/fault.ts';
import { mediaType } from './pageHeaders.ts';

export interface PageFile {
  body: Buffer;
  type: string;
  /** Of a document: the nonce that was put into it; null of everything else. */
  nonce: string | null;
  /** True when its name changes with its content, so that it may be kept for good. */
  immutable: boolean;
}

/** The built page, as every home serves it. Only what lay in the folder at the start can be asked for, so no path leads out of it. */
export interface PageFiles {
  /**
   * `path`: from the folder, e.g. `/assets/index-1a2b.js`; `/` is the document. Null: there is none.
   * Faults: NOT_FOUND when the file was there at the start and is gone, FORBIDDEN and DISK_FAILED when it cannot be read.
   */
  read(path: string): Promise<PageFile | null>;
}

/** Stands in the built index.html where the nonce goes. */
const noncePlaceholder = '__STYLE_NONCE__';

/** NOT_FOUND when the page is not built; FORBIDDEN or DISK_FAILED when its folder cannot be read. */
export async function openPageFiles(folder: string): Promise<PageFiles> {
  const files = await list(folder, '');
  if (!files.has('/index.html')) {
    throw new Fault(
      'NOT_FOUND',
      `The page is not built: ${folder} holds no index.html. Run \`npm run build\` and start again.`,
    );
  }
  return {
    async read(path) {
      const place = path === '/' ? '/index.html' : path;
      const file = files.get(place);
      if (file === undefined) return null;
      const body = await readFile(file).catch((error: unknown) => {
        throw isMissing(error) ? replaced(error, file) : unreadable(error, file);
      });
      if (place !== '/index.html') {
        return {
          body,
          type: mediaType(extname(place)),
          nonce: null,
          immutable: /^\/assets\/.+-[\w-]{8,}\.\w+$/.test(place),
        };
      }
      const nonce = randomBytes(18).toString('base64');
      return {
        body: Buffer.from(body.toString('utf8').replaceAll(noncePlaceholder, nonce)),
        type: mediaType('.html'),
        nonce,
        immutable: false,
      };
    },
  };
}

/** Folder by folder: inside the archive of a packed app Electron's own reading of folders knows no recursion. */
async function list(folder: string, place: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw unreadable(error, folder);
  });
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isFile()) found.set(`${place}/${entry.name}`, path);
    else if (entry.isDirectory())
      for (const [inner, file] of await list(path, `${place}/${entry.name}`)) found.set(inner, file);
  }
  return found;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function replaced(cause: unknown, file: string): Fault {
  return new Fault(
    'NOT_FOUND',
    `The file ${file} of the page is gone; it was probably built anew. End Assay (\`assay serve\`) and start it again.`,
    { cause },
  );
}

function unreadable(cause: unknown, path: string): Fault {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  const isForbidden = code === 'EACCES' || code === 'EPERM';
  const advice = isForbidden ? 'Give your user permission to read it' : 'Check its disk, or run `npm run build`';
  return new Fault(
    isForbidden ? 'FORBIDDEN' : 'DISK_FAILED',
    `The page could not be read: ${path} (${code}). ${advice}, and start again.`,
    { cause, facts: { path, systemCode: code } },
  );
}
