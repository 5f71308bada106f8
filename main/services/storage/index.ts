export { createStorageRouter } from './storage.router.ts';
export { createStorage, type Storage, type StorageDependencies } from './storage.ts';
