import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { node } from '../helpers/command.ts';

const word = 'Wryneckology';
const needles = [
  word,
  word.toLowerCase(),
  'ryneckolog',
  Buffer.from(word, 'utf16le'),
  'history_index',
  'SQLite format 3',
];

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Files that a process holds open although they have no name any more. Linux only. */
function unlinkedFiles(pid: number): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync(`/proc/${pid}/fd`)
    .map((name) => `/proc/${pid}/fd/${name}`)
    .filter((path) => readlinkSync(path).endsWith('(deleted)') && statSync(path).isFile());
}

function findings(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const bytes = readFileSync(path);
    return needles.filter((needle) => bytes.includes(needle)).map((needle) => `${path}: ${needle.toString()}`);
  });
}

it('what was asked, searched for, noted and tagged is in clear nowhere on the disk, while it is searched for and after kill -9', async () => {
  const place = mkdtempSync(join(tmpdir(), 'assay-prompts-leaks-'));
  onTestFinished(() => rmSync(place, { recursive: true, force: true }));
  const folder = join(place, 'data');
  const child = spawn(node, [join(import.meta.dirname, '../helpers/promptsProcess.ts'), folder, word], {
    env: { ...process.env, TMPDIR: place, SQLITE_TMPDIR: place, TMP: place, TEMP: place },
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: place,
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', () => resolve());
    child.on('close', (code) => reject(new Error(`It ended with ${code}.`)));
  });
  const looked = [...filesBelow(place), ...unlinkedFiles(child.pid ?? 0)];
  expect(looked.some((path) => path.endsWith('-wal'))).toBe(true);
  expect(findings(looked)).toEqual([]);
  child.kill('SIGKILL');
  await ended;
  expect(findings(filesBelow(place))).toEqual([]);
}, 60_000);
