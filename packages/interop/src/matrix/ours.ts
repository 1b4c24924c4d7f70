import { certifiedPublicKeys } from '@seashell/certificates'
import { aeadAes128Gcm, aeadAes256Gcm, aes128GcmBare, aes256GcmBare, aesCiphers } from '@seashell/cipher-aes'
import { chachaCiphers } from '@seashell/cipher-chacha20-poly1305'
import { zlibCompressions } from '@seashell/compression-zlib'
import { AlgorithmRegistry, type PublicKeyDefinition } from '@seashell/core'
import { curve25519KeyExchanges, curve448Sha512 } from '@seashell/kex-curve25519'
import { dhGroupExchangeSha256, dhKeyExchanges } from '@seashell/kex-dh'
import { ecdhKeyExchanges, ecdhSha2Secp256k1 } from '@seashell/kex-ecdh'
import { mlkemKeyExchanges } from '@seashell/kex-mlkem'
import { rsa2048Sha256 } from '@seashell/kex-rsa'
import { sntrupKeyExchanges } from '@seashell/kex-sntrup'
import { ecdsaPublicKeys, ecdsaSha2Secp256k1 } from '@seashell/key-ecdsa'
import { ed25519PublicKeys, sshEd448 } from '@seashell/key-ed25519'
import { mldsaPublicKeys } from '@seashell/key-mldsa'
import { rsaPublicKeys } from '@seashell/key-rsa'
import { skPublicKeys } from '@seashell/key-sk'
import { legacyAlgorithms, legacyPublicKeys } from '@seashell/legacy'
import { hmacMACs, hmacSha384 } from '@seashell/mac-hmac'
import { umacMACs } from '@seashell/mac-umac'

/** All types of key that we have, without certificates. */
export const plainPublicKeys: readonly PublicKeyDefinition[] = [
  ...ed25519PublicKeys,
  sshEd448,
  ...ecdsaPublicKeys,
  ecdsaSha2Secp256k1,
  ...rsaPublicKeys,
  ...skPublicKeys,
  ...mldsaPublicKeys,
  ...legacyPublicKeys,
]

/** Every algorithm that this project has, the insecure ones too. */
export const everything: AlgorithmRegistry = new AlgorithmRegistry(
  mlkemKeyExchanges,
  sntrupKeyExchanges,
  curve25519KeyExchanges,
  curve448Sha512,
  ecdhKeyExchanges,
  ecdhSha2Secp256k1,
  dhKeyExchanges,
  dhGroupExchangeSha256,
  rsa2048Sha256,
  chachaCiphers,
  aesCiphers,
  [aes256GcmBare, aes128GcmBare, aeadAes256Gcm, aeadAes128Gcm],
  umacMACs,
  hmacMACs,
  hmacSha384,
  zlibCompressions,
  plainPublicKeys.filter(({ insecure }) => insecure === undefined),
  legacyAlgorithms,
  certifiedPublicKeys(plainPublicKeys),
)
