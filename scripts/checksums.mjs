// SHA-256 of installers, in the form that `sha256sum --check` reads.
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes the checksums of the installers in `folder` into its file `name`; returns how many there were. */
export async function writeChecksums(folder, name) {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(exe|dmg|zip|AppImage|deb)$/.test(entry.name))
    .map((entry) => entry.name)
    .sort();
  const lines = [];
  for (const file of files) lines.push(`${await sha256(join(folder, file))}  ${file}\n`);
  writeFileSync(join(folder, name), lines.join(''));
  return files.length;
}

async function sha256(path) {
  const hash = createHash('sha256');
  for await (const part of createReadStream(path)) hash.update(part);
  return hash.digest('hex');
}
