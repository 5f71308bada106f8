import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * The folder that holds the store and all else that Assay keeps, the same for every home. `asked` (`--data-dir`) wins, then ASSAY_DATA_DIR, then the
 * place of the platform: %LOCALAPPDATA%\Assay, ~/Library/Application Support/Assay, or $XDG_DATA_HOME/assay (~/.local/share/assay).
 */
export function dataFolder(
  asked?: string,
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const named = asked || environment.ASSAY_DATA_DIR;
  if (named) return resolve(named);
  if (platform === 'win32') return join(environment.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Assay');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Assay');
  return join(environment.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'assay');
}
