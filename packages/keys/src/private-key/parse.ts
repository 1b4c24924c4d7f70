import type { CipherDefinition, MaybePromise, PublicKeyDefinition } from '@seashell/core'
import { equalBytes } from '@seashell/core/wire'
import { blameCaller, keyError } from '../errors.ts'
import { decodeArmor } from './armor.ts'
import { readContainer } from './container.ts'
import type { Container } from './container.ts'
import { PLAIN_BLOCK_LENGTH, requireMacCipher, transformSection } from './encryption.ts'
import type { Encryption, KeyDerivation, Passphrase } from './encryption.ts'
import type { PrivateKey } from './private-key.ts'
import { readSection } from './section.ts'

/** What {@link parsePrivateKey} works with. */
export interface ParsePrivateKeyOptions {
  /** The types of key there are: a list, or a registry's `publicKeys`. */
  readonly publicKeys: Iterable<PublicKeyDefinition>
  /** Ciphers that may encrypt a file: a list, or a registry's `ciphers`; none where absent. OpenSSH uses aes256-ctr. */
  readonly ciphers?: Iterable<CipherDefinition>
  /** Key derivations that may give their keys; none where absent. OpenSSH uses bcrypt. */
  readonly kdfs?: Iterable<KeyDerivation>
  /** What opens an encrypted file, or a function that asks for it and is called only where it is needed. */
  readonly passphrase?: Passphrase | (() => MaybePromise<Passphrase>)
}

/**
 * Reads a private key file as ssh-keygen writes it (OpenSSH PROTOCOL.key, openssh-key-v1).
 *
 * @param file its content
 * @throws SSHError `KEY` (fault: caller) where it is another file, and then says which; damaged; of a type that no definition has; or
 * encrypted in a way that the options have no cipher, key derivation or passphrase for
 *
 * @example
 * ```ts
 * import type { PublicKeyDefinition, Signer } from '@seashell/core'
 * import { createSigner, parsePrivateKey } from '@seashell/keys'
 *
 * async function loadSigner(file: string, publicKeys: readonly PublicKeyDefinition[]): Promise<Signer> {
 *   return createSigner(await parsePrivateKey(file, { publicKeys }), publicKeys)
 * }
 * ```
 */
export async function parsePrivateKey(file: string | Uint8Array, options: ParsePrivateKeyOptions): Promise<PrivateKey> {
  const container = blameCaller(() => readContainer(decodeArmor(file)))
  const section = await openSection(container, options)
  const key = blameCaller(() => readSection(section, options.publicKeys, container.cipherName !== 'none'))
  if (!equalBytes(key.publicKey, container.publicKey)) {
    throw keyError('expected a private key that belongs to the public key in its file; found one of another')
  }
  return key
}

/** The private section in clear, at a length that fits its cipher. */
async function openSection(container: Container, options: ParsePrivateKeyOptions): Promise<Uint8Array> {
  const { cipherName, kdfName, kdfOptions, section } = container
  if (cipherName === 'none') {
    if (kdfName !== 'none') throw keyError(`expected no key derivation where the private key is not encrypted; found ${kdfName}`)
    checkLength(container, PLAIN_BLOCK_LENGTH)
    return section
  }
  const encryption = await findEncryption(cipherName, kdfName, options)
  checkLength(container, Math.max(PLAIN_BLOCK_LENGTH, requireMacCipher(encryption.cipher).blockLength))
  await transformSection('createDecryptor', encryption, kdfOptions, section)
  return section
}

async function findEncryption(cipherName: string, kdfName: string, options: ParsePrivateKeyOptions): Promise<Encryption> {
  const found = `found one encrypted with cipher ${cipherName} and key derivation ${kdfName}`
  const cipher = [...(options.ciphers ?? [])].find(({ name }) => name === cipherName)
  const kdf = [...(options.kdfs ?? [])].find(({ name }) => name === kdfName)
  if (cipher === undefined || kdf === undefined) {
    throw keyError(`expected a private key that is not encrypted, or in a way given in options.ciphers and options.kdfs; ${found}`)
  }
  const passphrase = typeof options.passphrase === 'function' ? await options.passphrase() : options.passphrase
  if (passphrase === undefined) throw keyError(`expected a private key that is not encrypted, or its passphrase; ${found}`)
  return { cipher, kdf, passphrase }
}

function checkLength({ section, tag }: Container, blockLength: number): void {
  if (section.length % blockLength !== 0) {
    throw keyError(`expected a private section of a multiple of ${blockLength} bytes; found ${section.length}`)
  }
  if (tag.length > 0) throw keyError(`expected nothing after the private section; found ${tag.length} bytes`)
}
