import { bigIntToBytes, bytesToBigInt, readPublicKeyBlob, SSHError, WireWriter } from '@seashell/core/wire'
import type { Fault } from '@seashell/core/wire'

/** The format of RSA keys, whatever hash they sign with (RFC 8332 §3). */
export const KEY_FORMAT = 'ssh-rsa'

/**
 * The smallest modulus that may still sign by NIST SP 800-131A, where nobody asks for another; OpenSSH would take 1024 bits, and ssh-keygen
 * makes no key so small unasked.
 */
export const MIN_MODULUS_BITS = 2048

/** OpenSSH's largest; verifying takes milliseconds with it, and a peer could make it take minutes without. */
export const MAX_MODULUS_BITS = 16_384

/** OpenSSL's largest exponent for moduli above 3072 bits: more than anyone uses, and cheap still. */
const MAX_EXPONENT_BITS = 64

/** An RSA public key (RFC 8017 §3.1). */
export interface RsaPublicKey {
  /** The modulus. */
  readonly n: bigint
  /** The public exponent. */
  readonly e: bigint
  /** Bytes of the modulus, and so of signatures: k in RFC 8017. */
  readonly length: number
}

/**
 * Reads a public key blob (RFC 4253 §6.6).
 *
 * @param minimumBits the smallest modulus to accept
 * @throws SSHError `KEY` where it is malformed or a number out of its range
 */
export function readPublicKey(blob: Uint8Array, minimumBits: number = MIN_MODULUS_BITS): RsaPublicKey {
  const [e, n] = readPublicKeyBlob(blob, KEY_FORMAT, (reader) => [reader.readMpint(), reader.readMpint()] as const)
  return checkPublicKey(n, e, { fault: 'peer', minimumBits })
}

/** Writes a public key blob (RFC 4253 §6.6). */
export function encodePublicKey(n: bigint, e: bigint): Uint8Array {
  return new WireWriter().writeString(KEY_FORMAT).writeMpint(bigIntToBytes(e)).writeMpint(bigIntToBytes(n)).finish()
}

/**
 * A public key from the magnitudes of its numbers, which are looked at only when their lengths are known to be bearable.
 *
 * @param options.fault whose key it is
 * @param options.minimumBits the smallest modulus to accept
 * @throws SSHError `KEY` where a number is out of its range
 */
export function checkPublicKey(
  modulus: Uint8Array,
  exponent: Uint8Array,
  { fault, minimumBits }: { readonly fault: Fault; readonly minimumBits: number },
): RsaPublicKey {
  const bits = magnitudeBits(modulus)
  if (bits < minimumBits || bits > MAX_MODULUS_BITS) {
    throw new SSHError('KEY', `expected an RSA modulus of ${minimumBits} to ${MAX_MODULUS_BITS} bits; found ${bits}`, { fault })
  }
  const exponentBits = magnitudeBits(exponent)
  if (exponentBits > MAX_EXPONENT_BITS) {
    throw new SSHError('KEY', `expected an RSA exponent of at most ${MAX_EXPONENT_BITS} bits; found ${exponentBits}`, { fault })
  }
  const [n, e] = [bytesToBigInt(modulus), bytesToBigInt(exponent)]
  if (e < 3n || e % 2n === 0n) throw new SSHError('KEY', `expected an odd RSA exponent of 3 or more; found ${e}`, { fault })
  if (n % 2n === 0n) throw new SSHError('KEY', 'expected an odd RSA modulus; found an even one', { fault })
  return { n, e, length: modulus.length }
}

/** How many bits a number has. */
export function bitLengthOf(value: bigint): number {
  return magnitudeBits(bigIntToBytes(value))
}

/** The bits of a magnitude without zeros in front. */
function magnitudeBits(magnitude: Uint8Array): number {
  return magnitude.length === 0 ? 0 : magnitude.length * 8 - (Math.clz32(magnitude[0]!) - 24)
}
