import { hash, type KeyObject } from 'node:crypto'
import { equalBytes } from '@seashell/core/wire'

interface Kept {
  readonly key: KeyObject
  /** SHA-256 of the bytes: they tell whether the key is still theirs, and need not be here a second time for that. */
  readonly digest: Uint8Array
}

/**
 * Private keys as node:crypto wants them, kept for those who come again with the same array: making one anew costs more than a signature
 * with it, for OpenSSL computes the public key each time.
 *
 * The array stays the key. Once its owner has changed or wiped it, what was made of it is not used any more; and it is forgotten together
 * with the array, whereupon OpenSSL wipes its own copy.
 */
export class KeptKeys {
  readonly #kept = new WeakMap<Uint8Array, Kept>()

  /** Keeps what was made of an array, and returns it. */
  keep(privateKey: Uint8Array, key: KeyObject): KeyObject {
    this.#kept.set(privateKey, { key, digest: digestOf(privateKey) })
    return key
  }

  /** What was made of this very array, where it still has the same bytes. */
  find(privateKey: Uint8Array): KeyObject | undefined {
    const kept = this.#kept.get(privateKey)
    if (kept === undefined) return undefined
    if (equalBytes(kept.digest, digestOf(privateKey))) return kept.key
    this.#kept.delete(privateKey)
    return undefined
  }

  /** The same, for a key that is used once: it is kept no longer. */
  take(privateKey: Uint8Array): KeyObject | undefined {
    const key = this.find(privateKey)
    this.#kept.delete(privateKey)
    return key
  }
}

function digestOf(privateKey: Uint8Array): Uint8Array {
  return hash('sha256', privateKey, 'buffer')
}
