/** All tests of the product: real PostgreSQL, real sockets, a real browser. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/support/server.ts', 'tests/support/pages.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000, interval: 50 } },
    env: { LOG_LEVEL: process.env.LOG_LEVEL ?? 'fatal', TZ: 'UTC' },
  },
});
