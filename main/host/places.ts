import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The folder that holds package.json: the clone when run from source, the app's folder when built and packed. Inside a packed app
 * what a child process or native code opens lies beside the archive, in app.asar.unpacked.
 */
function homeFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`No package.json lies above ${import.meta.dirname}. Install Assay again.`);
    folder = parent;
  }
  return folder;
}

/** The embedded sample model and its quantizations. */
export function sampleFolder(): string {
  return join(unpacked(homeFolder()), 'native', 'sample-model');
}

/** The notices of others' software: beside the archive of a packed app, elsewhere where the build writes them. */
export function noticesFile(): string {
  const home = homeFolder();
  const folder = home.endsWith('.asar') ? dirname(home) : join(home, 'out', 'licences');
  return join(folder, 'THIRD-PARTY-NOTICES.txt');
}

/** The built page that the server home serves. */
export function rendererFolder(): string {
  return join(homeFolder(), 'out', 'renderer');
}

function unpacked(folder: string): string {
  return folder.replace(/app\.asar$/, 'app.asar.unpacked');
}
