import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{unit,host,transport,migrations}/**/*.test.ts', 'test/*.test.ts'],
    pool: 'forks',
    setupFiles: ['test/helpers/leavesNothing.ts'],
    // Two workers at most: the engine tests decode on one thread each and the reference machine has two cores.
    maxWorkers: 2,
    // They end what hangs, and nothing else: a machine with ten times the work it can do must not fail a test.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    reporters: ['default'],
  },
});
