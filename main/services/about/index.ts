export { createAboutRouter } from './about.router.ts';
export { type AboutAssay, createAbout } from './about.ts';
