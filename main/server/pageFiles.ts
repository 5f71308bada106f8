import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { Fault } from '../base/fault.ts';
import { mediaType } from './headers.ts';

export interface PageFile {
  body: Buffer;
  type: string;
  /** Of a document: the nonce that was put into it; null of everything else. */
  nonce: string | null;
  /** True when its name changes with its content, so that it may be kept for good. */
  immutable: boolean;
}

/** The built page. Only what lay in the folder at the start can be asked for, so no path leads out of it. */
export interface PageFiles {
  /** `path`: of the address, e.g. `/assets/index-1a2b.js`. A path without an extension is a place within the page. Null: there is none. */
  read(path: string): Promise<PageFile | null>;
}

/** Stands in the built index.html where the nonce goes. */
const noncePlaceholder = '__STYLE_NONCE__';

/** NOT_FOUND when the page is not built. */
export async function openPageFiles(folder: string): Promise<PageFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [`/${relative(folder, file).split(sep).join('/')}`, file]),
  );
  if (!files.has('/index.html')) {
    throw new Fault(
      'NOT_FOUND',
      `The page is not built: ${folder} holds no index.html. Run \`npm run build\` and start again.`,
    );
  }
  return {
    async read(path) {
      const place = extname(path) === '' ? '/index.html' : path;
      const file = files.get(place);
      if (file === undefined) return null;
      const body = await readFile(file);
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
