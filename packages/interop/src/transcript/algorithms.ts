import { certifiedPublicKeys } from '@seashell/certificates'
import { aesCiphers } from '@seashell/cipher-aes'
import { aesGcmWasm } from '@seashell/cipher-aes-gcm-wasm'
import { chachaCiphers } from '@seashell/cipher-chacha20-poly1305'
import { chacha20Poly1305Wasm } from '@seashell/cipher-chacha20-poly1305-wasm'
import { zlibCompressions } from '@seashell/compression-zlib'
import { type AlgorithmDefinition, AlgorithmRegistry, type PublicKeyDefinition } from '@seashell/core'
import { curve25519KeyExchanges } from '@seashell/kex-curve25519'
import { dhGroupExchangeOver, dhGroupExchangeSha256, dhKeyExchanges } from '@seashell/kex-dh'
import { ecdhKeyExchanges } from '@seashell/kex-ecdh'
import { mlkemKeyExchanges, mlkemKeyExchangesOver } from '@seashell/kex-mlkem'
import { libsodiumHybridHalves } from '@seashell/kex-mlkem-wasm'
import { sntrupKeyExchanges } from '@seashell/kex-sntrup'
import { ecdsaPublicKeys } from '@seashell/key-ecdsa'
import { ed25519PublicKeys } from '@seashell/key-ed25519'
import { rsaPublicKeys } from '@seashell/key-rsa'
import { skPublicKeys } from '@seashell/key-sk'
import { legacyAlgorithms } from '@seashell/legacy'
import { hmacMACs } from '@seashell/mac-hmac'
import { umacMACs } from '@seashell/mac-umac'
import { nodeCrypto, nodeGroupArithmetic, nodeHybridHalves } from '@seashell/node'

/** Whose arithmetic a session runs on: portable JavaScript's, Node's wherever that has an algorithm, or that of ciphers in WebAssembly. */
export type Provider = 'portable' | 'node' | 'wasm'

const portable: readonly AlgorithmDefinition[] = [
  ...mlkemKeyExchanges,
  ...sntrupKeyExchanges,
  ...curve25519KeyExchanges,
  ...ecdhKeyExchanges,
  ...dhKeyExchanges,
  dhGroupExchangeSha256,
  ...ed25519PublicKeys,
  ...ecdsaPublicKeys,
  ...rsaPublicKeys,
  ...skPublicKeys,
  ...chachaCiphers,
  ...aesCiphers,
  ...hmacMACs,
  ...umacMACs,
  ...zlibCompressions,
  ...legacyAlgorithms,
]

/** All our algorithms that an OpenSSH may have too, certificates included. */
export function registryOf(provider: Provider): AlgorithmRegistry {
  const plain = plainRegistry(provider)
  return plain.use(certifiedPublicKeys(plain.publicKeys))
}

/**
 * The signature algorithms of plain keys, for signing. Those of ECDSA stay portable, and so deterministic (RFC 6979): OpenSSL draws the number
 * that such a signature needs itself, so that no two are alike. Node's verify.
 */
export function signingAlgorithms(provider: Provider): readonly PublicKeyDefinition[] {
  return [...plainRegistry(provider).override(ecdsaPublicKeys).publicKeys]
}

function plainRegistry(provider: Provider): AlgorithmRegistry {
  const registry = new AlgorithmRegistry(portable)
  if (provider === 'wasm') return registry.override(chacha20Poly1305Wasm).override(aesGcmWasm)
  return provider === 'node'
    ? registry
        .override(nodeCrypto)
        .override(mlkemKeyExchangesOver(nodeHybridHalves(), libsodiumHybridHalves))
        .override(dhGroupExchangeOver(nodeGroupArithmetic))
    : registry
}
