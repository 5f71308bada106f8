export { createBackupsRouter } from './backups.router.ts';
export { type Backups, createBackups } from './backups.ts';
