export { createStorageRouter } from './storage.router.ts';
export { createStorage, type Storage } from './storage.ts';
