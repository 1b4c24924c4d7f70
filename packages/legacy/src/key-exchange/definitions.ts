import { sha1 } from '@noble/hashes/legacy.js'
import type { KemKeyExchangeDefinition, ScriptedKeyExchangeDefinition } from '@seashell/core'
import { defineDiffieHellman, defineGroupExchange, modpGroup14, modpGroups } from '@seashell/kex-dh'
import { defineRsaKeyExchange } from '@seashell/kex-rsa'
import { group1 } from './group1.ts'

/**
 * diffie-hellman-group-exchange-sha1 (RFC 4419 §4.1): as -sha256 of kex-dh, but a client takes groups from 1024 bits on, since that is what
 * old servers have. A server chooses from groups of 2048 bits and more.
 */
export const dhGroupExchangeSha1: ScriptedKeyExchangeDefinition = /* @__PURE__ */ defineGroupExchange({
  name: 'diffie-hellman-group-exchange-sha1',
  hash: sha1,
  moduli: modpGroups,
  sizes: { min: 1024, preferred: 2048, max: 8192 },
  insecure: 'SHA-1 is broken (SLOTH, CVE-2015-7575), and groups from 1024 bits on are taken',
})

/** diffie-hellman-group14-sha1 (RFC 4253 §8.2): the 2048-bit group of RFC 3526 §3 with SHA-1. */
export const dhGroup14Sha1: KemKeyExchangeDefinition = /* @__PURE__ */ defineDiffieHellman({
  name: 'diffie-hellman-group14-sha1',
  group: modpGroup14,
  hash: sha1,
  insecure: 'SHA-1 is broken: who can make two exchanges collide while they run may pass for the server (SLOTH, CVE-2015-7575)',
})

/** diffie-hellman-group1-sha1 (RFC 4253 §8.1): the 1024-bit group of RFC 2409 §6.2 with SHA-1. */
export const dhGroup1Sha1: KemKeyExchangeDefinition = /* @__PURE__ */ defineDiffieHellman({
  name: 'diffie-hellman-group1-sha1',
  group: group1,
  hash: sha1,
  insecure:
    '1024 bits are within reach of states, for all connections at once since the group is always the same (Logjam, CVE-2015-4000); ' +
    'and SHA-1 is broken',
})

/** rsa1024-sha1 (RFC 4432 §5): a transient key of 1024 bits or more, SHA-1. Our server's has 2048. */
export const rsa1024Sha1: ScriptedKeyExchangeDefinition = /* @__PURE__ */ defineRsaKeyExchange({
  name: 'rsa1024-sha1',
  hash: sha1,
  minimumBits: 1024,
  insecure: 'RSA keys of 1024 bits, which are taken, can be factored by those with means; and SHA-1 is broken',
})
