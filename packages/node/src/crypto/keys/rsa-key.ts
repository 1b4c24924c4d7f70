import type { JsonWebKey, KeyObject } from 'node:crypto'
import type { KeyPair } from '@seashell/core'
import { bigIntToBytes, bytesToBigInt, type Fault, privateKeyError, readPublicKeyBlob, SSHError, WireWriter } from '@seashell/core/wire'
import type { WireReader } from '@seashell/core/wire'
import { exportMember, importPrivateKey, importPublicKey } from '../jwk.ts'

/** The format of RSA keys, whatever hash they sign with (RFC 8332 §3). */
export const KEY_FORMAT = 'ssh-rsa'

/** The smallest modulus that may still sign by NIST SP 800-131A. */
export const MIN_MODULUS_BITS = 2048

/** OpenSSH's largest. */
export const MAX_MODULUS_BITS = 16_384

/** OpenSSL's largest exponent for moduli above 3072 bits: more than anyone uses, and cheap still. */
const MAX_EXPONENT_BITS = 64

const JWK: JsonWebKey = /* @__PURE__ */ Object.freeze({ kty: 'RSA' })

/** The numbers of a public key, without zeros in front. */
export interface RsaPublicKey {
  /** The modulus. */
  readonly n: Uint8Array
  /** The public exponent. */
  readonly e: Uint8Array
}

/** The numbers of a private key with two primes, without zeros in front. */
export interface RsaPrivateKey extends RsaPublicKey {
  /** The private exponent. */
  readonly d: Uint8Array
  /** q⁻¹ mod p. */
  readonly iqmp: Uint8Array
  /** One prime. */
  readonly p: Uint8Array
  /** The other. */
  readonly q: Uint8Array
}

/**
 * Reads a public key blob (RFC 4253 §6.6).
 *
 * @throws SSHError `KEY` where it is malformed or a number out of its range
 */
export function readPublicKey(blob: Uint8Array): RsaPublicKey {
  const [e, n] = readPublicKeyBlob(blob, KEY_FORMAT, (reader) => [reader.readMpint(), reader.readMpint()] as const)
  return checkPublicKey({ n, e }, 'peer')
}

/** How many bits a number without zeros in front has. */
export function bitLengthOf(magnitude: Uint8Array): number {
  return magnitude.length === 0 ? 0 : magnitude.length * 8 - (Math.clz32(magnitude[0]!) - 24)
}

/** A public key for node:crypto. */
export function importRsaPublicKey({ n, e }: RsaPublicKey): KeyObject {
  return importPublicKey(JWK, { n, e })
}

/** A private key for node:crypto. */
export function importRsaPrivateKey({ n, e, d, iqmp, p, q }: RsaPrivateKey): KeyObject {
  const exponent = bytesToBigInt(d)
  const [dp, dq] = [p, q].map((prime) => bigIntToBytes(exponent % (bytesToBigInt(prime) - 1n)))
  return importPrivateKey(JWK, { n, e, d, p, q, dp: dp!, dq: dq!, qi: iqmp })
}

/** Both halves, as SSH writes them, of a private key that node:crypto made. */
export function exportKeyPair(key: KeyObject): KeyPair {
  const [n, e, d, iqmp, p, q] = (['n', 'e', 'd', 'qi', 'p', 'q'] as const).map((member) => exportMember(key, member))
  return encodeKeyPair({ n: n!, e: e!, d: d!, iqmp: iqmp!, p: p!, q: q! })
}

/** Reads the private fields and checks that the numbers belong together. */
export function readPrivateKey(reader: WireReader): KeyPair {
  const key = readPrivateFields(reader)
  const [n, e, d, iqmp, p, q] = fieldsOf(key).map(bytesToBigInt) as [bigint, bigint, bigint, bigint, bigint, bigint]
  const agree =
    p > 1n && q > 1n && p * q === n && (e * d) % (p - 1n) === 1n && (e * d) % (q - 1n) === 1n && iqmp < p && (iqmp * q) % p === 1n
  if (!agree) throw privateKeyError('expected the numbers of one RSA private key; found some that do not belong together')
  return encodeKeyPair(key)
}

/**
 * The private fields, each number no longer than the modulus, and unchecked but for that.
 *
 * @throws SSHError `KEY` where the public numbers are out of range or a private one is longer than the modulus
 */
export function readPrivateFields(reader: WireReader): RsaPrivateKey {
  const publicKey = checkPublicKey({ n: reader.readMpint(), e: reader.readMpint() }, 'caller')
  const readNumber = (): Uint8Array => {
    const magnitude = reader.readMpint()
    if (magnitude.length <= publicKey.n.length) return magnitude
    throw privateKeyError(`expected an RSA private key of at most ${publicKey.n.length} bytes a number; found ${magnitude.length}`)
  }
  return { ...publicKey, d: readNumber(), iqmp: readNumber(), p: readNumber(), q: readNumber() }
}

function encodeKeyPair(key: RsaPrivateKey): KeyPair {
  const fields = new WireWriter(4096)
  for (const number of fieldsOf(key)) fields.writeMpint(number)
  return { publicKey: new WireWriter().writeString(KEY_FORMAT).writeMpint(key.e).writeMpint(key.n).finish(), privateKey: fields.finish() }
}

/** In the order of openssh-key-v1. */
function fieldsOf({ n, e, d, iqmp, p, q }: RsaPrivateKey): Uint8Array[] {
  return [n, e, d, iqmp, p, q]
}

function checkPublicKey(key: RsaPublicKey, fault: Fault): RsaPublicKey {
  const problem = problemOf(key)
  if (problem !== undefined) throw new SSHError('KEY', problem, { fault })
  return key
}

function problemOf({ n, e }: RsaPublicKey): string | undefined {
  const [modulusBits, exponentBits] = [bitLengthOf(n), bitLengthOf(e)]
  if (modulusBits < MIN_MODULUS_BITS || modulusBits > MAX_MODULUS_BITS) {
    return `expected an RSA modulus of ${MIN_MODULUS_BITS} to ${MAX_MODULUS_BITS} bits; found ${modulusBits}`
  }
  if (exponentBits > MAX_EXPONENT_BITS) return `expected an RSA exponent of at most ${MAX_EXPONENT_BITS} bits; found ${exponentBits}`
  const exponent = bytesToBigInt(e)
  if (exponent < 3n || exponent % 2n === 0n) return `expected an odd RSA exponent of 3 or more; found ${exponent}`
  if (n.at(-1)! % 2 === 0) return 'expected an odd RSA modulus; found an even one'
  return undefined
}
