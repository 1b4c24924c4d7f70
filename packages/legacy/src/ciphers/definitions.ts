import type { MacCipherDefinition } from '@seashell/core'
import { createAes } from './aes.ts'
import { defineArcfour } from './arcfour.ts'
import { createBlowfish } from './blowfish.ts'
import { createCast128 } from './cast128.ts'
import { defineCbc, defineCtr } from './modes.ts'
import { createTripleDes } from './triple-des.ts'

// Whole, for a template is a call that bundlers cannot leave out.
const CBC =
  'with a plain MAC, what a peer does with a packet length that is not authenticated yet tells parts of the plaintext (CVE-2008-5161); ' +
  'use it with an -etm@openssh.com MAC and strict key exchange at least'
const SHORT_BLOCKS = 'blocks of 8 bytes collide after some gigabytes, and a collision tells plaintext (Sweet32, CVE-2016-2183)'
const SHORT_BLOCKS_CBC =
  'blocks of 8 bytes collide after some gigabytes, and a collision tells plaintext (Sweet32, CVE-2016-2183); and with a plain MAC, what a ' +
  'peer does with a packet length that is not authenticated yet tells parts of it sooner (CVE-2008-5161)'
const RC4 = 'the keystream of RC4 is biased, so that what is sent often enough can be read (RFC 8758)'

/** `aes256-cbc` (RFC 4253 §6.3): AES with a key of 32 bytes and cipher block chaining. IV of 16. */
export const aes256Cbc: MacCipherDefinition = /* @__PURE__ */ aesCbc('aes256-cbc', 32)

/** `aes192-cbc` (RFC 4253 §6.3): AES with a key of 24 bytes and cipher block chaining. IV of 16. */
export const aes192Cbc: MacCipherDefinition = /* @__PURE__ */ aesCbc('aes192-cbc', 24)

/** `aes128-cbc` (RFC 4253 §6.3): AES with a key of 16 bytes and cipher block chaining. IV of 16. */
export const aes128Cbc: MacCipherDefinition = /* @__PURE__ */ aesCbc('aes128-cbc', 16)

/** `3des-ctr` (RFC 4344 §4): triple DES with a key of 24 bytes in counter mode. IV of 8. */
export const tripleDesCtr: MacCipherDefinition = /* @__PURE__ */ defineCtr({
  name: '3des-ctr',
  provider: 'seashell',
  insecure: SHORT_BLOCKS,
  keyLength: 24,
  blockLength: 8,
  create: createTripleDes,
})

/** `3des-cbc` (RFC 4253 §6.3): triple DES with a key of 24 bytes and cipher block chaining. IV of 8. */
export const tripleDesCbc: MacCipherDefinition = /* @__PURE__ */ defineCbc({
  name: '3des-cbc',
  provider: 'seashell',
  insecure: SHORT_BLOCKS_CBC,
  keyLength: 24,
  blockLength: 8,
  create: createTripleDes,
})

/** `blowfish-cbc` (RFC 4253 §6.3): Blowfish with a key of 16 bytes and cipher block chaining. IV of 8. */
export const blowfishCbc: MacCipherDefinition = /* @__PURE__ */ defineCbc({
  name: 'blowfish-cbc',
  provider: 'seashell',
  insecure: SHORT_BLOCKS_CBC,
  keyLength: 16,
  blockLength: 8,
  create: createBlowfish,
})

/** `cast128-cbc` (RFC 4253 §6.3): CAST-128 with a key of 16 bytes and cipher block chaining. IV of 8. */
export const cast128Cbc: MacCipherDefinition = /* @__PURE__ */ defineCbc({
  name: 'cast128-cbc',
  provider: 'seashell',
  insecure: SHORT_BLOCKS_CBC,
  keyLength: 16,
  blockLength: 8,
  create: createCast128,
})

/** `arcfour256` (RFC 4345 §4): RC4 with a key of 32 bytes, less the first 1536 bytes of its keystream. No IV. */
export const arcfour256: MacCipherDefinition = /* @__PURE__ */ defineArcfour({
  name: 'arcfour256',
  keyLength: 32,
  discardLength: 1536,
  insecure: RC4,
})

/** `arcfour128` (RFC 4345 §4): RC4 with a key of 16 bytes, less the first 1536 bytes of its keystream. No IV. */
export const arcfour128: MacCipherDefinition = /* @__PURE__ */ defineArcfour({
  name: 'arcfour128',
  keyLength: 16,
  discardLength: 1536,
  insecure: RC4,
})

/** `arcfour` (RFC 4253 §6.3): RC4 with a key of 16 bytes, from the first byte of its keystream on. No IV. */
export const arcfour: MacCipherDefinition = /* @__PURE__ */ defineArcfour({
  name: 'arcfour',
  keyLength: 16,
  discardLength: 0,
  insecure:
    "the first bytes of RC4's keystream tell of the key, and all of it is biased, so that what is sent often can be read (RFC 8758)",
})

function aesCbc(name: string, keyLength: number): MacCipherDefinition {
  return defineCbc({ name, provider: 'noble', insecure: CBC, keyLength, blockLength: 16, create: createAes })
}
