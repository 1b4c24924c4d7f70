import type { MaybePromise } from '@seashell/core'

/** One thing that an algorithm has to do right. */
export interface Check {
  /** What is promised, in a sentence. */
  readonly name: string
  /** Tries it, and throws an Error that says what was expected and what came where it fails. */
  run(): MaybePromise<void>
}

/** As much of a test runner as is needed: vitest's and node:test's `it` and `test` fit, and so do Jest's, Deno's and Bun's. */
export type It = (name: string, run: () => Promise<void>) => unknown

/**
 * Makes each check a test of its own.
 *
 * @param checks what one of the `…Checks` functions returned
 * @param it the runner's `it` or `test`
 *
 * @example
 * ```ts
 * import { describe, it } from 'node:test'
 * import { aes256Ctr } from '@seashell/cipher-aes'
 * import { cipherChecks, register } from '@seashell/conformance'
 *
 * describe(aes256Ctr.name, () => register(cipherChecks(aes256Ctr, { unverified: 'an example' }), it))
 * ```
 */
export function register(checks: readonly Check[], it: It): void {
  for (const check of checks) it(check.name, async () => await check.run())
}
