import type { Dirent } from 'node:fs';
import { readdir, stat, statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { codeOf, pathFault } from './files.ts';

export type Scanned =
  | { type: 'file'; path: string }
  /** What was passed over, and why. */
  | { type: 'problem'; path: string; message: string };

/** Entries after which a folder counts as no place for models: a whole disk was meant by mistake, or a loop that looks like none. */
const mostEntries = 2_000_000;
/** Linux: file systems that the kernel makes up as one looks (proc, sysfs, cgroup 1 and 2, debugfs, tracefs, securityfs, bpf; linux/magic.h). No model lies there. */
const madeUp = new Set([0x9fa0, 0x62656572, 0x27e0eb, 0x63677270, 0x64626720, 0x74726163, 0x73636673, 0xcafe4a11]);

/**
 * Every file that ends in .gguf below a folder, however deep. A folder is entered once, by its number on its disk, so symbolic links
 * that lead in circles end by themselves; one that cannot be read is told and costs nothing else. What the kernel makes up is not entered.
 */
export async function* findModels(root: string, signal: AbortSignal): AsyncGenerator<Scanned> {
  const entered: Entered = { folders: new Set(), disks: new Map() };
  const waiting = [root];
  // Last, so that a file that lies in the folder itself goes by its own name.
  const links: string[] = [];
  let entries = 0;
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    signal.throwIfAborted();
    const found = await enter(folder, entered);
    if (found === 'known') continue;
    if (!Array.isArray(found)) {
      yield found;
      continue;
    }
    entries += found.length;
    if (entries > mostEntries) {
      yield {
        type: 'problem',
        path: root,
        message: `${root} holds more than ${mostEntries} files; the rest was not looked at. Add a folder further down.`,
      };
      return;
    }
    const below: string[] = [];
    for (const entry of found.sort((one, other) => (one.name < other.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) below.push(path);
      else if (entry.isFile() && isGguf(entry.name)) yield { type: 'file', path };
      else if (entry.isSymbolicLink()) {
        const target = await follow(path);
        if (target === 'folder') below.push(path);
        else if (target === 'file' && isGguf(entry.name)) links.push(path);
        else if (typeof target === 'object' && isGguf(entry.name)) yield target;
      }
    }
    waiting.push(...below.reverse());
  }
  for (const path of links) yield { type: 'file', path };
}

const isGguf = (name: string) => /\.gguf$/i.test(name);

interface Entered {
  folders: Set<string>;
  /** Number of a disk → whether the kernel makes up what is on it. */
  disks: Map<bigint, boolean>;
}

async function enter(folder: string, { folders, disks }: Entered): Promise<Dirent[] | Scanned | 'known'> {
  try {
    const { dev, ino } = await stat(folder, { bigint: true });
    const key = `${dev}:${ino}`;
    if (ino !== 0n && folders.has(key)) return 'known';
    folders.add(key);
    const isMadeUp = disks.get(dev) ?? (process.platform === 'linux' && madeUp.has((await statfs(folder)).type));
    disks.set(dev, isMadeUp);
    if (isMadeUp) return 'known';
    return await readdir(folder, { withFileTypes: true });
  } catch (thrown) {
    const code = codeOf(thrown);
    const message =
      (code === 'ENOENT' && !folder.includes('\ufffd')) || code === 'ENOTDIR'
        ? `The folder ${folder} is not there any more. It was moved or deleted, or its drive was taken away.`
        : code === 'EACCES' || code === 'EPERM'
          ? `The folder ${folder} may not be read. Ask for the right to read it, or leave it out.`
          : pathFault(folder, thrown).message;
    return { type: 'problem', path: folder, message };
  }
}

async function follow(path: string): Promise<'file' | 'folder' | 'other' | Scanned> {
  try {
    const target = await stat(path);
    return target.isDirectory() ? 'folder' : target.isFile() ? 'file' : 'other';
  } catch (thrown) {
    const message =
      codeOf(thrown) === 'ENOENT'
        ? `${basename(path)} is a symbolic link to a file that is not there.`
        : pathFault(path, thrown).message;
    return { type: 'problem', path, message };
  }
}
