import { existsSync, readFileSync } from 'node:fs'

/** A group of test cases; what it holds besides `tests` depends on the file. */
export type WycheproofGroup<Group, Test> = Group & { readonly tests: readonly (Test & WycheproofCase)[] }

interface WycheproofCase {
  readonly tcId: number
  readonly comment: string
  readonly flags: readonly string[]
  readonly result: 'valid' | 'invalid' | 'acceptable'
}

/** A file of Project Wycheproof. */
export interface WycheproofFile<Group, Test> {
  readonly numberOfTests: number
  readonly testGroups: readonly WycheproofGroup<Group, Test>[]
}

/**
 * Reads a file of Project Wycheproof (C2SP/wycheproof) from the folder beside the checkout that holds them, and says so where there is
 * none: then the vectors beside each family are what remains.
 *
 * @param name the file's name, `x25519_test.json`
 */
export function wycheproof<Group, Test>(name: string): WycheproofFile<Group, Test> | undefined {
  const file = new URL(`../../../../shared/vectors/wycheproof/${name}`, import.meta.url)
  if (!existsSync(file)) {
    console.warn(`Project Wycheproof's ${name} is not beside this checkout: its cases do not run`)
    return undefined
  }
  return JSON.parse(readFileSync(file, 'utf8')) as WycheproofFile<Group, Test>
}
