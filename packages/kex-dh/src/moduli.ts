import { bigIntToBytes, invalidArgument } from '@seashell/core/wire'
import { groupOf } from './group-of.ts'
import type { DiffieHellmanGroup } from './groups.ts'

/** The type of a modulus that is a safe prime (moduli(5)): no other is any good for group exchange. */
const TYPE_SAFE_PRIME = 2

/** Bits of the field `tests` (moduli(5)): the number is known to be composite; all others are primality tests that it has passed. */
const TEST_COMPOSITE = 1

/** RFC 4419 §3 has no group above 8192 bits in mind, and neither has OpenSSH: more would be a slip in the file. */
const LARGEST_BITS = 16_384

/**
 * Reads the text of OpenSSH's moduli file, `/etc/ssh/moduli` on most systems: what a server chooses from in group exchange.
 *
 * Each line is `time type tests tries size generator modulus` (moduli(5)); empty ones and those that begin with `#` are comments. Moduli
 * that are no safe primes or not tested are left out, as sshd leaves them out.
 *
 * @throws SSHError `ARGUMENT`, naming the line, where it has another form or its numbers do not fit each other
 *
 * @example
 * ```ts
 * import { sha256 } from '@noble/hashes/sha2.js'
 * import { defineGroupExchange, parseModuli } from '@seashell/kex-dh'
 *
 * declare const file: string // the content of /etc/ssh/moduli
 * const name = 'diffie-hellman-group-exchange-sha256'
 * const ours = defineGroupExchange({ name, hash: sha256, moduli: parseModuli(file) })
 * ```
 */
export function parseModuli(text: string): readonly DiffieHellmanGroup[] {
  return text.split(/\r?\n/).flatMap((line, index) => (/^\s*(#|$)/.test(line) ? [] : parseLine(line, index + 1)))
}

function parseLine(line: string, lineNumber: number): DiffieHellmanGroup[] {
  const fields = line.trim().split(/\s+/)
  const [, type, tests, , size, generator, modulus] = fields
  const isWellFormed = fields.length === 7 && fields.slice(0, 5).every((field) => /^\d+$/.test(field))
  if (!isWellFormed || !isHex(generator) || !isHex(modulus)) {
    throw bad(lineNumber, 'expected time, type, tests, tries and size as decimal numbers, generator and modulus as hexadecimal ones')
  }
  if (Number(type) !== TYPE_SAFE_PRIME || !isTested(Number(tests))) return []
  const [prime, g] = [BigInt(`0x${modulus}`), BigInt(`0x${generator}`)]
  const bits = prime.toString(2).length
  // The file's size is that of (p−1)/2.
  if (bits !== Number(size) + 1) throw bad(lineNumber, `expected a modulus of one bit more than the size ${size}; found one of ${bits}`)
  if (bits > LARGEST_BITS) throw bad(lineNumber, `expected a modulus of at most ${LARGEST_BITS} bits; found one of ${bits}`)
  if (prime % 2n === 0n) throw bad(lineNumber, 'expected an odd modulus; found an even one')
  if (g <= 1n || g >= prime - 1n) throw bad(lineNumber, 'expected a generator between 1 and modulus−1, both excluded')
  return [groupOf(bigIntToBytes(prime), g)]
}

function isTested(tests: number): boolean {
  return (tests & TEST_COMPOSITE) === 0 && tests !== 0
}

function isHex(text: string | undefined): text is string {
  return text !== undefined && /^[0-9a-f]+$/i.test(text)
}

function bad(lineNumber: number, message: string): Error {
  return invalidArgument(`line ${lineNumber} of the moduli: ${message}`)
}
