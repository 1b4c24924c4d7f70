import { aes128Ctr, aes128Gcm, aes256Ctr, aes256Gcm } from '@seashell/cipher-aes'
import { defineAesGcmWasm } from '@seashell/cipher-aes-gcm-wasm'
import { chacha20Poly1305 } from '@seashell/cipher-chacha20-poly1305'
import { chacha20Poly1305Wasm } from '@seashell/cipher-chacha20-poly1305-wasm'
import { zlib, zlibOpenSSH } from '@seashell/compression-zlib'
import { AlgorithmRegistry } from '@seashell/core'
import { curve25519Sha256, curve448Sha512 } from '@seashell/kex-curve25519'
import { dhGroup14Sha256, dhGroup16Sha512, dhGroupExchangeOver, dhGroupExchangeSha256 } from '@seashell/kex-dh'
import { ecdhSha2Nistp256, ecdhSha2Nistp384, ecdhSha2Nistp521 } from '@seashell/kex-ecdh'
import { mlkemKeyExchanges, mlkemKeyExchangesOver } from '@seashell/kex-mlkem'
import { libsodiumHybridHalves } from '@seashell/kex-mlkem-wasm'
import { sntrup761x25519Sha512 } from '@seashell/kex-sntrup'
import { ecdsaSha2Nistp256 } from '@seashell/key-ecdsa'
import { sshEd25519 } from '@seashell/key-ed25519'
import { rsaSha2_256, rsaSha2_512 } from '@seashell/key-rsa'
import { aes128Cbc } from '@seashell/legacy'
import { hmacSha256, hmacSha256Etm, hmacSha512, hmacSha512Etm } from '@seashell/mac-hmac'
import { nodeCrypto, nodeGcm, nodeGroupArithmetic, nodeHybridHalves } from '@seashell/node'

const everything = [
  ...mlkemKeyExchanges,
  sntrup761x25519Sha512,
  curve25519Sha256,
  curve448Sha512,
  ecdhSha2Nistp256,
  ecdhSha2Nistp384,
  ecdhSha2Nistp521,
  dhGroupExchangeSha256,
  dhGroup16Sha512,
  dhGroup14Sha256,
  sshEd25519,
  ecdsaSha2Nistp256,
  rsaSha2_512,
  rsaSha2_256,
  chacha20Poly1305,
  aes256Gcm,
  aes128Gcm,
  aes256Ctr,
  aes128Ctr,
  aes128Cbc,
  hmacSha256Etm,
  hmacSha512Etm,
  hmacSha256,
  hmacSha512,
  zlibOpenSSH,
  zlib,
]

/** What targets speak: everything that there is a hostile peer for, as the portable packages do it. */
export const portableAlgorithms: AlgorithmRegistry = new AlgorithmRegistry(everything)

/** The same, by the arithmetic that `connect` and `createServer` choose: `node:crypto`'s as far as can be, WebAssembly's for ChaCha20 and short packets. */
export const nodeAlgorithms: AlgorithmRegistry = new AlgorithmRegistry(everything)
  .override(nodeCrypto)
  .override(mlkemKeyExchangesOver(nodeHybridHalves(), libsodiumHybridHalves))
  .override(dhGroupExchangeOver(nodeGroupArithmetic))
  .override(chacha20Poly1305Wasm)
  .override(defineAesGcmWasm({ upTo: 1024, beyond: nodeGcm }))
