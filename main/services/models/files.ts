import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Fault } from '../../base/fault.ts';
import { allParts } from '../../base/ggufParts.ts';
import { type SourceFile, sourceOf } from '../../base/sourceFile.ts';

export interface PartFile {
  path: string;
  file: SourceFile;
}

/** The files of a model as they lie on the disk now. */
export interface FilesNow {
  /** All of them as one: their size together, the latest change, the number of the first. */
  file: SourceFile;
  files: PartFile[];
}

/** Looks at the file, and at the other parts of a model that was split. MODEL_NOT_FOUND, MODEL_UNREADABLE. */
export async function statModel(path: string): Promise<FilesNow> {
  const paths = allParts(path);
  const files: PartFile[] = [];
  for (const part of paths) {
    try {
      files.push({ path: part, file: await statFile(part) });
    } catch (thrown) {
      if (files.length === 0 || !(thrown instanceof Fault) || thrown.code !== 'MODEL_NOT_FOUND') throw thrown;
      throw new Fault(
        'MODEL_UNREADABLE',
        `Part ${files.length + 1} of ${paths.length} of ${basename(path)} is missing. All parts must lie in one folder under the names they were given.`,
        { facts: { path: part }, cause: thrown },
      );
    }
  }
  return { files, file: together(files.map(({ file }) => file)) };
}

export function together(files: readonly SourceFile[]): SourceFile {
  return {
    size: files.reduce((sum, { size }) => sum + size, 0),
    modifiedAt: files.reduce((latest, { modifiedAt }) => Math.max(latest, modifiedAt), 0),
    inode: files[0]?.inode ?? '0',
  };
}

async function statFile(path: string): Promise<SourceFile> {
  const found = await stat(path, { bigint: true }).catch((thrown: unknown) => {
    throw pathFault(path, thrown);
  });
  if (found.isFile()) return sourceOf(found);
  throw new Fault(
    'MODEL_UNREADABLE',
    `${path} is not a file. Choose a file that ends in .gguf, or import the folder.`,
    {
      facts: { path },
    },
  );
}

/** What the system says when a path leads nowhere, as a sentence. */
export function pathFault(path: string, thrown: unknown): Fault {
  const code = codeOf(thrown);
  const facts = { path: path.slice(0, 4096) };
  // What stands for bytes that are no UTF-8: the system knows the name by those alone.
  if (code === 'ENOENT' && path.includes('\ufffd')) {
    return new Fault(
      'MODEL_UNREADABLE',
      `A part of the name ${path} is not in UTF-8, so it cannot be opened. Rename what is shown as \ufffd.`,
      { facts, cause: thrown },
    );
  }
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new Fault(
      'MODEL_NOT_FOUND',
      `There is no file at ${path}. It may have been moved or deleted, or its drive is not connected. Choose the file anew.`,
      { facts, cause: thrown },
    );
  }
  if (code === 'ENAMETOOLONG') {
    return new Fault(
      'MODEL_UNREADABLE',
      `The path ${path.slice(0, 60)}… of ${path.length} characters is longer than this system can open. Move the file to a folder with a shorter path.`,
      { facts, cause: thrown },
    );
  }
  if (code === 'ELOOP') {
    return new Fault('MODEL_UNREADABLE', `${path} is a symbolic link that leads in a circle. Choose the file itself.`, {
      facts,
      cause: thrown,
    });
  }
  return new Fault(
    'MODEL_UNREADABLE',
    `${path} cannot be read (${code || 'no reason given'}). Check that you may read it.`,
    {
      facts,
      cause: thrown,
    },
  );
}

export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
}
