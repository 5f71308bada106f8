import {
  removedStorage,
  removeStorageByNameInput,
  removeStorageInput,
  storageUsed,
} from '../../../preload/contract/storage.ts';
import { command, query, router } from '../../base/procedure.ts';
import type { Storage } from './storage.ts';

/** What Assay takes up on the disk. */
export function createStorageRouter(storage: Storage) {
  return router({
    /** → StorageUsed: everything of Assay's that lies on the disk, the largest first. */
    used: query.output(storageUsed).query(() => storage.used()),
    /** { ids } → what went and what stayed. Only what `used` calls removable goes. CONFLICT while jobs run. */
    remove: command
      .meta({
        facts: ({ ids }: { ids: string[] }) => ({ count: ids.length, first: ids[0] ?? null }),
        roles: ['owner'],
      })
      .input(removeStorageInput)
      .output(removedStorage)
      .mutation(({ input, ctx }) => storage.remove(input.ids, ctx.identity)),
    /** { id, name }: what `used` says goes only by its name. BAD_INPUT for another name; NOT_FOUND; CONFLICT while jobs run. */
    removeByName: command
      .meta({ facts: ({ id }: { id: string }) => ({ path: id }), roles: ['owner'] })
      .input(removeStorageByNameInput)
      .output(removedStorage)
      .mutation(({ input, ctx }) => storage.removeByName(input.id, input.name, ctx.identity)),
  });
}
