import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { partOf } from '../../base/ggufParts.ts';
import { markOf, type SourceFile } from '../../base/sourceFile.ts';
import { codeOf, pathFault, statModel } from './files.ts';
import {
  huggingFaceName,
  type KnownPlace,
  lmStudioSettings,
  ollamaManifest,
  ollamaName,
  ollamaWeights,
  placesOf,
  type Surroundings,
} from './found.rules.ts';
import { findModels } from './scan.ts';

export interface FoundModel {
  path: string;
  /** What it is called there. */
  name: string;
  sizeBytes: number;
}

export interface Place {
  program: KnownPlace['program'];
  folder: string;
  models: FoundModel[];
  problems: string[];
}

export const thisMachine = (): Surroundings => ({
  home: homedir(),
  platform: process.platform,
  environment: process.env,
  join,
});

/** Reads the folders of other programs as they are, each folder once and of each program each file; nothing is copied or changed. */
export async function findPlaces(machine: Surroundings, signal: AbortSignal): Promise<Place[]> {
  const places: Place[] = [];
  const entered = new Set<string>();
  for (const { program, folders } of placesOf(machine)) {
    const chosen = program === 'LM Studio' ? await lmStudioFolder(machine) : null;
    const files = new Set<string>();
    for (const folder of chosen === null ? folders : [chosen, ...folders]) {
      const real = await realFolder(folder);
      if (real === null || entered.has(real)) continue;
      entered.add(real);
      const found =
        program === 'Ollama' ? await ollamaModels(folder, files) : await ggufModels(program, folder, files, signal);
      if (found.models.length > 0 || found.problems.length > 0) places.push({ program, folder, ...found });
    }
  }
  return places;
}

/** Where the folder lies without links; null: there is none. */
async function realFolder(path: string): Promise<string | null> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isFolder ? realpath(path).catch(() => path) : null;
}

/** Whether the file was met before, under another name or from another folder. */
function isKnown(file: SourceFile, files: Set<string>): boolean {
  const before = files.size;
  return file.inode !== '0' && files.add(markOf(file)).size === before;
}

/** Where a person told LM Studio to keep models; null when that is its usual place or cannot be read. */
async function lmStudioFolder({ home, join: joined }: Surroundings): Promise<string | null> {
  try {
    const text = await readFile(joined(home, '.lmstudio', 'settings.json'), 'utf8');
    return lmStudioSettings.parse(JSON.parse(text)).downloadsFolder ?? null;
  } catch (thrown) {
    // Another release of that program, or none: its usual folders are looked at.
    if (thrown instanceof Error) return null;
    throw thrown;
  }
}

async function ggufModels(
  program: KnownPlace['program'],
  folder: string,
  files: Set<string>,
  signal: AbortSignal,
): Promise<Pick<Place, 'models' | 'problems'>> {
  const models: FoundModel[] = [];
  const problems: string[] = [];
  for await (const found of findModels(folder, signal)) {
    if (found.type === 'problem') {
      problems.push(found.message);
      continue;
    }
    const part = partOf(found.path);
    if (part !== null && part.part !== 1) continue;
    const below = relative(folder, found.path).split(sep);
    try {
      const { file } = await statModel(found.path);
      // A second revision of a repository leads to the same blob.
      if (isKnown(file, files)) continue;
      models.push({
        path: found.path,
        name: program === 'Hugging Face' ? huggingFaceName(below) : below.join('/'),
        sizeBytes: file.size,
      });
    } catch (thrown) {
      problems.push(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }
  return { models, problems };
}

/** Manifests say what each blob is; blobs without one are not models. */
async function ollamaModels(folder: string, files: Set<string>): Promise<Pick<Place, 'models' | 'problems'>> {
  const models = new Map<string, FoundModel>();
  const problems: string[] = [];
  const root = join(folder, 'manifests');
  const manifests = await readdir(root, { recursive: true, withFileTypes: true }).catch((thrown: unknown) => {
    if (codeOf(thrown) !== 'ENOENT') problems.push(pathFault(root, thrown).message);
    return [];
  });
  for (const entry of manifests) {
    if (!entry.isFile() || entry.name.startsWith('.')) continue;
    const path = join(entry.parentPath, entry.name);
    const name = ollamaName(relative(root, path).split(sep));
    try {
      const weights = ollamaWeights(ollamaManifest.parse(JSON.parse(await readFile(path, 'utf8'))));
      if (weights === null) continue;
      const blob = resolve(folder, 'blobs', weights);
      const { file } = await statModel(blob);
      const known = models.get(blob);
      if (known === undefined && isKnown(file, files)) continue;
      // Two names of one blob are one model.
      models.set(blob, {
        path: blob,
        name: known === undefined ? name : `${known.name}, ${name}`,
        sizeBytes: file.size,
      });
    } catch (thrown) {
      const why = thrown instanceof Error && thrown.name === 'Fault' ? thrown.message : 'its manifest cannot be read.';
      problems.push(`${name}: ${why}`);
    }
  }
  return { models: [...models.values()].sort((one, other) => (one.name < other.name ? -1 : 1)), problems };
}
