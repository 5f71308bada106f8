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

export function isModel(path: string): boolean {
  return path.toLowerCase().endsWith('.gguf');
}
