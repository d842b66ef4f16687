import { defineConfig } from 'vitest/config';

/** The stories run whole processes from the built files, one story at a time. */
export default defineConfig({
  resolve: { conditions: ['ubot-source', 'node'] },
  ssr: { resolve: { conditions: ['ubot-source', 'node'] } },
  test: {
    root: import.meta.dirname,
    include: ['*.story.test.ts'],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 180_000,
    // As for `npm test`: the processes of a story have the machine to share.
    retry: process.env['CI'] === undefined ? 0 : 1,
    reporters: ['verbose'],
    disableConsoleIntercept: true,
  },
});
