import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that looks like out/renderer, for tests of what serves it. */
export async function builtPage(): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-page-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(
    join(folder, 'index.html'),
    '<!doctype html><html lang="en"><head><meta name="style-nonce" content="__STYLE_NONCE__"><script type="module" src="/assets/index-Ab3dEf9h.js"></script></head><body></body></html>',
  );
  await writeFile(join(folder, 'assets', 'index-Ab3dEf9h.js'), 'export {};');
  await writeFile(join(folder, 'assets', 'plain.css'), 'body { margin: 0 }');
  return { folder, remove: () => rm(folder, { recursive: true }) };
}
