import type { Hash } from '../algorithms/definition.ts'
import { keyLengths, type DirectionKeys } from '../packets/protection.ts'
import type { NegotiatedDirection } from '../negotiation/negotiate.ts'
import { concatBytes, encodeAscii } from '../wire/index.ts'

/** What the keys of an exchange are made of (RFC 4253 §7.2). */
export interface KeyMaterial {
  /** The hash of the method. */
  readonly hash: Hash
  /** The shared secret K, encoded as mpint or string. */
  readonly sharedSecret: Uint8Array
  /** The exchange hash H. */
  readonly exchangeHash: Uint8Array
  /** The exchange hash of the connection's first exchange. */
  readonly sessionID: Uint8Array
}

/** The letters of one direction's keys (RFC 4253 §7.2). */
export interface KeyLetters {
  readonly iv: string
  readonly key: string
  readonly macKey: string
}

/** The letters of both. */
export const keyLetters: { readonly clientToServer: KeyLetters; readonly serverToClient: KeyLetters } = {
  clientToServer: { iv: 'A', key: 'C', macKey: 'E' },
  serverToClient: { iv: 'B', key: 'D', macKey: 'F' },
}

/**
 * One key: HASH(K ‖ H ‖ letter ‖ session_id), lengthened by HASH(K ‖ H ‖ what there is so far) as often as it takes (RFC 4253 §7.2).
 *
 * @param letter 'A' to 'F'
 * @param length how many bytes
 */
export function deriveKey(material: KeyMaterial, letter: string, length: number): Uint8Array {
  const { hash, sharedSecret, exchangeHash, sessionID } = material
  if (length === 0) return new Uint8Array(0)
  let blocks = hashSecret(hash, sharedSecret, exchangeHash, encodeAscii(letter), sessionID)
  while (blocks.length < length) {
    const next = hashSecret(hash, sharedSecret, exchangeHash, blocks)
    const longer = concatBytes(blocks, next)
    for (const part of [blocks, next]) part.fill(0)
    blocks = longer
  }
  const key = blocks.slice(0, length)
  blocks.fill(0)
  return key
}

function hashSecret(hash: Hash, ...parts: readonly Uint8Array[]): Uint8Array {
  const input = concatBytes(...parts)
  const digest = hash(input)
  input.fill(0)
  return digest
}

/** The keys of one direction, as long as its algorithms want them. */
export function deriveDirection(material: KeyMaterial, letters: KeyLetters, { cipher, mac }: NegotiatedDirection): DirectionKeys {
  const lengths = keyLengths(cipher, mac)
  return {
    iv: deriveKey(material, letters.iv, lengths.iv),
    key: deriveKey(material, letters.key, lengths.key),
    macKey: deriveKey(material, letters.macKey, lengths.macKey),
  }
}
