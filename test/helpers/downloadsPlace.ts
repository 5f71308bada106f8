import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { partialPath } from '../../main/services/downloads/fetchFile.ts';
import { type DownloadsFixture, type DownloadsOptions, openDownloads } from './downloadsFixture.ts';
import { type HubServer, openHubServer, sha256 } from './hubServer.ts';

export const content = randomBytes(3_000_000);
export const parts = {
  'two-00001-of-00002.gguf': randomBytes(70_000),
  'two-00002-of-00002.gguf': randomBytes(50_000),
};
export const files = {
  'model-Q8_0.gguf': content,
  ...parts,
  'sub/folder/other.gguf': randomBytes(1000),
  'README.md': Buffer.from('no model'),
};

/** A folder of its own and a hub that has `files`. */
export interface DownloadsPlace {
  folder: string;
  hub: HubServer;
  /** Where a file of org/model comes to lie, and where it lies while it is on its way. */
  place(file: string): string;
  part(file: keyof typeof files): string;
  open(options?: Partial<DownloadsOptions>): Promise<DownloadsFixture>;
  close(): Promise<void>;
}

export async function openDownloadsPlace(): Promise<DownloadsPlace> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-downloads-'));
  const hub = await openHubServer(files);
  let fixture: DownloadsFixture | undefined;
  const place = (file: string) => join(folder, 'models/org/model', file);
  return {
    folder,
    hub,
    place,
    part: (file) => partialPath({ path: place(file), sha256: sha256(files[file]) }),
    async open(options = {}) {
      fixture = await openDownloads({ folder: null, models: join(folder, 'models'), mirror: hub.base, ...options });
      return fixture;
    },
    async close() {
      await fixture?.close();
      await hub.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
