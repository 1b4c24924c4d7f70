import type { KeyPair } from '@seashell/core'
import { bigIntToBytes, bytesToBigInt, privateKeyError, WireWriter } from '@seashell/core/wire'
import type { WireReader } from '@seashell/core/wire'
import { checkPublicKey, encodePublicKey } from './public-key.ts'
import type { RsaPublicKey } from './public-key.ts'

/** An RSA private key with two primes, as openssh-key-v1 has it. */
export interface RsaPrivateKey extends RsaPublicKey {
  /** The private exponent. */
  readonly d: bigint
  /** q⁻¹ mod p. */
  readonly iqmp: bigint
  /** One prime. */
  readonly p: bigint
  /** The other. */
  readonly q: bigint
}

/**
 * Reads the private fields and checks that the numbers belong together.
 *
 * @param minimumBits the smallest modulus to accept
 */
export function readPrivateKey(reader: WireReader, minimumBits: number): KeyPair {
  const key = readPrivateFields(reader, minimumBits)
  const { n, e, d, iqmp, p, q } = key
  const agree =
    p > 1n && q > 1n && p * q === n && (e * d) % (p - 1n) === 1n && (e * d) % (q - 1n) === 1n && iqmp < p && (iqmp * q) % p === 1n
  if (!agree) throw privateKeyError('expected the numbers of one RSA private key; found some that do not belong together')
  return encodeKeyPair(key)
}

/**
 * The private fields, each number no longer than the modulus, and unchecked but for that.
 *
 * @param minimumBits the smallest modulus to accept
 * @throws SSHError `KEY` where the public numbers are out of range or a private one is longer than the modulus
 */
export function readPrivateFields(reader: WireReader, minimumBits: number): RsaPrivateKey {
  const publicKey = checkPublicKey(reader.readMpint(), reader.readMpint(), { fault: 'caller', minimumBits })
  const readNumber = (): bigint => {
    const bytes = reader.readMpint()
    if (bytes.length <= publicKey.length) return bytesToBigInt(bytes)
    throw privateKeyError(`expected an RSA private key of at most ${publicKey.length} bytes a number; found ${bytes.length}`)
  }
  const [d, iqmp, p, q] = [readNumber(), readNumber(), readNumber(), readNumber()]
  return { ...publicKey, d, iqmp, p, q }
}

/** Writes both halves. */
export function encodeKeyPair({ n, e, d, iqmp, p, q }: RsaPrivateKey): KeyPair {
  const fields = new WireWriter(4096)
  for (const number of [n, e, d, iqmp, p, q]) fields.writeMpint(bigIntToBytes(number))
  return { publicKey: encodePublicKey(n, e), privateKey: fields.finish() }
}
