import { defineConfig } from 'vitest/config';

const conditions = ['ubot-source', 'node'];

/** `npm test`: every package and service from its source, one PostgreSQL for all. The stories have test/vitest.config.ts. */
export default defineConfig({
  resolve: {
    conditions,
    // Node takes graphql's CommonJS form for everybody; two forms side by side would not know each other's types.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'services/*/src/**/*.test.ts',
      'examples/**/*.test.ts',
      'web/e2e/*.test.ts',
      'web/src/**/*.test.ts',
    ],
    globalSetup: ['packages/testing/src/vitest-global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Generous, because machines are noisy: a test that hangs fails all the same.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
    // On a shared machine now and then a deadline passes; the report names every test that needed another try.
    retry: process.env['CI'] === undefined ? 0 : 2,
  },
});
