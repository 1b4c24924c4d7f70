/** More of it is left to the garbage collector. */
const SPARE_ROOMS = 8
const SPARE_LENGTH_MAXIMUM = 1_048_576

/**
 * Memory for what sockets write, all of them together: a batch of packets needs more than is cheap to allocate each time, and is in the
 * system's hands soon after. What is in it is ciphertext, or went out in clear.
 */
export class Rooms {
  readonly #spare: Uint8Array[] = []

  /** Memory of at least so many bytes, whatever is in it. */
  take(length: number): Uint8Array {
    // As good as all are of one length: one that is too short makes way for one that is not.
    const room = this.#spare.pop()
    return room !== undefined && room.length >= length ? room : new Uint8Array(length)
  }

  /** What was in a room, whole as it was taken, has been written: it is free again. Said once, for it may be lent again. */
  release(room: Uint8Array): void {
    if (this.#spare.length < SPARE_ROOMS && room.length <= SPARE_LENGTH_MAXIMUM) this.#spare.push(room)
  }
}

/** What one stream borrows: a room at a time, from when it is lent until it is written. */
export class Loan {
  readonly #rooms: Rooms
  #room: Uint8Array | undefined

  constructor(rooms: Rooms) {
    this.#rooms = rooms
  }

  /** A room of at least so many bytes. One that was lent before and is not written is left to the garbage collector. */
  take(length: number): Uint8Array {
    return (this.#room = this.#rooms.take(length))
  }

  /** The room that bytes are in, for whoever writes them to release; undefined where they are in none, or it was claimed already. */
  claim(bytes: Uint8Array): Uint8Array | undefined {
    const room = this.#room
    if (room === undefined || room.buffer !== bytes.buffer) return undefined
    this.#room = undefined
    return room
  }
}
