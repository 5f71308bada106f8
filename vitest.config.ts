import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{unit,host,transport,migrations}/**/*.test.ts', 'test/*.test.ts'],
    pool: 'forks',
    // Two workers at most: the engine tests decode on one thread each and the reference machine has two cores.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default'],
  },
});
