import { COOKIE_LENGTH } from '../negotiation/kexinit.ts'
import { sharedBytes } from '../shared-bytes.ts'
import { concatBytes } from '../wire/bytes.ts'

/** The message number and the cookie: all that a KEXINIT shares with no other. */
const HEAD_LENGTH = 1 + COOKIE_LENGTH

/** The two KEXINITs of an exchange that is complete, message numbers included. */
export class KeptKexInits {
  /** Our head, then the peer's. */
  readonly #heads: Uint8Array
  readonly #ours: Uint8Array
  readonly #theirs: Uint8Array

  constructor(ours: Uint8Array, theirs: Uint8Array) {
    this.#heads = concatBytes(ours.subarray(0, HEAD_LENGTH), theirs.subarray(0, HEAD_LENGTH))
    this.#ours = sharedBytes(ours.subarray(HEAD_LENGTH))
    this.#theirs = sharedBytes(theirs.subarray(HEAD_LENGTH))
  }

  /** Ours; a copy. */
  get ours(): Uint8Array {
    return concatBytes(this.#heads.subarray(0, HEAD_LENGTH), this.#ours)
  }

  /** The peer's; a copy. */
  get theirs(): Uint8Array {
    return concatBytes(this.#heads.subarray(HEAD_LENGTH), this.#theirs)
  }
}
