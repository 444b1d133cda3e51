/** `vitest run --config services/publishing/testing/measure.config.ts`: measurements of this room, apart from the tests. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    pool: 'threads',
    maxWorkers: 1,
    globalSetup: ['./testbed/test-database.ts'],
    include: ['services/publishing/testing/*.measure.ts'],
    testTimeout: 900_000,
    hookTimeout: 60_000,
    disableConsoleIntercept: true,
  },
})
