import type { KeyPair, PublicKeyDefinition, Random } from '@seashell/core'
import {
  equalBytes,
  privateKeyError,
  publicKeyError,
  readPublicKeyBlob,
  readSignatureBlob,
  WireReader,
  WireWriter,
} from '@seashell/core/wire'
import {
  COMPOSITE_PUBLIC_LENGTH,
  COMPOSITE_SECRET_LENGTH,
  COMPOSITE_SIGNATURE_LENGTH,
  compositePublicKey,
  compositeSign,
  compositeVerify,
} from './composite.ts'

const NAME = 'ssh-mldsa44-ed25519@openssh.com'

/**
 * `ssh-mldsa44-ed25519@openssh.com` (OpenSSH 10.5; draft-miller-sshm-mldsa44-ed25519-composite-sigs): ML-DSA-44 and Ed25519 together, so that
 * a signature stands as long as one of them does.
 *
 * - public key blob: `string name ‖ string ML-DSA's key ‖ Ed25519's (1344 bytes)`
 * - signature blob: `string name ‖ string ML-DSA's signature ‖ Ed25519's (2484 bytes)`
 * - private fields: `string public key (1344 bytes) ‖ string ML-DSA's seed ‖ Ed25519's (64 bytes)`
 *
 * Signatures are the deterministic ones of FIPS 204: signing needs no randomness.
 *
 * @example
 * ```ts
 * import { sshMldsa44Ed25519 } from '@seashell/key-mldsa'
 *
 * const keyBlob = new Uint8Array(1383)
 * const signatureBlob = new Uint8Array(2523)
 * const right = await sshMldsa44Ed25519.verify(keyBlob, new Uint8Array([1, 2, 3]), signatureBlob)
 * ```
 */
export const sshMldsa44Ed25519: PublicKeyDefinition = /* @__PURE__ */ Object.freeze<PublicKeyDefinition>({
  kind: 'public-key',
  apiVersion: 1,
  name: NAME,
  provider: 'noble',
  keyFormat: NAME,
  signatureFormat: NAME,
  typeName: 'MLDSA44-ED25519',
  bitLength: (publicKey) => {
    readPublicKey(publicKey)
    return 256
  },
  verify: (publicKey, data, signature) => {
    const key = readPublicKey(publicKey)
    const value = readSignature(signature)
    return value !== undefined && compositeVerify(value, data, key)
  },
  privateKeys: /* @__PURE__ */ Object.freeze({ read: readPrivateKey, generate, sign }),
})

/** What this package registers. */
export const mldsaPublicKeys: readonly PublicKeyDefinition[] = /* @__PURE__ */ Object.freeze([sshMldsa44Ed25519])

function readPrivateKey(reader: WireReader): KeyPair {
  const key = reader.readString('the public key')
  const secret = reader.readString('the private key')
  if (key.length !== COMPOSITE_PUBLIC_LENGTH || secret.length !== COMPOSITE_SECRET_LENGTH) {
    const expected = `${COMPOSITE_PUBLIC_LENGTH} and ${COMPOSITE_SECRET_LENGTH} bytes`
    throw privateKeyError(`expected an ${NAME} private key of ${expected}; found ${key.length} and ${secret.length}`)
  }
  if (!equalBytes(key, compositePublicKey(secret))) {
    throw privateKeyError(`expected an ${NAME} private key that belongs to its public key; found one of another`)
  }
  return keyPair(key, secret)
}

function generate(random: Random): KeyPair {
  const secret = random(COMPOSITE_SECRET_LENGTH)
  return keyPair(compositePublicKey(secret), secret)
}

function sign(privateKey: Uint8Array, data: Uint8Array): Uint8Array {
  const reader = new WireReader(privateKey, `an ${NAME} private key`)
  reader.readString('the public key')
  const secret = reader.readString('the private key')
  return new WireWriter(4096).writeString(NAME).writeString(compositeSign(data, secret)).finish()
}

function keyPair(key: Uint8Array, secret: Uint8Array): KeyPair {
  return {
    publicKey: new WireWriter(2048).writeString(NAME).writeString(key).finish(),
    privateKey: new WireWriter(2048).writeString(key).writeString(secret).finish(),
  }
}

function readPublicKey(blob: Uint8Array): Uint8Array {
  const key = readPublicKeyBlob(blob, NAME, (reader) => reader.readString('the public key'))
  if (key.length !== COMPOSITE_PUBLIC_LENGTH) {
    throw publicKeyError(`expected an ${NAME} public key of ${COMPOSITE_PUBLIC_LENGTH} bytes; found ${key.length}`)
  }
  return key
}

/** Both signatures of a blob, or undefined where it is malformed. */
function readSignature(blob: Uint8Array): Uint8Array | undefined {
  const value = readSignatureBlob(blob, NAME)
  return value?.length === COMPOSITE_SIGNATURE_LENGTH ? value : undefined
}
