import { resolve } from 'node:path';

/** What the app was started with. */
export interface Launch {
  dataFolder: string | undefined;
  /** GGUF files, absolute. */
  files: string[];
}

const dataFolderOption = '--data-dir';

/** Reads `--data-dir D` (or `--data-dir=D`) and paths of GGUF files; everything else on the line is Chromium's or Electron's. */
export function parseLaunch(args: readonly string[], workingFolder: string): Launch {
  const launch: Launch = { dataFolder: undefined, files: [] };
  for (const [index, arg] of args.entries()) {
    if (arg === dataFolderOption) launch.dataFolder = args[index + 1];
    else if (arg.startsWith(`${dataFolderOption}=`)) launch.dataFolder = arg.slice(dataFolderOption.length + 1);
    else if (isModel(arg) && !arg.startsWith('-') && args[index - 1] !== dataFolderOption)
      launch.files.push(resolve(workingFolder, arg));
  }
  return launch;
}

/** Before the `--` behind which the words of a command stand, so that Chromium reads none of them. */
export const commandOption = '--as-command';

/** The words of the `assay` command as which the program was started; null: it was started as the app. */
export function commandOf(line: readonly string[]): string[] | null {
  const end = line.indexOf('--');
  return end > 0 && line[end - 1] === commandOption ? line.slice(end + 1) : null;
}

export function isModel(path: string): boolean {
  return path.toLowerCase().endsWith('.gguf');
}
