import { KEYS_ADDRESS, PACKET_ADDRESS } from '../src/layout.ts'

/**
 * Where things are in the module's memory. All in front of the packet is zero between calls, but for the keys, which are written there before
 * each; nothing else has to be.
 */
export const layout = {
  /** K_2, which encrypts the body: 32 bytes. */
  bodyKey: KEYS_ADDRESS,
  /** K_1, which encrypts the packet length: 32 bytes. */
  lengthKey: KEYS_ADDRESS + 32,
  /** What Poly1305 absorbs last where it is no whole block: 16 bytes. */
  lastBlock: 64,
  /** The tag that came with a packet: 16 bytes. */
  tag: 80,
  /** The accumulator of Poly1305: five words of 8 bytes. */
  accumulator: 96,
  /** The multiplier of Poly1305: r in four words of 8 bytes, then s in three. */
  multiplier: 136,
  /** The input of ChaCha20: sixteen words, each of four blocks, 256 bytes. */
  state: 256,
  /** The first four blocks of keystream: that of the packet length, and blocks 0 to 2 of the body's. */
  keystream: 512,
  /** `length ‖ body ‖ tag`. */
  packet: PACKET_ADDRESS,
} as const
