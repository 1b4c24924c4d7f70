// src/schnorr.ts
import { schnorr } from '@noble/curves/secp256k1.js'
import type { KeyPair, PrivateKeyOperations, PublicKeyDefinition } from '@seashell/core'
import { bytesToBigInt, equalBytes, isSSHError, SSHError, WireReader, WireWriter } from '@seashell/core/wire'

const NAME = 'schnorr-secp256k1@example.org'

/**
 * Schnorr signatures over secp256k1 (BIP 340), without auxiliary randomness.
 *
 * - public key blob: `string NAME ‖ string x (32 bytes)`
 * - signature blob: `string NAME ‖ string R ‖ s (64 bytes)`
 * - private fields: `string x (32 bytes) ‖ string secret key (32 bytes)`
 */
export const schnorrSecp256k1: PublicKeyDefinition = Object.freeze<PublicKeyDefinition>({
  kind: 'public-key',
  apiVersion: 1,
  name: NAME,
  provider: 'noble',
  keyFormat: NAME,
  signatureFormat: NAME,
  typeName: 'SCHNORR',
  bitLength(publicKey) {
    readPublicKey(publicKey)
    return 256
  },
  verify(publicKey, data, signature) {
    const x = readPublicKey(publicKey)
    try {
      const value = readBlob(signature, 'a signature')
      return value.length === 64 && schnorr.verify(value, new Uint8Array(data), x)
    } catch {
      return false
    }
  },
  privateKeys: Object.freeze<PrivateKeyOperations>({
    read(reader) {
      const [x, secret] = [reader.readString('x'), reader.readString('the secret key')]
      try {
        if (equalBytes(schnorr.getPublicKey(secret), x)) return pairOf(secret)
      } catch (cause) {
        throw keyError('caller', `a secret key of 32 bytes, from 1 to n−1; found another of ${secret.length}`, cause)
      }
      throw keyError('caller', 'the secret key of x; found that of another')
    },
    generate(random) {
      const seed = random(48)
      const pair = pairOf(schnorr.utils.randomSecretKey(seed))
      seed.fill(0)
      return pair
    },
    sign(privateKey, data) {
      const reader = new WireReader(privateKey, 'a private key')
      reader.readString('x')
      return blob(schnorr.sign(new Uint8Array(data), reader.readString('the secret key'), new Uint8Array(32)))
    },
  }),
})

function pairOf(secret: Uint8Array): KeyPair {
  const x = schnorr.getPublicKey(secret)
  return { publicKey: blob(x), privateKey: new WireWriter().writeString(x).writeString(secret).finish() }
}

function blob(value: Uint8Array): Uint8Array {
  return new WireWriter().writeString(NAME).writeString(value).finish()
}

/** The one value of a blob of ours. */
function readBlob(bytes: Uint8Array, what: string): Uint8Array {
  const reader = new WireReader(bytes, what)
  const [format, value] = [reader.readName(), reader.readString()]
  reader.end()
  if (format !== NAME) throw keyError('peer', `${what} of format ${NAME}; found ${JSON.stringify(format)}`)
  return value
}

function readPublicKey(bytes: Uint8Array): Uint8Array {
  try {
    const x = readBlob(bytes, 'a public key')
    if (x.length !== 32) throw keyError('peer', `x of 32 bytes; found ${x.length}`)
    schnorr.utils.lift_x(bytesToBigInt(x))
    return x
  } catch (cause) {
    if (isSSHError(cause) && cause.code === 'KEY') throw cause
    throw keyError('peer', 'the x of a point of secp256k1; found another value', cause)
  }
}

function keyError(fault: 'peer' | 'caller', expectation: string, cause?: unknown): SSHError {
  return new SSHError('KEY', `expected ${expectation}`, { fault, cause })
}
