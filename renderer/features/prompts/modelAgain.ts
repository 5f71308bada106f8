import { libraryId, type Variant } from '../../../preload/contract/models.ts';
import type { HistoryModel } from './shapes.ts';

type Known = Pick<Variant, 'id' | 'sha256'>;

/**
 * What Compare calls the model of an entry by: its id, else that of a listed file with the same content, which may have been added again
 * since. `gone`: it was taken off the list. Null: the entry's model was never in the library of this machine.
 */
export function modelAgain({ id, sha256 }: HistoryModel, listed: readonly Known[]): string | 'gone' | null {
  if (listed.some((known) => known.id === id)) return id;
  const same = sha256 === null ? undefined : listed.find((known) => known.sha256 === sha256);
  if (same !== undefined) return same.id;
  // A path, or a quantization of the sample that is made when it is asked for, needs no place in the list.
  return id !== null && libraryId.test(id) ? 'gone' : id;
}
