import { accessSync, constants, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { makeFolder } from '../base/makeFolder.ts';

/** Where the app lies, and who asks. */
export interface ShimPlace {
  platform: NodeJS.Platform;
  /** Of the installed app; it holds `bin/assay`. */
  resources: string;
  home: string;
  environment: NodeJS.ProcessEnv;
}

/** A small program on the person's own path that starts the app as a command. */
export interface Shim {
  folder: string;
  file: string;
  text: string;
}

const mark = 'The `assay` command, put here by the app Assay.';

/** What to write and where; null where the package has put the command on the path itself. */
export function shimFor({ platform, resources, home, environment }: ShimPlace): Shim | null {
  if (platform === 'win32') {
    // Windows has this folder of each person on the path already.
    const folder = join(environment.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'Microsoft', 'WindowsApps');
    const text = `@echo off\r\nrem ${mark}\r\n"${join(resources, 'bin', 'assay.cmd')}" %*\r\n`;
    return { folder, file: join(folder, 'assay.cmd'), text };
  }
  if (platform === 'linux' && !environment.APPIMAGE) return null;
  // What an AppImage holds lies somewhere else with each start; the image itself stays.
  const program = environment.APPIMAGE
    ? `${quoted(environment.APPIMAGE)} --ozone-platform=headless --no-sandbox --disable-gpu --log-level=3 --as-command --`
    : quoted(join(resources, 'bin', 'assay'));
  const folder = platform === 'darwin' && isWritable('/usr/local/bin') ? '/usr/local/bin' : join(home, '.local', 'bin');
  return { folder, file: join(folder, 'assay'), text: `#!/bin/sh\n# ${mark}\nexec ${program} "$@"\n` };
}

/** Writes it, over an earlier one of ours and over nothing else. Returns what to tell the person. */
export function installShim({ folder, file, text }: Shim, environment: NodeJS.ProcessEnv): string {
  if (existsSync(file) && !readFileSync(file, 'utf8').includes(mark))
    return `There is another program at ${file}, which stays as it is. Move it away and try again.`;
  makeFolder(folder);
  writeFileSync(file, text, { mode: 0o755 });
  const onPath = (environment.PATH ?? '').split(delimiter).includes(folder);
  return `\`assay\` is now at ${file}. ${onPath ? 'Open a terminal and type `assay --help`.' : `Put ${folder} on your PATH, then type \`assay --help\` in a new terminal.`}`;
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
