export { besideHost } from './besideHost.ts';
export { type Migration, migrate, requireApplied, requirePrefix } from './migrate.ts';
export { migrations } from './migrations/index.ts';
export { readApplied } from './migrations.queries.ts';
export { databaseVersions, holdLock } from './open.ts';
export { type OwnedStore, openStore } from './openStore.ts';
export { errorCodeOf, freeBytesNear, onStorage, storageFault } from './storageFault.ts';
export type { ReadHandle, Store, WriteHandle } from './store.ts';
