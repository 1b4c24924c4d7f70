import { sha1 } from '@noble/hashes/legacy.js'
import type { PublicKeyDefinition } from '@seashell/core'
import { defineRsa } from '@seashell/key-rsa'

/**
 * `ssh-rsa` (RFC 4253 §6.6): RSASSA-PKCS1-v1_5 with SHA-1, over keys of the format of the same name. Keys from 1024 bits on, since old peers
 * have no larger ones.
 */
export const sshRsa: PublicKeyDefinition = /* @__PURE__ */ defineRsa({
  name: 'ssh-rsa',
  hash: sha1,
  // SEQUENCE { SEQUENCE { OBJECT IDENTIFIER 1.3.14.3.2.26, NULL }, OCTET STRING of 20 bytes }
  digestInfo: [0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14],
  minimumBits: 1024,
  insecure: 'two messages of one SHA-1 hash can be made for some ten thousand dollars, and keys from 1024 bits on are taken',
})
