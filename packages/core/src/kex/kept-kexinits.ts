import { COOKIE_LENGTH } from '../negotiation/kexinit.ts'
import { sharedBytes } from '../shared-bytes.ts'
import { concatBytes } from '../wire/bytes.ts'

/** The message number and the cookie: all that a KEXINIT shares with no other. */
const HEAD_LENGTH = 1 + COOKIE_LENGTH

/** The two KEXINITs of an exchange that is complete, message numbers included. */
export class KeptKexInits {
  /** Our head, then the peer's, one character for each byte: an array for so few takes four times as much memory. */
  readonly #heads: string
  readonly #ours: Uint8Array
  readonly #theirs: Uint8Array

  constructor(ours: Uint8Array, theirs: Uint8Array) {
    this.#heads = String.fromCharCode(...ours.subarray(0, HEAD_LENGTH), ...theirs.subarray(0, HEAD_LENGTH))
    this.#ours = sharedBytes(ours.subarray(HEAD_LENGTH))
    this.#theirs = sharedBytes(theirs.subarray(HEAD_LENGTH))
  }

  /** Ours; a copy. */
  get ours(): Uint8Array {
    return this.#whole(0, this.#ours)
  }

  /** The peer's; a copy. */
  get theirs(): Uint8Array {
    return this.#whole(HEAD_LENGTH, this.#theirs)
  }

  #whole(start: number, lists: Uint8Array): Uint8Array {
    return concatBytes(
      Uint8Array.from({ length: HEAD_LENGTH }, (_, index) => this.#heads.charCodeAt(start + index)),
      lists,
    )
  }
}
