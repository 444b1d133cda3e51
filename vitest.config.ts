import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Allowed because nothing in services, gateway and platform holds state in a module; it makes small files 8 times faster.
    isolate: false,
    pool: 'threads',
    maxWorkers: 2,
    globalSetup: ['./testbed/test-database.ts'],
    include: [
      '{contracts,language,platform,gateway,launch,cli,web,emulators,testbed,checks,faults,chaos,services}/**/*.test.{ts,tsx}',
    ],
    testTimeout: 30_000,
    // What comes true soon may take longer on a busy machine; only a failure waits so long.
    expect: { poll: { timeout: 10_000 } },
    hookTimeout: 60_000,
  },
})
