import { equalBytes, isSSHError } from '@seashell/core/wire'
import type { Fault, SSHErrorCode } from '@seashell/core'
import { toHex } from './bytes.ts'

/** The error of a check that failed. */
export function failure(expected: string, found: string): Error {
  return new Error(`expected ${expected}; found ${found}`)
}

/** Fails unless it holds. */
export function expectThat(holds: boolean, expected: string, found: string): void {
  if (!holds) throw failure(expected, found)
}

/** Fails unless both have the same bytes; says where they part. */
export function expectBytes(what: string, found: unknown, expected: Uint8Array): asserts found is Uint8Array {
  if (!(found instanceof Uint8Array)) throw failure(`${what} to be a Uint8Array`, describe(found))
  if (equalBytes(found, expected)) return
  const length = Math.min(found.length, expected.length)
  let index = 0
  while (index < length && found[index] === expected[index]) index++
  throw failure(
    `${what} to be ${expected.length} bytes, from byte ${index} on ${excerpt(expected, index)}`,
    `${found.length} bytes, from there on ${excerpt(found, index)}`,
  )
}

/** What an error has to look like. */
export interface Refusal {
  /** One of these codes. */
  readonly codes: readonly SSHErrorCode[]
  /** Whose fault, if that is fixed. */
  readonly fault?: Fault
  /** Which reason a DISCONNECT gives (RFC 4253 §11.1), if that is fixed. */
  readonly reason?: number
  /** What the message tells, if people need that to find their mistake: the name of a field, a length. */
  readonly tells?: readonly RegExp[]
}

/** How a packet that is not authentic is refused. */
export const NOT_AUTHENTIC: Refusal = { codes: ['MAC'], fault: 'peer', reason: 5 }
/** How a public value of a key exchange is refused. */
export const BAD_PUBLIC_VALUE: Refusal = { codes: ['KEY_EXCHANGE'], fault: 'peer', reason: 3 }
/** How a message of a key exchange is refused. */
export const BAD_MESSAGE: Refusal = { codes: ['KEY_EXCHANGE', 'MALFORMED', 'LIMIT', 'PROTOCOL'], fault: 'peer' }
/** How compressed data is refused. */
export const NOT_COMPRESSED: Refusal = { codes: ['COMPRESSION'], fault: 'peer', reason: 6 }
/** How a public key is refused. */
export const BAD_PUBLIC_KEY: Refusal = { codes: ['KEY'], fault: 'peer' }
/** How a private key is refused. */
export const BAD_PRIVATE_KEY: Refusal = { codes: ['KEY', 'MALFORMED'] }
/** How an argument is refused. */
export const BAD_ARGUMENT: Refusal = { codes: ['ARGUMENT'], fault: 'caller' }
/** How the use of what was destroyed is refused. */
export const CLOSED: Refusal = { codes: ['CLOSED'], fault: 'caller' }

/** What a message about a wrong length tells: both lengths. Zero may be put into words: no initial vector, nothing. */
export function bothLengths(expected: number, found: number): RegExp[] {
  return [expected, found].filter((length) => length > 0).map((length) => new RegExp(`\\b${length}\\b`))
}

/** Fails unless the call throws, or rejects with, an SSHError of that sort. */
export async function expectRefusal(what: string, call: () => unknown, expected: Refusal): Promise<void> {
  let result: unknown
  try {
    result = await call()
  } catch (error) {
    return expectRefusedBy(what, error, expected)
  }
  throw failure(`${what} to be refused with ${describeRefusal(expected)}`, `that it was accepted, and gave ${describe(result)}`)
}

/** Fails unless the error is an SSHError of that sort. */
export function expectRefusedBy(what: string, error: unknown, { codes, fault, reason, tells = [] }: Refusal): void {
  const fits =
    isSSHError(error) &&
    codes.includes(error.code) &&
    (fault === undefined || error.fault === fault) &&
    (reason === undefined || error.reason === reason)
  if (!fits) throw failure(`${what} to be refused with ${describeRefusal({ codes, fault, reason })}`, describe(error))
  const missing = tells.find((part) => !part.test(error.message))
  if (missing !== undefined) throw failure(`${what} to be refused by a message with ${missing.source}`, error.message)
}

function describeRefusal({ codes, fault, reason }: { readonly [Key in keyof Refusal]?: Refusal[Key] | undefined }): string {
  const parts = [`SSHError ${codes!.join(' or ')}`]
  if (fault !== undefined) parts.push(`fault '${fault}'`)
  if (reason !== undefined) parts.push(`reason ${reason}`)
  return parts.join(', ')
}

/** A value for people. */
export function describe(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} bytes, ${excerpt(value, 0)}`
  if (isSSHError(value)) return `SSHError ${value.code}, fault '${value.fault}', reason ${value.reason}: ${value.message}`
  if (value instanceof Error) return `${value.name}: ${value.message}`
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

function excerpt(bytes: Uint8Array, start: number): string {
  const end = start + 16
  return bytes.length === start ? 'nothing' : `${toHex(bytes.subarray(start, end))}${bytes.length > end ? '…' : ''}`
}
