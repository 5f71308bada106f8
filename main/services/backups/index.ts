export { createBackupsRouter } from './backups.router.ts';
export { type Backups, type BackupsDependencies, createBackups } from './backups.ts';
