// Where the module has what JavaScript brings and takes, and how far behind the body it writes: `wasm/` is built with the same numbers.

/** Where the nonce is, 12 bytes; the four behind it are the module's. */
export const NONCE_ADDRESS = 0

/** Where the schedule of a key is: what `makeSchedule` makes of the key that is there, and the other functions want. */
export const SCHEDULE_ADDRESS = 16

/** Bytes of a schedule: 15 round keys, fewer of which are used with short keys, and two tables of GHASH. */
export const SCHEDULE_LENGTH = 1264

/** Where the body of a packet is, aligned to 16. The packet begins four bytes before. */
export const BODY_ADDRESS = 1312

/** How many bytes from there on `makeSchedule` leaves things in. */
export const SCRATCH_LENGTH = 128

/** How many bytes are encrypted at once: six blocks. So what is behind a body changes, up to so many bytes from the last whole six. */
export const STRIDE_LENGTH = 96
