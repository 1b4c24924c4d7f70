import { decodeName, encodeAscii, equalBytes, WireReader, WireWriter } from '@seashell/core/wire'
import { keyError } from '../errors.ts'

/** What a file begins with, its zero included. */
const MAGIC = 'openssh-key-v1\0'

/** The outer layer of openssh-key-v1 (OpenSSH PROTOCOL.key §1), for one key. */
export interface Container {
  /** Which cipher the private section is encrypted with; 'none' where it is not. */
  readonly cipherName: string
  /** Which key derivation its key comes from; 'none' where it is not. */
  readonly kdfName: string
  /** The parameters of the key derivation. */
  readonly kdfOptions: Uint8Array
  /** The public key blob, in clear. */
  readonly publicKey: Uint8Array
  /** The private section, encrypted or not. */
  readonly section: Uint8Array
  /** What follows it: the tag of an AEAD, nothing otherwise. */
  readonly tag: Uint8Array
}

/** Reads the outer layer. What it returns are views of the bytes. */
export function readContainer(bytes: Uint8Array): Container {
  const reader = new WireReader(bytes, 'an OpenSSH private key')
  if (!equalBytes(reader.readBytes(MAGIC.length, 'the magic'), encodeAscii(MAGIC))) {
    throw keyError('expected an OpenSSH private key of version openssh-key-v1; found another between BEGIN and END')
  }
  const cipherName = decodeName(reader.readString('the cipher'))
  const kdfName = decodeName(reader.readString('the key derivation'))
  const kdfOptions = reader.readString('the parameters of the key derivation')
  const count = reader.readUint32()
  // ssh-keygen writes one key a file, and OpenSSH reads no other.
  if (count !== 1) throw keyError(`expected an OpenSSH private key file with one key; found ${count}`)
  const publicKey = reader.readString('the public key')
  const section = reader.readString('the private section')
  return { cipherName, kdfName, kdfOptions, publicKey, section, tag: reader.readRemaining() }
}

/** Writes the outer layer. */
export function writeContainer({ cipherName, kdfName, kdfOptions, publicKey, section }: Omit<Container, 'tag'>): Uint8Array {
  return new WireWriter(1024)
    .writeBytes(encodeAscii(MAGIC))
    .writeString(cipherName)
    .writeString(kdfName)
    .writeString(kdfOptions)
    .writeUint32(1)
    .writeString(publicKey)
    .writeString(section)
    .finish()
}
