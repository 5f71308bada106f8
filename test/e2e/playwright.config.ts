import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import type { HomeOptions } from './assay.ts';

/** Where results go: `npm test` runs the two homes side by side, each into a place of its own. */
const results = join(import.meta.dirname, '../../test-results');
const place = process.env.ASSAY_HOME ?? 'e2e';

/** The same specs run twice: in Chromium against the headless home, and in Electron. `desktop/` needs what only Electron has. */
export default defineConfig<HomeOptions>({
  testDir: '.',
  outputDir: join(results, place),
  // One worker: each spec starts a whole app of three or more processes, and the reference machine has two cores.
  workers: 1,
  // Room for a machine that is busy with other things; on a free one a spec takes seconds.
  timeout: 180_000,
  globalTimeout: 30 * 60_000,
  // What fails on a busy machine and holds at the second look is told as flaky, not hidden.
  retries: 1,
  expect: { timeout: 30_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list'], ['json', { outputFile: join(results, `${place}.json`) }]],
  // Recording every step is dear; a spec that is run again is recorded.
  use: { trace: 'on-first-retry', screenshot: 'only-on-failure' },
  projects: [
    { name: 'chromium', testMatch: '*.spec.ts', testIgnore: ['desktop/**', 'screens/**'], use: { home: 'browser' } },
    {
      name: 'electron',
      testMatch: ['*.spec.ts', 'desktop/*.spec.ts'],
      testIgnore: 'screens/**',
      use: { home: 'desktop' },
    },
  ],
});
