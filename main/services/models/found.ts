import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { partOf } from '../../base/ggufParts.ts';
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

/** Reads the folders of other programs as they are; nothing is copied or changed. */
export async function findPlaces(machine: Surroundings, signal: AbortSignal): Promise<Place[]> {
  const places: Place[] = [];
  for (const { program, folders } of placesOf(machine)) {
    const chosen = program === 'LM Studio' ? await lmStudioFolder(machine) : null;
    for (const folder of chosen === null ? folders : [chosen, ...folders]) {
      if (!(await isFolder(folder))) continue;
      const place = {
        program,
        folder,
        ...(program === 'Ollama' ? await ollamaModels(folder) : await ggufModels(program, folder, signal)),
      };
      if (place.models.length === 0 && place.problems.length === 0) continue;
      places.push(place);
      break;
    }
  }
  return places;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
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
  signal: AbortSignal,
): Promise<Pick<Place, 'models' | 'problems'>> {
  const models: FoundModel[] = [];
  const problems: string[] = [];
  const blobs = new Set<string>();
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
      if (file.inode !== '0' && blobs.has(file.inode)) continue;
      blobs.add(file.inode);
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
async function ollamaModels(folder: string): Promise<Pick<Place, 'models' | 'problems'>> {
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
