// Where the module has what JavaScript brings, and how far behind the packet it writes: `wasm/` is built with the same numbers.

/** Where the keys are, 64 bytes: that of the body, then that of the packet length. */
export const KEYS_ADDRESS = 0

/** Where the packet is; four bytes further on, the body is aligned to 16. */
export const PACKET_ADDRESS = 780

/** How many bytes are encrypted at once: four blocks of ChaCha20. So up to 255 bytes behind a body change. */
export const STRIDE_LENGTH = 256
