import { defineConfig } from 'vitest/config'

/** Tests run from source: the condition picks `src/*.ts` of every package, so nothing is built first. */
const conditions = ['@seashell/source', 'module', 'node', 'development|production']

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { conditions },
        ssr: { resolve: { conditions } },
        test: {
          name: 'node',
          include: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts', 'bench/test/**/*.test.ts'],
          testTimeout: 30_000,
        },
      },
    ],
  },
})
