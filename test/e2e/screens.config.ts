import { defineConfig } from '@playwright/test';
import type { HomeOptions } from './assay.ts';

const sizes = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
];

/** `npm run screens`: every screen in each of its states, light and dark, at the design size and the smallest one. */
export default defineConfig<HomeOptions>({
  testDir: 'screens',
  outputDir: '../../test-results/screens',
  workers: 1,
  timeout: 300_000,
  expect: { timeout: 60_000 },
  reporter: 'list',
  projects: sizes.flatMap((viewportSize) =>
    (['light', 'dark'] as const).map((scheme) => ({
      name: `${scheme}-${viewportSize.width}x${viewportSize.height}`,
      use: { home: 'browser' as const, scheme, viewportSize },
    })),
  ),
});
