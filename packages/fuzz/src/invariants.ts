import { isSSHError, type MaybePromise, type SSHErrorCode } from '@seashell/core'
import type { Fault, SSHError } from '@seashell/core'

/** A promise of the library that an input has broken. */
class BrokenInvariant extends Error {
  override readonly name = 'BrokenInvariant'
}

/** Throws {@link BrokenInvariant} where a promise does not hold. */
export function expect(holds: boolean, promise: string): asserts holds {
  if (!holds) throw new BrokenInvariant(promise)
}

/** How a function may refuse what it is given. */
export interface Refusal {
  /** The codes that its documentation names. */
  readonly codes: readonly SSHErrorCode[]
  /** Whose fault it says it is. */
  readonly faults: readonly Fault[]
}

/** What a refusing function came to: a value, or nothing where it refused as it may. */
export type Attempt<T> = { readonly value: T } | undefined

/** Calls a function that may refuse; any other throw goes on, and is a find. */
export function attempt<T>(run: () => T, refusal: Refusal): Attempt<T> {
  try {
    return { value: run() }
  } catch (error) {
    checkRefusal(error, refusal)
    return undefined
  }
}

/** The same of a function that may be asynchronous. */
export async function attemptAsync<T>(run: () => MaybePromise<T>, refusal: Refusal): Promise<Attempt<T>> {
  try {
    return { value: await run() }
  } catch (error) {
    checkRefusal(error, refusal)
    return undefined
  }
}

/** Throws what is no refusal of the promised form. */
export function checkRefusal(error: unknown, { codes, faults }: Refusal): asserts error is SSHError {
  if (!isSSHError(error)) throw error
  if (codes.includes(error.code) && faults.includes(error.fault) && error.message !== '') return
  const promised = `${codes.join(', ')} with fault ${faults.join(' or ')}`
  throw new BrokenInvariant(`${promised} is promised; thrown was ${error.code} with fault ${error.fault}: ${error.message}`, {
    cause: error,
  })
}
