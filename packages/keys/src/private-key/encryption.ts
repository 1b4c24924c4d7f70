import type { CipherDefinition, MacCipherDefinition, MaybePromise, Random } from '@seashell/core'
import { encodeUtf8 } from '@seashell/core/wire'
import { keyError } from '../errors.ts'

/** What opens an encrypted key file. Text is used as UTF-8. */
export type Passphrase = string | Uint8Array

/**
 * A way to make a key of a passphrase, as key files name it: 'bcrypt' in OpenSSH's. None is built in.
 */
export interface KeyDerivation {
  /** Its name in files (`kdfname`). */
  readonly name: string
  /** New parameters for a file that is to be written: salt, rounds and whatever it needs, in its own form (`kdfoptions`). */
  createOptions(random: Random): Uint8Array
  /**
   * Derives a key.
   *
   * @param options the parameters, as they stand in the file
   * @param length bytes to derive
   * @throws SSHError where the parameters are not of its form, or ask for too much work
   */
  deriveKey(passphrase: Uint8Array, options: Uint8Array, length: number): MaybePromise<Uint8Array>
}

/** How one file is encrypted. */
export interface Encryption {
  /** A block or stream cipher; AEAD ciphers have a form of their own in key files, which is not supported. */
  readonly cipher: CipherDefinition
  /** Where its key and initial vector come from. */
  readonly kdf: KeyDerivation
  /** What they come from. */
  readonly passphrase: Passphrase
}

/** Bytes that a private section without encryption is padded to a multiple of. */
export const PLAIN_BLOCK_LENGTH = 8

/**
 * Decrypts or encrypts a private section in place (OpenSSH PROTOCOL.key): the KDF gives key ‖ initial vector.
 *
 * @param kdfOptions the KDF's parameters
 * @param section a multiple of the cipher's block length
 */
export async function transformSection(
  direction: 'createDecryptor' | 'createEncryptor',
  { cipher, kdf, passphrase }: Encryption,
  kdfOptions: Uint8Array,
  section: Uint8Array,
): Promise<void> {
  const definition = requireMacCipher(cipher)
  const { keyLength, ivLength } = definition
  const secret = typeof passphrase === 'string' ? encodeUtf8(passphrase) : passphrase
  const material = await kdf.deriveKey(secret, kdfOptions, keyLength + ivLength)
  const stream = definition[direction](material.subarray(0, keyLength), material.subarray(keyLength))
  stream.transform(section)
  stream.destroy()
  material.fill(0)
}

/**
 * The cipher, where it is one that encrypts key files here.
 *
 * @throws SSHError `KEY` where it is an AEAD
 */
export function requireMacCipher(cipher: CipherDefinition): MacCipherDefinition {
  if (cipher.integrity === 'mac') return cipher
  throw keyError(`expected a block or stream cipher for a private key file; found the AEAD ${cipher.name}`)
}
