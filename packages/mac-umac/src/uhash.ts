import { invalidArgument, readUint32, writeUint32 } from '@seashell/core/wire'
import { InnerProduct } from './inner-product.ts'
import type { DeriveKey } from './kdf.ts'
import { nh } from './nh.ts'
import { Polynomial } from './polynomial.ts'

/** Bytes of message that NH makes 64 bits of (RFC 4418 §5.2). */
const CHUNK_LENGTH = 1024

/** NH takes messages in multiples of so many bytes. */
const GROUP_LENGTH = 32

/** Each iteration begins so many words further on in one key, which they share (RFC 4418 §5.1: 16 bytes). */
const KEY_SHIFT = 4

/** Longer messages need POLY with words of 128 bits (RFC 4418 §5.3). No packet of SSH is that long, and OpenSSH has none either. */
const MAX_LENGTH = 2 ** 24

/** What one iteration has for itself. */
interface Iteration {
  readonly polynomial: Polynomial
  readonly innerProduct: InnerProduct
}

/**
 * UHASH (RFC 4418 §5): a universal hash, 32 bits for each of its iterations. By itself it is no MAC: it needs a pad for each message.
 */
export class Uhash {
  readonly #nhKey: Uint32Array
  readonly #iterations: readonly Iteration[]
  /** Scratch space. What it holds of a message between calls is overwritten by the next one, and wiped in the end. */
  readonly #chunk = new Uint8Array(CHUNK_LENGTH)
  readonly #chunkView = new DataView(this.#chunk.buffer)
  readonly #words = new Uint32Array(CHUNK_LENGTH / 4)
  readonly #result = new Uint32Array(2)

  /** @param iterations 1 to 4: the tag has four bytes for each */
  constructor(derive: DeriveKey, iterations: number) {
    const shared = derive(1, CHUNK_LENGTH + (iterations - 1) * KEY_SHIFT * 4)
    const [polynomials, factors, masks] = [derive(2, iterations * 24), derive(3, iterations * 64), derive(4, iterations * 4)]
    this.#nhKey = Uint32Array.from({ length: shared.length / 4 }, (_, index) => readUint32(shared, index * 4))
    this.#iterations = Array.from({ length: iterations }, (_, index) => ({
      polynomial: new Polynomial(readUint32(polynomials, index * 24), readUint32(polynomials, index * 24 + 4)),
      innerProduct: new InnerProduct(factors.subarray(index * 64, index * 64 + 64), readUint32(masks, index * 4)),
    }))
    for (const bytes of [shared, polynomials, factors, masks]) bytes.fill(0)
  }

  /**
   * Hashes a message.
   *
   * @param data at most 2^24 bytes, which are not changed
   * @param hash room for four bytes for each iteration
   * @throws SSHError `ARGUMENT` where the message is longer
   */
  hash(data: Uint8Array, hash: Uint8Array): void {
    if (data.length > MAX_LENGTH) throw invalidArgument(`expected at most ${MAX_LENGTH} bytes for UMAC; got ${data.length}`)
    // One chunk is hashed by NH alone (RFC 4418 §5.1).
    const isOneChunk = data.length <= CHUNK_LENGTH
    for (const { polynomial } of this.#iterations) polynomial.restart()
    for (let offset = 0; offset === 0 || offset < data.length; offset += CHUNK_LENGTH) {
      const end = Math.min(offset + CHUNK_LENGTH, data.length)
      const words = this.#load(data.subarray(offset, end))
      for (let index = 0; index < this.#iterations.length; index++) {
        nh(this.#nhKey, index * KEY_SHIFT, this.#words, words, (end - offset) * 8, this.#result)
        if (!isOneChunk) this.#iterations[index]!.polynomial.update(this.#result[0]!, this.#result[1]!)
        else this.#finish(index, hash)
      }
    }
    if (isOneChunk) return
    for (let index = 0; index < this.#iterations.length; index++) {
      this.#iterations[index]!.polynomial.finish(this.#result)
      this.#finish(index, hash)
    }
  }

  /** Wipes the keys. */
  destroy(): void {
    for (const bytes of [this.#nhKey, this.#chunk, this.#words, this.#result]) bytes.fill(0)
    for (const { polynomial, innerProduct } of this.#iterations) {
      polynomial.destroy()
      innerProduct.destroy()
    }
  }

  /** The last layer, from `#result` to an iteration's place in the hash. */
  #finish(index: number, hash: Uint8Array): void {
    writeUint32(hash, index * 4, this.#iterations[index]!.innerProduct.hash(this.#result[0]!, this.#result[1]!))
  }

  /**
   * Reads a chunk, padded with zeros, as little-endian words: the key's are big-endian (RFC 4418 §5.2.1).
   *
   * @returns how many words: at least 8, for an empty message too
   */
  #load(bytes: Uint8Array): number {
    const length = Math.max(GROUP_LENGTH, Math.ceil(bytes.length / GROUP_LENGTH) * GROUP_LENGTH)
    this.#chunk.set(bytes)
    this.#chunk.fill(0, bytes.length, length)
    for (let index = 0; index < length / 4; index++) this.#words[index] = this.#chunkView.getUint32(index * 4, true)
    return length / 4
  }
}
