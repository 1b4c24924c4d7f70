/** The block of AES, in bytes. */
export const BLOCK_LENGTH = 16

/** Blocks of L bits want new keys after 2^(L/4) of them (RFC 4344 §3.2): 2^32 blocks of 16 bytes, 64 GiB. */
export const KEY_LIMIT: number = 2 ** 32 * BLOCK_LENGTH
