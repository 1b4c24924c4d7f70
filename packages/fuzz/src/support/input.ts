import { WireWriter } from '@seashell/core/wire'

/** Reads decisions from an input, and never runs out: what is not there is zero, or empty. So every input means something. */
export class Input {
  readonly #data: Uint8Array
  #offset = 0

  constructor(data: Uint8Array) {
    this.#data = data
  }

  /** Whether anything is left. */
  get more(): boolean {
    return this.#offset < this.#data.length
  }

  /** One byte. */
  byte(): number {
    return this.#data[this.#offset++] ?? 0
  }

  /** One of several, by one byte. */
  pick<T>(choices: readonly T[]): T {
    return choices[this.byte() % choices.length]!
  }

  /** Bytes with two bytes of length in front; as many as are there where it says more. A copy. */
  bytes(): Uint8Array {
    const length = this.byte() * 256 + this.byte()
    const start = Math.min(this.#offset, this.#data.length)
    const found = this.#data.slice(start, start + length)
    this.#offset = start + found.length
    return found
  }

  /** All that is left. A copy. */
  rest(): Uint8Array {
    const found = this.#data.slice(this.#offset)
    this.#offset = this.#data.length
    return found
  }
}

/** What {@link Input.bytes} reads. */
export function sized(bytes: Uint8Array): Uint8Array {
  return new WireWriter(bytes.length + 2)
    .writeByte(bytes.length >> 8)
    .writeByte(bytes.length)
    .writeBytes(bytes)
    .finish()
}
