export { createDownloadsRouter } from './downloads.router.ts';
export { createDownloads, type Downloads, type DownloadsDependencies } from './downloads.ts';
