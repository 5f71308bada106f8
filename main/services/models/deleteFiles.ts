import { lstat, realpath, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { Fault } from '../../base/fault.ts';
import { isSameFile } from '../../base/sourceFile.ts';
import { codeOf, statModel } from './files.ts';
import type { StoredModel } from './models.queries.ts';

/** Programs that keep files by their content, under names of theirs: what is deleted there must be deleted by them. */
const storing = ['Ollama', 'Hugging Face'];
/** How their stores look inside, wherever they lie and whatever their folder is called. */
const inStore = /[\\/]blobs[\\/]sha256[-:][^\\/]+$|[\\/]models--[^\\/]+[\\/](snapshots|blobs)[\\/]/;

/**
 * Deletes every part of a model's file. BAD_INPUT unless `name` is the file's name; CONFLICT where another file lies there, another program
 * has it or it is a link to a file elsewhere; READ_ONLY.
 */
export async function deleteFiles(
  row: Pick<StoredModel, 'path' | 'source' | 'file' | 'files'>,
  name: string,
): Promise<void> {
  const fileName = basename(row.path);
  if (name !== fileName)
    throw new Fault('BAD_INPUT', `Nothing was deleted: the name that was typed is not ${fileName}. Type it exactly.`);
  for (const path of [row.path, ...row.files.map((part) => part.path)]) await requireOwn(path, row.source);
  const now = await statModel(row.path);
  if (!isSameFile(now.file, row.file)) {
    throw new Fault(
      'CONFLICT',
      `Nothing was deleted: another file lies at ${row.path} than the one that is listed. Look at it again first.`,
    );
  }
  for (const { path } of row.files)
    await rm(path).catch((thrown: unknown) => Promise.reject(deletionFault(path, thrown)));
}

async function requireOwn(path: string, source: string | null): Promise<void> {
  // What is not there is told of by who looks at it next.
  const target = await realpath(path).catch(() => path);
  if ((source !== null && storing.includes(source)) || inStore.test(path) || inStore.test(target)) {
    throw new Fault(
      'CONFLICT',
      `${basename(path)} belongs to the store of ${source ?? 'another program'}, which would break without it. Delete it there.`,
    );
  }
  const found = await lstat(path).catch(() => null);
  if (found?.isSymbolicLink()) {
    throw new Fault(
      'CONFLICT',
      `Nothing was deleted: ${basename(path)} is a link to ${target}. Delete that file where it lies, or take the model off the list.`,
    );
  }
}

function deletionFault(path: string, thrown: unknown): Fault {
  const code = codeOf(thrown);
  const facts = { path };
  if (code === 'EROFS')
    return new Fault('READ_ONLY', `${path} was not deleted: its disk can only be read.`, { facts, cause: thrown });
  if (code === 'EACCES' || code === 'EPERM')
    return new Fault(
      'READ_ONLY',
      `${path} was not deleted: you may not change its folder. Ask for that right, or delete it as its owner.`,
      { facts, cause: thrown },
    );
  if (code === 'EBUSY')
    return new Fault('CONFLICT', `${path} was not deleted: it is in use. Unload the model and try again.`, {
      facts,
      cause: thrown,
    });
  return new Fault('DISK_FAILED', `${path} was not deleted (${code || 'no reason given'}). Check its disk.`, {
    facts,
    cause: thrown,
  });
}
