import * as crypto from 'node:crypto'
import type { KemKeyPair, Random } from '@seashell/core'
import { CONTEXT_0_PRIMITIVE, encode, OCTET_STRING, SEQUENCE } from '../der.ts'

/** The functions of ML-KEM (FIPS 203) for which OpenSSL takes our random bytes. Lengths are bytes. */
export interface NodeMlKem {
  /** Of a private key: the seed d ‖ z, from which OpenSSL makes the decapsulation key each time. */
  readonly privateKeyLength: number
  /** ML-KEM.KeyGen (FIPS 203 §7.1). */
  readonly generate: (random: Random) => KemKeyPair
  /** ML-KEM.Decaps (FIPS 203 §7.3): 32 bytes, whatever the ciphertext is. */
  readonly decapsulate: (privateKey: Uint8Array, ciphertext: Uint8Array) => Uint8Array
}

/** Bytes of d ‖ z. */
const SEED_LENGTH = 64

/** The INTEGER 0, the version of PrivateKeyInfo. */
const VERSION = [0x02, 0x01, 0x00]

/** id-alg-ml-kem-768 and -1024, 2.16.840.1.101.3.4.4, but for the last number. */
const ID_ALG_ML_KEM = [0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x04]

/** ML-KEM-768, where this Node has it: from 24.7 on, with OpenSSL 3.5. */
export function nodeMlKem768(): NodeMlKem | undefined {
  return nodeMlKem([...ID_ALG_ML_KEM, 2], 1184)
}

/** ML-KEM-1024, where this Node has it. */
export function nodeMlKem1024(): NodeMlKem | undefined {
  return nodeMlKem([...ID_ALG_ML_KEM, 3], 1568)
}

function nodeMlKem(objectIdentifier: readonly number[], publicKeyLength: number): NodeMlKem | undefined {
  const kem: object = crypto
  if (!hasDecapsulate(kem) || !isSupported(objectIdentifier)) return undefined
  return {
    privateKeyLength: SEED_LENGTH,
    generate: (random) => {
      const seed = random(SEED_LENGTH)
      const publicKey = crypto.createPublicKey(importSeed(objectIdentifier, seed)).export({ format: 'der', type: 'spki' })
      return { publicKey: new Uint8Array(publicKey.subarray(-publicKeyLength)), privateKey: seed }
    },
    decapsulate: (privateKey, ciphertext) => new Uint8Array(kem.decapsulate(importSeed(objectIdentifier, privateKey), ciphertext)),
  }
}

/** As much of the `node:crypto` of Node 24.7 as is used here; the types are of an older one. */
interface CryptoWithKem {
  decapsulate(key: crypto.KeyObject, ciphertext: Uint8Array): Uint8Array
}

function hasDecapsulate(module: object): module is CryptoWithKem {
  return 'decapsulate' in module
}

/** Node can be built with an older OpenSSL. */
function isSupported(objectIdentifier: readonly number[]): boolean {
  try {
    importSeed(objectIdentifier, new Uint8Array(SEED_LENGTH))
    return true
  } catch {
    return false
  }
}

/** A private key by way of PrivateKeyInfo (RFC 5208 §5), as a seed alone: `[0] IMPLICIT OCTET STRING` (draft-ietf-lamps-kyber-certificates §6). */
function importSeed(objectIdentifier: readonly number[], seed: Uint8Array): crypto.KeyObject {
  const privateKey = encode(OCTET_STRING, encode(CONTEXT_0_PRIMITIVE, seed))
  const key = encode(SEQUENCE, VERSION, encode(SEQUENCE, objectIdentifier), privateKey)
  return crypto.createPrivateKey({ key, format: 'der', type: 'pkcs8' })
}
