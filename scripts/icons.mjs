// `npm run icons`: draws build/icon.svg at every size that a system asks for and writes build/icons/*.png, build/icon.ico and build/icon.icns.
// Needs a Chromium (ASSAY_CHROMIUM, or an installed one). The results are committed: packaging needs no browser.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { repository, say } from './ready.mjs';

const build = join(repository, 'build');
const mark = readFileSync(join(build, 'icon.svg'), 'utf8');
const browser = await chromium.launch({
  executablePath: process.env.ASSAY_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const page = await browser.newPage();

/** PNG of the mark in a square of `size` pixels; `share`: how much of its width the mark takes. */
async function draw(size, share = 1) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(
    `<style>body{margin:0;display:grid;place-items:center;height:100vh}svg{width:${share * 100}%;display:block}</style>${mark}`,
  );
  return page.screenshot({ omitBackground: true });
}

/** An .ico is a table of PNGs: 6 bytes of header, 16 bytes an entry; a side of 256 is written as 0. */
function ico(images) {
  const header = Buffer.from([0, 0, 1, 0, images.length, 0]);
  let offset = header.length + 16 * images.length;
  const entries = images.map(({ size, png }) => {
    const entry = Buffer.alloc(16);
    entry.writeUInt8(size % 256, 0);
    entry.writeUInt8(size % 256, 1);
    entry.writeUInt16LE(1, 4);
    entry.writeUInt16LE(32, 6);
    entry.writeUInt32LE(png.length, 8);
    entry.writeUInt32LE(offset, 12);
    offset += png.length;
    return entry;
  });
  return Buffer.concat([header, ...entries, ...images.map(({ png }) => png)]);
}

/** An .icns is "icns", its length, and for each picture a type of four letters, the length with these 8 bytes, a PNG. */
function icns(images) {
  const parts = images.map(({ type, png }) => {
    const head = Buffer.alloc(8);
    head.write(type, 'latin1');
    head.writeUInt32BE(png.length + 8, 4);
    return Buffer.concat([head, png]);
  });
  const head = Buffer.alloc(8);
  head.write('icns', 'latin1');
  head.writeUInt32BE(8 + parts.reduce((sum, part) => sum + part.length, 0), 4);
  return Buffer.concat([head, ...parts]);
}

mkdirSync(join(build, 'icons'), { recursive: true });
for (const size of [16, 24, 32, 48, 64, 128, 256, 512])
  writeFileSync(join(build, 'icons', `${size}x${size}.png`), await draw(size));

const windows = [];
for (const size of [16, 20, 24, 32, 40, 48, 64, 128, 256]) windows.push({ size, png: await draw(size) });
writeFileSync(join(build, 'icon.ico'), ico(windows));

// On macOS a mark stands in the middle of its square and takes 824 of 1024 of it, as all others in the dock do.
const apple = [];
for (const [type, size] of Object.entries({
  icp4: 16,
  ic11: 32,
  icp5: 32,
  ic12: 64,
  ic07: 128,
  ic13: 256,
  ic08: 256,
  ic14: 512,
  ic09: 512,
  ic10: 1024,
}))
  apple.push({ type, png: await draw(size, 824 / 1024) });
writeFileSync(join(build, 'icon.icns'), icns(apple));
await browser.close();
say(`drew ${windows.length + apple.length + 8} pictures into build/`);
