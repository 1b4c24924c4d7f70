import type { Check } from './check.ts'
import { failure } from './expect.ts'

/**
 * What an algorithm is held against. Round trips prove nothing: an implementation that swaps the halves of its key agrees with itself.
 * So there has to be a known answer or a second implementation, and where there is neither, a word on why.
 */
export interface Evidence<Vector, Reference> {
  /** Known answers from elsewhere: an RFC, NIST, a transcript of another implementation. */
  readonly vectors?: readonly Vector[]
  /** A second implementation, by somebody else. */
  readonly reference?: Reference
  /** Why there are neither vectors nor a reference; it becomes part of a check's name, for all to see. */
  readonly unverified?: string
}

/** What every known answer has. */
export interface Sourced {
  /** Where it comes from: 'RFC 8452 C.2'. */
  readonly source: string
}

/** The check that there is something to hold the algorithm against. */
export function evidenceCheck({ vectors = [], reference, unverified }: Evidence<Sourced, unknown>): Check {
  const isVerified = vectors.length > 0 || reference !== undefined
  return {
    name: unverified === undefined ? 'is held against known answers or a second implementation' : `is not verified: ${unverified}`,
    run() {
      if (unverified !== undefined && unverified.trim() === '') throw failure('unverified to say why', 'nothing')
      if (isVerified && unverified !== undefined) {
        throw failure('unverified only where there are neither vectors nor a reference', 'one of them beside it')
      }
      if (!isVerified && unverified === undefined) {
        throw failure('vectors from elsewhere, a reference, or `unverified` with the reason why there are none', 'nothing of the three')
      }
      const unnamed = vectors.findIndex(({ source }) => source.trim() === '')
      if (unnamed !== -1) throw failure('every vector to name its source', `none at vector ${unnamed}`)
    },
  }
}

/** One check for each known answer. */
export function vectorChecks<Vector extends Sourced>(
  { vectors = [] }: Evidence<Vector, unknown>,
  run: (vector: Vector) => void | Promise<void>,
): Check[] {
  return vectors.map((vector) => ({ name: `gives the answer of ${vector.source}`, run: () => run(vector) }))
}

/**
 * What else has to be refused is known to those alone who know the algorithm: a list of it, or one sentence why there is nothing.
 */
export type Hostile<Value> = readonly Value[] | string

/** The check that somebody has thought about it. */
export function hostileCheck(what: string, examples: string, hostile: Hostile<unknown> | undefined): Check {
  return {
    name: typeof hostile === 'string' ? `has no ${what} to refuse: ${hostile}` : `has ${what} to refuse`,
    run() {
      if (hostile === undefined || hostile.length === 0) {
        throw failure(
          `a list of ${what} (${examples}), or one sentence why there are none`,
          hostile === undefined ? 'neither' : 'nothing in it',
        )
      }
    },
  }
}
