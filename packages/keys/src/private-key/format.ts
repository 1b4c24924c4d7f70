import { randomBytes } from '@noble/hashes/utils.js'
import type { Random } from '@seashell/core'
import { encodeArmor } from './armor.ts'
import { writeContainer } from './container.ts'
import { PLAIN_BLOCK_LENGTH, requireMacCipher, transformSection } from './encryption.ts'
import type { Encryption } from './encryption.ts'
import type { PrivateKey } from './private-key.ts'
import { writeSection } from './section.ts'

/** What {@link formatPrivateKey} works with. */
export interface FormatPrivateKeyOptions {
  /** How to encrypt the file; it is written in clear where absent. */
  readonly encryption?: Encryption
  /** Where random bytes come from; the platform's Web Cryptography where absent. */
  readonly random?: Random
}

/**
 * Writes a private key file as ssh-keygen writes it (OpenSSH PROTOCOL.key, openssh-key-v1). Give it mode 0600: OpenSSH refuses a private key
 * that others may read.
 *
 * @throws SSHError `KEY` where the cipher is an AEAD
 */
export async function formatPrivateKey(key: PrivateKey, options: FormatPrivateKeyOptions = {}): Promise<string> {
  const { encryption, random = randomBytes } = options
  const { publicKey } = key
  if (encryption === undefined) {
    const section = writeSection(key, random(4), PLAIN_BLOCK_LENGTH)
    return encodeArmor(writeContainer({ cipherName: 'none', kdfName: 'none', kdfOptions: new Uint8Array(), publicKey, section }))
  }
  const { cipher, kdf } = encryption
  const section = writeSection(key, random(4), Math.max(PLAIN_BLOCK_LENGTH, requireMacCipher(cipher).blockLength))
  const kdfOptions = kdf.createOptions(random)
  await transformSection('createEncryptor', encryption, kdfOptions, section)
  return encodeArmor(writeContainer({ cipherName: cipher.name, kdfName: kdf.name, kdfOptions, publicKey, section }))
}
