import { pow } from '@noble/curves/abstract/modular.js'
import type { KeyPair } from '@seashell/core'
import { bigIntToBytes, bytesToBigInt, type Fault, readPublicKeyBlob, SSHError, type WireReader, WireWriter } from '@seashell/core/wire'

/** The format of DSA keys, and the name of their algorithm (RFC 4253 §6.6). */
export const DSS = 'ssh-dss'

/** Bytes of q, and of each half of a signature: SSH knows no other size, since SHA-1 gives no more. */
export const Q_LENGTH = 20

/** The smallest modulus to accept. OpenSSH made no other once FIPS 186-2, which allowed smaller ones, was old. */
export const MIN_BITS = 1024

/** The largest: PuTTY makes such keys. */
const MAX_BITS = 3072

/** A DSA public key (FIPS 186-4 §4.1). */
export interface DsaPublicKey {
  /** A prime. */
  readonly p: bigint
  /** A prime of 160 bits, which divides p − 1. */
  readonly q: bigint
  /** A number of order q. */
  readonly g: bigint
  /** g to the power of the private key. */
  readonly y: bigint
}

/** A DSA private key. */
export interface DsaPrivateKey extends DsaPublicKey {
  /** A number between 0 and q. */
  readonly x: bigint
}

/**
 * Reads a public key blob: `string "ssh-dss" ‖ mpint p ‖ mpint q ‖ mpint g ‖ mpint y` (RFC 4253 §6.6).
 *
 * @throws SSHError `KEY` where it is malformed, or the numbers do not belong together
 */
export function readPublicKey(blob: Uint8Array): DsaPublicKey {
  return readPublicKeyBlob(blob, DSS, (reader) => readNumbers(reader, 'peer'))
}

/**
 * Reads the private fields: `mpint p ‖ mpint q ‖ mpint g ‖ mpint y ‖ mpint x`.
 *
 * @throws SSHError `KEY` where the numbers do not belong together
 */
export function readPrivateKey(reader: WireReader): DsaPrivateKey {
  const key = readNumbers(reader, 'caller')
  const x = numberOf(reader.readMpint(), Q_LENGTH * 8, 'x', 'caller')
  if (x === 0n || x >= key.q || pow(key.g, x, key.p) !== key.y) {
    throw keyError('expected the private half of a DSA key that belongs to its public one; found another', 'caller')
  }
  return { ...key, x }
}

/** Writes both halves. */
export function encodeKeyPair({ p, q, g, y, x }: DsaPrivateKey): KeyPair {
  const [publicKey, privateKey] = [new WireWriter(1024).writeString(DSS), new WireWriter(1024)]
  for (const number of [p, q, g, y]) {
    publicKey.writeMpint(bigIntToBytes(number))
    privateKey.writeMpint(bigIntToBytes(number))
  }
  return { publicKey: publicKey.finish(), privateKey: privateKey.writeMpint(bigIntToBytes(x)).finish() }
}

/** Whether q is a prime is not looked at: who chose another harms nobody but the owner of the key, who is the one who chose it. */
function readNumbers(reader: WireReader, fault: Fault): DsaPublicKey {
  const p = numberOf(reader.readMpint(), MAX_BITS, 'p', fault)
  const q = numberOf(reader.readMpint(), Q_LENGTH * 8, 'q', fault)
  const [g, y] = [numberOf(reader.readMpint(), MAX_BITS, 'g', fault), numberOf(reader.readMpint(), MAX_BITS, 'y', fault)]
  const bits = p.toString(2).length
  if (bits < MIN_BITS) throw keyError(`expected a DSA key of ${MIN_BITS} to ${MAX_BITS} bits; found one of ${bits}`, fault)
  if (q.toString(2).length !== Q_LENGTH * 8) throw keyError('expected a DSA key whose q has 160 bits; found another', fault)
  const isInGroup = (value: bigint): boolean => value > 1n && value < p && pow(value, q, p) === 1n
  if (p % 2n === 0n || (p - 1n) % q !== 0n || !isInGroup(g) || !isInGroup(y)) {
    throw keyError('expected the numbers of one DSA key; found some that do not belong together', fault)
  }
  return { p, q, g, y }
}

/** A number, which is looked at only when its length is known to be bearable. */
function numberOf(magnitude: Uint8Array, maximumBits: number, name: string, fault: Fault): bigint {
  if (magnitude.length <= maximumBits / 8) return bytesToBigInt(magnitude)
  throw keyError(`expected a DSA key whose ${name} has at most ${maximumBits} bits; found ${magnitude.length} bytes`, fault)
}

function keyError(message: string, fault: Fault): SSHError {
  return new SSHError('KEY', message, { fault })
}
