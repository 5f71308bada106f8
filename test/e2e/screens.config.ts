import { defineConfig } from '@playwright/test';
import type { HomeOptions } from './assay.ts';

/** `npm run screens`: every screen in each of its states, light and dark, at both sizes, as pictures in screens/. */
export default defineConfig<HomeOptions>({
  testDir: './screens',
  outputDir: '../../test-results/screens',
  workers: 1,
  timeout: 240_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  projects: [
    { name: 'large', use: { home: 'browser', viewportSize: { width: 1440, height: 900 } } },
    { name: 'small', use: { home: 'browser', viewportSize: { width: 1024, height: 700 } } },
  ],
});
