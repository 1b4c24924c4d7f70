/** More of it is left to the garbage collector. */
const SPARE_ROOMS = 8
const SPARE_LENGTH_MAXIMUM = 1_048_576

/**
 * Memory for what sockets write, all of them together: a batch of packets needs more than is cheap to allocate each time, and is in the
 * system's hands soon after. What is in it is ciphertext, or went out in clear.
 */
export class Rooms {
  readonly #spare: Uint8Array[] = []
  readonly #lent = new WeakSet<ArrayBufferLike>()

  /** Memory of at least so many bytes, whatever is in it. */
  take(length: number): Uint8Array {
    const found = this.#spare.findIndex((room) => room.length >= length)
    const room = found === -1 ? new Uint8Array(length) : this.#spare.splice(found, 1)[0]!
    this.#lent.add(room.buffer)
    return room
  }

  /** Bytes have been written: where they are in memory of ours, it is free again. Once, for they may be lent again. */
  release(written: Uint8Array): void {
    if (!this.#lent.delete(written.buffer)) return
    if (this.#spare.length < SPARE_ROOMS && written.buffer.byteLength <= SPARE_LENGTH_MAXIMUM)
      this.#spare.push(new Uint8Array(written.buffer))
  }
}
