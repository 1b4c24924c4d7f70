import { BODY_ADDRESS, NONCE_ADDRESS, SCHEDULE_ADDRESS } from '../src/layout.ts'

/**
 * Where things are in the module's memory. All in front of the body is zero between calls, but for what is written there before each; nothing
 * else has to be.
 */
export const layout = {
  /** The counter block: a nonce of 12 bytes, and the counter as a little-endian uint32, as WebAssembly adds. */
  counterBlock: NONCE_ADDRESS,
  /** Up to 15 round keys. To begin with, the key itself. */
  roundKeys: SCHEDULE_ADDRESS,
  /** The tables of GHASH, 512 bytes for the hash key, and 512 for its square. */
  hashTables: SCHEDULE_ADDRESS + 15 * 16,
  /** What GHASH has come to: 16 bytes. */
  hash: BODY_ADDRESS - 32,
  /** In front of the body a block, first of what counter block 1 encrypts, then of associated data. */
  firstBlock: BODY_ADDRESS - 16,
  /** `length`, of which only the body's place matters. */
  head: BODY_ADDRESS - 4,
  /** `body ‖ tag`. */
  body: BODY_ADDRESS,
} as const
