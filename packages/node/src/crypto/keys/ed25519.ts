import { type KeyObject, sign as nodeSign, verify as nodeVerify } from 'node:crypto'
import type { KeyPair, PublicKeyDefinition, Random } from '@seashell/core'
import {
  bigIntToBytes,
  concatBytes,
  equalBytes,
  equalBytesConstantTime,
  privateKeyError,
  publicKeyError,
  readPublicKeyBlob,
  readSignatureBlob,
  WireReader,
  WireWriter,
  writeSignatureBlob,
} from '@seashell/core/wire'
import { KeptKeys } from '../kept-keys.ts'
import { exportOkpPublicKey, importOkpPrivateKey, importOkpPublicKey } from '../okp.ts'

const NAME = 'ssh-ed25519'
const SEED_LENGTH = 32
const PUBLIC_LENGTH = 32
const SIGNATURE_LENGTH = 64

/** A client signs with a key that it has just read, a server with the same one for each client. */
const keptKeys = /* @__PURE__ */ new KeptKeys()

/** `ssh-ed25519` (RFC 8709). */
export const sshEd25519: PublicKeyDefinition = /* @__PURE__ */ Object.freeze<PublicKeyDefinition>({
  kind: 'public-key',
  apiVersion: 1,
  name: NAME,
  provider: 'node:crypto',
  keyFormat: NAME,
  signatureFormat: NAME,
  typeName: 'ED25519',
  bitLength: (publicKey) => {
    readPublicKey(publicKey)
    return 256
  },
  verify,
  privateKeys: /* @__PURE__ */ Object.freeze({ read: readPrivateKey, generate, sign }),
})

function verify(publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  const point = readPublicKey(publicKey)
  const value = readSignatureBlob(signature, NAME)
  if (value?.length !== SIGNATURE_LENGTH || !isAcceptable(point)) return false
  return nodeVerify(null, data, importOkpPublicKey('Ed25519', point), value)
}

function readPrivateKey(reader: WireReader): KeyPair {
  const point = reader.readString('the public key')
  const secret = reader.readString('the private key')
  if (point.length !== PUBLIC_LENGTH || secret.length !== SEED_LENGTH + PUBLIC_LENGTH) {
    throw privateKeyError(`expected an ${NAME} private key of 32 and 64 bytes; found ${point.length} and ${secret.length}`)
  }
  const pair = keyPairOf(secret.subarray(0, SEED_LENGTH))
  const expected = readPublicKey(pair.publicKey)
  if (!equalBytes(point, expected) || !equalBytesConstantTime(secret.subarray(SEED_LENGTH), expected)) {
    throw privateKeyError(`expected an ${NAME} private key that belongs to its public key; found one of another`)
  }
  return pair
}

function generate(random: Random): KeyPair {
  return keyPairOf(random(SEED_LENGTH))
}

function sign(privateKey: Uint8Array, data: Uint8Array): Uint8Array {
  const key = keptKeys.find(privateKey) ?? keptKeys.keep(privateKey, importSeed(seedOf(privateKey)))
  return writeSignatureBlob(NAME, nodeSign(null, data, key))
}

function seedOf(privateKey: Uint8Array): Uint8Array {
  const reader = new WireReader(privateKey, `an ${NAME} private key`)
  reader.readString('the public key')
  return reader.readString('the private key').subarray(0, SEED_LENGTH)
}

function keyPairOf(seed: Uint8Array): KeyPair {
  const key = importSeed(seed)
  const point = exportOkpPublicKey(key)
  const publicKey = new WireWriter().writeString(NAME).writeString(point).finish()
  const privateKey = new WireWriter().writeString(point).writeString(concatBytes(seed, point)).finish()
  keptKeys.keep(privateKey, key)
  return { publicKey, privateKey }
}

/** The seed alone: a public key that does not belong to it would make a signature give it away. */
function importSeed(seed: Uint8Array): KeyObject {
  return importOkpPrivateKey('Ed25519', seed)
}

/** The 32 bytes of a public key blob (RFC 8709 §4). */
function readPublicKey(blob: Uint8Array): Uint8Array {
  const point = readPublicKeyBlob(blob, NAME, (reader) => reader.readString('the public key'))
  if (point.length !== PUBLIC_LENGTH) throw publicKeyError(`expected an ${NAME} public key of 32 bytes; found ${point.length}`)
  return point
}

/** The prime of the field (RFC 8032 §5.1). */
const P = 2n ** 255n - 19n

/** As keys have it: little-endian. */
const P_BYTES = /* @__PURE__ */ littleEndian(P)

/** The y coordinate of one of the four points of order 8; that of the others is this or its negative. */
const ORDER_8_Y = 0x7a03ac92_77fdc74e_c6cc392c_fa53202a_0f67100d_760b3cba_4fd84d3d_706a17c7n

/** The y coordinates of the eight points of small order. */
const SMALL_ORDER_Y: readonly Uint8Array[] = /* @__PURE__ */ [1n, P - 1n, 0n, ORDER_8_Y, P - ORDER_8_Y].map(littleEndian)

/**
 * What OpenSSL lets pass and the portable definition does not: public keys whose y is not reduced (RFC 8032 §5.1.3), and those of small
 * order, under which one signature is right for many messages.
 */
function isAcceptable(point: Uint8Array): boolean {
  const y = new Uint8Array(point)
  // The last bit is the sign of x.
  y[31]! &= 0x7f
  return isLess(y, P_BYTES) && !SMALL_ORDER_Y.some((other) => equalBytes(y, other))
}

function isLess(a: Uint8Array, b: Uint8Array): boolean {
  const index = a.findLastIndex((byte, position) => byte !== b[position])
  return index !== -1 && a[index]! < b[index]!
}

function littleEndian(y: bigint): Uint8Array {
  return bigIntToBytes(y, PUBLIC_LENGTH).toReversed()
}
