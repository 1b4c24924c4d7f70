import { BODY_ADDRESS, NONCE_ADDRESS, SCHEDULE_ADDRESS, SCHEDULE_LENGTH, SCRATCH_LENGTH, STRIDE_LENGTH } from './layout.ts'
import { moduleHex } from './module-hex.ts'
import type { WebAssemblyLike, WebAssemblyMemoryLike } from './webassembly.ts'

/** Bytes of the packet length in front of a packet, and of the tag behind it. */
export const HEAD_LENGTH = 4
export const TAG_LENGTH = 16

/** WebAssembly's memory grows by so many bytes. */
const PAGE_LENGTH = 65_536

/** How far behind a body the module may write. */
const MARGIN_LENGTH: number = STRIDE_LENGTH + TAG_LENGTH

/** What the module exports; its functions are described in `wasm/module.ts`. */
interface Exports {
  readonly memory: WebAssemblyMemoryLike
  makeSchedule(keyLength: number): number
  seal(end: number, last: number): void
  open(end: number, last: number): number
}

/** What the module made of a key. */
export interface Schedule {
  /** Whose it is wipes it. */
  readonly bytes: Uint8Array
  /** Where the last round key has to be. */
  readonly last: number
}

/**
 * The module and its memory, which all connections share: each call brings its schedule, and nothing of it is there after it. The memory is as
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

  /** Expands a key of 16 or 32 bytes. */
  makeSchedule(key: Uint8Array): Schedule {
    this.#bytes.set(key, SCHEDULE_ADDRESS)
    const last = this.#exports.makeSchedule(key.length)
    const bytes = this.#bytes.slice(SCHEDULE_ADDRESS, SCHEDULE_ADDRESS + SCHEDULE_LENGTH)
    this.#bytes.fill(0, 0, BODY_ADDRESS + SCRATCH_LENGTH)
    return { bytes, last }
  }

  /** Seals `length ‖ body ‖ room for the tag` in place. */
  seal({ bytes, last }: Schedule, nonce: Uint8Array, packet: Uint8Array): void {
    const end = this.#bring(bytes, nonce, packet)
    this.#exports.seal(end, last)
    packet.set(this.#bytes.subarray(BODY_ADDRESS, end + TAG_LENGTH), HEAD_LENGTH)
  }

  /** Decrypts the body of `length ‖ body ‖ tag` in place and returns true, or changes nothing and returns false: it is not authentic. */
  open({ bytes, last }: Schedule, nonce: Uint8Array, packet: Uint8Array): boolean {
    const end = this.#bring(bytes, nonce, packet)
    const isAuthentic = this.#exports.open(end, last) === 1
    if (isAuthentic) packet.set(this.#bytes.subarray(BODY_ADDRESS, end), HEAD_LENGTH)
    this.#bytes.fill(0, BODY_ADDRESS, end + MARGIN_LENGTH)
    return isAuthentic
  }

  /** Copies everything to where the module wants it, and returns where the body will end. */
  #bring(schedule: Uint8Array, nonce: Uint8Array, packet: Uint8Array): number {
    const end = BODY_ADDRESS - HEAD_LENGTH + packet.length - TAG_LENGTH
    const missing = end + MARGIN_LENGTH - this.#bytes.length
    if (missing > 0) {
      this.#exports.memory.grow(Math.ceil(missing / PAGE_LENGTH))
      this.#bytes = new Uint8Array(this.#exports.memory.buffer)
    }
    this.#bytes.set(nonce, NONCE_ADDRESS)
    this.#bytes.set(schedule, SCHEDULE_ADDRESS)
    this.#bytes.set(packet, BODY_ADDRESS - HEAD_LENGTH)
    return end
  }
}

function fromHex(text: string): Uint8Array<ArrayBuffer> {
  const digits = text.replaceAll('\n', '')
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) => Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16))
}
