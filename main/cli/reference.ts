import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Fault } from '../base/fault.ts';

/** A path that leads nowhere is told before anything is loaded. Ids and the sample's names are left to the library. */
export async function checkReference(reference: string, option: string): Promise<string> {
  const isPath = /[\\/]|\.gguf$/i.test(reference);
  if (!isPath) return reference;
  const path = resolve(reference);
  await access(path).catch((cause) => {
    throw new Fault('MODEL_NOT_FOUND', `There is no readable file ${path}. Check the path given with ${option}.`, {
      cause,
    });
  });
  return path;
}
