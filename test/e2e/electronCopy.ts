import { copyFile, link, mkdir, readdir, readlink, rename, rm, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';
import { electronPath, repository } from './browsers.ts';

/**
 * The fuses of electron-builder.yml. Two are left out: Playwright needs the inspector, and the app of a test lies in a folder, not in an archive.
 */
export const shippedFuses = {
  [FuseV1Options.RunAsNode]: false,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableCookieEncryption]: true,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
};

/**
 * An Electron with the fuses that ship and the app inside it as `resources/app`, started as an installed app is: without a folder on its
 * command line. Everything but the binary is linked. Made once for each version and app. Linux only; null elsewhere.
 */
export async function electronWithApp(app: string = repository): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  const original = electronPath();
  const { size, mtimeMs } = await stat(original);
  const folder = join(
    repository,
    'node_modules/.cache/assay-electron',
    `${basename(app)}-${size}-${Math.round(mtimeMs)}`,
  );
  const binary = join(folder, basename(original));
  // A folder that was copied from another clone still holds that clone's app.
  if ((await exists(binary)) && (await readlink(join(folder, 'resources/app'))) === app) return binary;

  const unfinished = `${folder}.${process.pid}`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(join(unfinished, 'resources'), { recursive: true });
  for (const name of await readdir(dirname(original))) {
    if (name === basename(original)) await copyFile(original, join(unfinished, name));
    else if (name !== 'resources') await place(join(dirname(original), name), join(unfinished, name));
  }
  await symlink(app, join(unfinished, 'resources/app'));
  await flipFuses(join(unfinished, basename(original)), { version: FuseVersion.V1, ...shippedFuses });
  await rm(folder, { recursive: true, force: true });
  await rename(unfinished, folder);
  return binary;
}

/** Chromium looks for the crash handler and its libraries beside itself; a link of either kind will do. */
async function place(from: string, to: string): Promise<void> {
  if ((await stat(from)).isDirectory()) return symlink(from, to);
  await link(from, to).catch(() => symlink(from, to));
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
