import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

type Environment = Record<string, string | undefined>;

/**
 * The folder that holds the key file and the database when nobody names one: a folder `store` inside the desktop app's own data folder,
 * apart from what the browser engine keeps there. Desktop and command line ask here, so that both open the same store.
 */
export function defaultDataFolder(
  platform: NodeJS.Platform = process.platform,
  environment: Environment = process.env,
  home: string = homedir(),
): string {
  return join(applicationFolder(platform, environment, home), 'Assay', 'store');
}

/** `--data-dir`, else ASSAY_DATA_DIR, else the default; always absolute. */
export function chooseDataFolder(named: string | undefined, environment: Environment = process.env): string {
  const chosen = named || environment.ASSAY_DATA_DIR;
  return chosen ? resolve(chosen) : defaultDataFolder(process.platform, environment);
}

function applicationFolder(platform: NodeJS.Platform, environment: Environment, home: string): string {
  if (platform === 'win32') return environment.APPDATA || join(home, 'AppData', 'Roaming');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support');
  return environment.XDG_CONFIG_HOME || join(home, '.config');
}
