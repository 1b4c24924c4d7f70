import { readUint32 } from '@seashell/core/wire'
import { KEYS_ADDRESS, PACKET_ADDRESS, STRIDE_LENGTH } from './layout.ts'
import { moduleHex } from './module-hex.ts'
import type { WebAssemblyLike, WebAssemblyMemoryLike } from './webassembly.ts'

/** Bytes of the packet length in front of a packet, and of the tag behind it. */
export const HEAD_LENGTH = 4
export const TAG_LENGTH = 16

/** WebAssembly's memory grows by so many bytes. */
const PAGE_LENGTH = 65_536

/** What the module exports; its functions are described in `wasm/module.ts`. */
interface Exports {
  readonly memory: WebAssemblyMemoryLike
  seal(sequence: number, end: number): void
  open(sequence: number, end: number): number
  readLength(sequence: number, head: number): number
}

/**
 * The module and its memory, which all connections share: each call brings its keys, and none of them is there after it. The memory is as
 * long as the longest packet so far, in pages of 64 KiB, of which there is one to begin with.
 */
export class Engine {
  readonly #exports: Exports
  #bytes: Uint8Array

  /** @throws whatever the platform throws where it refuses WebAssembly, or this module */
  constructor(webAssembly: WebAssemblyLike) {
    const module = new webAssembly.Module(fromHex(moduleHex))
    this.#exports = new webAssembly.Instance(module as never).exports as Exports
    this.#bytes = new Uint8Array(this.#exports.memory.buffer)
  }

  /** Seals `length ‖ body ‖ room for the tag` in place. */
  seal(keys: Uint8Array, sequence: number, packet: Uint8Array): void {
    const end = this.#bring(keys, packet)
    this.#exports.seal(sequence, end)
    packet.set(this.#bytes.subarray(PACKET_ADDRESS, end + TAG_LENGTH))
  }

  /** Decrypts the body of `length ‖ body ‖ tag` in place and returns true, or changes nothing and returns false: it is not authentic. */
  open(keys: Uint8Array, sequence: number, packet: Uint8Array): boolean {
    const end = this.#bring(keys, packet)
    const isAuthentic = this.#exports.open(sequence, end) === 1
    if (isAuthentic) packet.set(this.#bytes.subarray(PACKET_ADDRESS + HEAD_LENGTH, end), HEAD_LENGTH)
    this.#bytes.fill(0, PACKET_ADDRESS, end + STRIDE_LENGTH)
    return isAuthentic
  }

  /** The packet length that the first four bytes of a packet tell. */
  readLength(keys: Uint8Array, sequence: number, head: Uint8Array): number {
    this.#bytes.set(keys, KEYS_ADDRESS)
    return this.#exports.readLength(sequence, readUint32(head, 0)) >>> 0
  }

  /** Copies keys and packet to where the module wants them, and returns where the body will end. */
  #bring(keys: Uint8Array, packet: Uint8Array): number {
    const missing = PACKET_ADDRESS + packet.length + STRIDE_LENGTH - this.#bytes.length
    if (missing > 0) {
      this.#exports.memory.grow(Math.ceil(missing / PAGE_LENGTH))
      this.#bytes = new Uint8Array(this.#exports.memory.buffer)
    }
    this.#bytes.set(keys, KEYS_ADDRESS)
    this.#bytes.set(packet, PACKET_ADDRESS)
    return PACKET_ADDRESS + packet.length - TAG_LENGTH
  }
}

function fromHex(text: string): Uint8Array<ArrayBuffer> {
  const digits = text.replaceAll('\n', '')
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) => Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16))
}
