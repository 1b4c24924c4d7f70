import type { PublicKeyDefinition } from '@seashell/core'
import { decodeUtf8Lossy, WireReader, WireWriter } from '@seashell/core/wire'
import { keyError } from '../errors.ts'
import { keyFormatOf } from '../public-key.ts'
import type { PrivateKey } from './private-key.ts'

/**
 * Reads the private section (OpenSSH PROTOCOL.key §2): two equal numbers, key format, private fields, comment, and padding of 1, 2, 3, …
 *
 * @param wasEncrypted whether the two numbers tell of a wrong passphrase
 */
export function readSection(section: Uint8Array, publicKeys: Iterable<PublicKeyDefinition>, wasEncrypted: boolean): PrivateKey {
  const reader = new WireReader(section, 'the private section')
  if (reader.readUint32() !== reader.readUint32()) {
    throw keyError(wasEncrypted ? 'the passphrase is wrong, or the private key damaged' : 'the private key is damaged')
  }
  const keyFormat = reader.readName()
  const keyPair = findOperations(keyFormat, publicKeys).read(reader)
  const comment = decodeUtf8Lossy(reader.readString('the comment'))
  const padding = reader.readRemaining()
  if (padding.some((byte, index) => byte !== ((index + 1) & 0xff))) {
    throw keyError('expected padding of 1, 2, 3, … at the end of the private key; found other bytes')
  }
  return { ...keyPair, comment }
}

/**
 * Writes the private section.
 *
 * @param check the number that it begins with, twice: random, so that no ciphertext begins like another
 * @param blockLength what its length is a multiple of
 */
export function writeSection({ publicKey, privateKey, comment }: PrivateKey, check: Uint8Array, blockLength: number): Uint8Array {
  const writer = new WireWriter(1024)
    .writeBytes(check)
    .writeBytes(check)
    .writeString(keyFormatOf(publicKey))
    .writeBytes(privateKey)
    .writeString(comment)
  for (let padding = 1; writer.length % blockLength !== 0; padding++) writer.writeByte(padding & 0xff)
  return writer.finish()
}

function findOperations(keyFormat: string, publicKeys: Iterable<PublicKeyDefinition>): NonNullable<PublicKeyDefinition['privateKeys']> {
  const known = new Set<string>()
  for (const definition of publicKeys) {
    if (definition.privateKeys === undefined) continue
    if (definition.keyFormat === keyFormat) return definition.privateKeys
    known.add(definition.keyFormat)
  }
  throw keyError(`expected a private key of format ${[...known].join(', ')}; found ${JSON.stringify(keyFormat)}`)
}
