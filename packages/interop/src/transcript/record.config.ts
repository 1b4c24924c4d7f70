import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const conditions = ['@seashell/source', 'module', 'node', 'development|production']

/** For `pnpm --filter @seashell/interop record`, which is no test: it runs from source, as tests do, and says what went wrong where. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { include: ['record.main.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
})
