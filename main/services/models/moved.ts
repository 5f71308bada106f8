import { combinedHash } from '../../base/ggufParts.ts';
import type { Store } from '../../db/store.ts';
import { statModel } from './files.ts';
import type { Hasher } from './hasher.ts';
import type { HashedFile, StoredModel } from './models.queries.ts';
import * as queries from './models.queries.ts';
import { firstPart } from './models.ts';
import { findModels } from './scan.ts';
import type { Shelf } from './shelf.ts';

export interface MovedDependencies {
  vault: { store(): Store };
  shelf: Shelf;
  hasher: Hasher;
}

/**
 * Finds models again whose file was moved: among those that came in since (same hash), and in the remembered folders (same size, then
 * same hash). The model keeps its id, tags and results.
 */
export async function findMoved({ vault, shelf, hasher }: MovedDependencies, signal: AbortSignal): Promise<void> {
  await shelf.check([]);
  for (const gone of missing(shelf)) {
    const twin = shelf
      .rows()
      .find((row) => row.id !== gone.id && row.sha256 === gone.sha256 && shelf.problem(row.path) === null);
    if (twin !== undefined && twin.addedAt > gone.addedAt) takeOver(shelf, gone, twin);
  }
  if (missing(shelf).length === 0) return;
  const listed = new Set(shelf.rows().map(({ path }) => path));
  for (const folder of queries.selectFolders(vault.store().read)) {
    for await (const found of findModels(folder, signal)) {
      if (found.type === 'problem' || listed.has(firstPart(found.path)) || firstPart(found.path) !== found.path)
        continue;
      const now = await statModel(found.path).catch(() => null);
      const alike = now === null ? [] : missing(shelf).filter((gone) => gone.file.size === now.file.size);
      if (now === null || alike.length === 0) continue;
      const files: HashedFile[] = [];
      for (const part of now.files) files.push({ ...part, sha256: await hashOf(part.path, hasher, signal) });
      const gone = alike.find((one) => one.sha256 === combinedHash(files));
      if (gone === undefined) continue;
      const { facts } = await shelf.read(found.path);
      shelf.change((write) => queries.upsertModel(write, { ...gone, path: found.path, file: now.file, facts, files }));
    }
  }
}

/** Those that can be known again. */
function missing(shelf: Shelf): StoredModel[] {
  return shelf.rows().filter((row) => row.sha256 !== null && shelf.problem(row.path)?.code === 'MODEL_NOT_FOUND');
}

/** The model that is missing gets the file of the one that came in, which was the same. */
function takeOver(shelf: Shelf, gone: StoredModel, twin: StoredModel): void {
  shelf.change((write) => {
    const tags = queries.selectTags(write).get(twin.id) ?? [];
    queries.deleteModel(write, twin.id);
    queries.upsertModel(write, { ...twin, id: gone.id, addedAt: gone.addedAt, previousSha256: null });
    for (const tag of tags) queries.insertTag(write, gone.id, tag);
  });
}

/** Null when it cannot be read: then it is not the one. */
async function hashOf(path: string, hasher: Hasher, signal: AbortSignal): Promise<string | null> {
  try {
    for (let position = 0; ; ) {
      const now = await hasher.hashOn(path, position, signal);
      if (now.sha256 !== null) return now.sha256;
      position = now.position;
    }
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return null;
  }
}
