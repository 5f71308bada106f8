// Writes out/licences/THIRD-PARTY-NOTICES.txt, which Settings shows and every package of Assay carries: each part by others, its licence and that licence's text.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { repository } from './ready.mjs';
import { nativeParts, shippedPackages } from './shipped.mjs';

const rule = '-'.repeat(80);

/** Returns the path of the file. */
export function writeNotices() {
  const folder = join(repository, 'out/licences');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'THIRD-PARTY-NOTICES.txt');
  writeFileSync(path, notices());
  return path;
}

function notices() {
  const parts = [
    ...shippedPackages().map(({ name, version, licence, home, author, texts }) => ({
      title: `${name} ${version}`,
      licence,
      home,
      // Four packages come without the text of their licence; each names MIT.
      text: texts.length > 0 ? texts.join('\n\n') : withoutText(name, licence, author),
    })),
    ...nativeParts().map(({ name, inside, licence, text }) => ({
      title: `${name} (inside ${inside})`,
      licence,
      home: '',
      text,
    })),
  ];
  const byText = new Map();
  for (const part of parts) byText.set(part.text, [...(byText.get(part.text) ?? []), part]);
  return [
    'Assay contains the software of others that is named here, each part under its own licence.',
    'Electron and Chromium: see LICENSE.electron.txt and LICENSES.chromium.html of this installation. Assay itself: see LICENSE.txt.',
    '',
    ...parts.map(({ title, licence, home }) => `${title}: ${licence}${home ? `, ${home}` : ''}`),
    '',
    ...[...byText].map(
      ([text, sharers]) => `${rule}\n${sharers.map(({ title }) => title).join('\n')}\n${rule}\n\n${text}\n`,
    ),
  ].join('\n');
}

function withoutText(name, licence, author) {
  if (licence !== 'MIT')
    throw new Error(
      `${name} ships under ${licence} without its text. Add the text to build/licences and to scripts/notices.mjs.`,
    );
  const mit = nativeParts().find(({ file }) => file === 'llama.cpp.txt')?.text ?? '';
  return mit.replace(/^Copyright .*$/m, `Copyright (c) ${author || `the authors of ${name}`}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeNotices();
