import { sha256, sha512 } from '@noble/hashes/sha2.js'
import type { PublicKeyDefinition } from '@seashell/core'
import { defineRsa } from './rsa.ts'

/** `rsa-sha2-512` (RFC 8332 §3): RSASSA-PKCS1-v1_5 with SHA-512, over keys of format `ssh-rsa`. */
export const rsaSha2_512: PublicKeyDefinition = /* @__PURE__ */ defineRsa({
  name: 'rsa-sha2-512',
  hash: sha512,
  // SEQUENCE { SEQUENCE { OBJECT IDENTIFIER 2.16.840.1.101.3.4.2.3, NULL }, OCTET STRING of 64 bytes }
  digestInfo: [0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40],
})

/** `rsa-sha2-256` (RFC 8332 §3): RSASSA-PKCS1-v1_5 with SHA-256, over keys of format `ssh-rsa`. */
export const rsaSha2_256: PublicKeyDefinition = /* @__PURE__ */ defineRsa({
  name: 'rsa-sha2-256',
  hash: sha256,
  // SEQUENCE { SEQUENCE { OBJECT IDENTIFIER 2.16.840.1.101.3.4.2.1, NULL }, OCTET STRING of 32 bytes }
  digestInfo: [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20],
})

/** What this package registers, most preferred first; the order is OpenSSH's. */
export const rsaPublicKeys: readonly PublicKeyDefinition[] = /* @__PURE__ */ Object.freeze([rsaSha2_512, rsaSha2_256])
