import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import type { PublicKeyDefinition, Random } from '@seashell/core'
import { bigIntToBytes, bytesToBigInt, concatBytes, equalBytes, isSSHError, WireReader, WireWriter } from '@seashell/core/wire'
import { errors } from './errors.ts'

/** What can be wrong with {@link toyEd25519}. */
export type PublicKeyFlaw =
  | 'every signature is right'
  | 'no signature is right'
  | 'a promise of nothing is returned'
  | 'the first 64 bytes are signed'
  | 'S is reduced first'
  | 'the format of a signature is not read'
  | 'bytes after a signature are ignored'
  | 'bytes after its value are ignored'
  | 'what a signature lacks is taken for zeros'
  | 'malformed signatures throw'
  | 'the format of a key is not read'
  | 'bytes after a key are ignored'
  | 'what a key lacks is taken for zeros'
  | 'a key is wrong in bitLength() alone'
  | 'a malformed key is a plain Error'
  | 'a malformed key is the fault of the caller'
  | 'keys of small order are accepted'
  | 'the size is none'
  | 'the data is wiped'
  | 'the key is wiped'
  | 'the whole buffer is used'
  | 'signatures are of another format'
  | 'private keys are read to the end of the file'
  | 'private keys are not compared with their public half'
  | 'the private key is a view of its file'
  | 'the halves of a pair share memory'
  | 'every key is the same'
  | 'keys are of nobody knows what'
  | 'signing wipes the private key'
  | 'signing is another each time'
  | 'privateKeys can be changed'

const FORMAT = 'toy-ed25519@example.org'
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n

/** Ed25519 on OpenSSL: right without a flaw. */
export function toyEd25519(flaw?: PublicKeyFlaw): PublicKeyDefinition {
  const toy = new Toy((one) => flaw === one)
  const operations = {
    read: (reader: WireReader) => toy.read(reader),
    generate: (random: Random) => toy.generate(random),
    sign: (privateKey: Uint8Array, data: Uint8Array) => toy.sign(privateKey, data),
  }
  return Object.freeze({
    kind: 'public-key',
    apiVersion: 1,
    name: FORMAT,
    provider: 'toy',
    keyFormat: FORMAT,
    signatureFormat: FORMAT,
    typeName: 'TOY',
    bitLength: (publicKey: Uint8Array) => toy.bitLength(publicKey),
    verify: (publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array) => toy.verify(publicKey, data, signature),
    privateKeys: flaw === 'privateKeys can be changed' ? operations : Object.freeze(operations),
  } satisfies PublicKeyDefinition)
}

/** A key blob of the toy's format. */
export function toyKeyBlob(point: Uint8Array): Uint8Array {
  return new WireWriter().writeString(FORMAT).writeString(point).finish()
}

/** The same signature in another form: S plus the order of the group. */
export function withLargerS(blob: Uint8Array): Uint8Array {
  const s = bytesToBigInt(blob.subarray(-32).toReversed()) + ORDER
  return concatBytes(blob.subarray(0, -32), bigIntToBytes(s, 32).toReversed())
}

class Toy {
  readonly #has: (flaw: PublicKeyFlaw) => boolean
  #count = 0

  constructor(has: (flaw: PublicKeyFlaw) => boolean) {
    this.#has = has
  }

  bitLength(publicKey: Uint8Array): number {
    this.#readPoint(publicKey)
    return this.#has('the size is none') ? 0 : 256
  }

  verify(publicKey: Uint8Array, given: Uint8Array, signature: Uint8Array): boolean {
    const point = this.#has('a key is wrong in bitLength() alone') ? publicKey.slice(-32) : this.#readPoint(publicKey)
    const value = this.#readSignature(signature)
    const data = this.#covered(given)
    const right = value !== undefined && point.length === 32 && verify(null, data, importPublicKey(point), value)
    if (this.#has('the data is wiped')) given.fill(0)
    if (this.#has('the key is wiped')) publicKey.fill(0)
    if (this.#has('every signature is right')) return true
    if (this.#has('a promise of nothing is returned')) return undefined as unknown as boolean
    return right && !this.#has('no signature is right')
  }

  read(reader: WireReader) {
    const point = reader.readString('the public key')
    const secret = reader.readString('the private key')
    if (point.length !== 32 || secret.length !== 64) throw errors.privateKey('another length')
    const seed = secret.subarray(0, 32)
    const expected = exportPublicKey(seed)
    const agrees = equalBytes(point, expected) && equalBytes(secret.subarray(32), expected)
    if (!agrees && !this.#has('private keys are not compared with their public half')) throw errors.privateKey('another half')
    if (this.#has('private keys are read to the end of the file')) reader.readRemaining()
    return this.#pair(seed, point, this.#has('the private key is a view of its file') ? reader.consumed : undefined)
  }

  generate(random: Random) {
    const seed = this.#has('every key is the same') ? new Uint8Array(32).fill(1) : random(32)
    if (this.#has('keys are of nobody knows what')) seed[0] = this.#count++
    return this.#pair(seed, exportPublicKey(seed))
  }

  sign(privateKey: Uint8Array, given: Uint8Array): Uint8Array {
    const reader = new WireReader(privateKey)
    reader.readString()
    const seed = new Uint8Array(reader.readString().subarray(0, 32))
    const data = this.#covered(given)
    if (this.#has('signing wipes the private key')) privateKey.fill(0)
    const value = sign(null, data, importPrivateKey(seed))
    if (this.#has('signing is another each time')) {
      // Ed25519 verifies for one S alone; another each time is a wrong one every other time.
      if (this.#count++ % 2 === 1) value[0]! ^= 1
    }
    const format = this.#has('signatures are of another format') ? 'ssh-ed25519' : FORMAT
    return new WireWriter().writeString(format).writeString(value).finish()
  }

  #covered(data: Uint8Array): Uint8Array {
    if (this.#has('the whole buffer is used')) return new Uint8Array(data.buffer)
    return this.#has('the first 64 bytes are signed') ? data.subarray(0, 64) : data
  }

  #pair(seed: Uint8Array, point: Uint8Array, file?: Uint8Array) {
    const publicKey = toyKeyBlob(point)
    const privateKey = file ?? new WireWriter().writeString(point).writeString(concatBytes(seed, point)).finish()
    if (!this.#has('the halves of a pair share memory')) return { publicKey, privateKey }
    // The public key lies within what is handed out as the private one.
    const both = concatBytes(publicKey, privateKey)
    return { privateKey: both, publicKey: both.subarray(0, publicKey.length) }
  }

  #readPoint(blob: Uint8Array): Uint8Array {
    try {
      const reader = new WireReader(blob, 'a public key')
      const format = reader.readName()
      if (format !== FORMAT && !this.#has('the format of a key is not read')) throw errors.publicKey(`one of format ${format}`)
      const length = reader.readUint32()
      const lacks = this.#has('what a key lacks is taken for zeros')
      const point = lacks ? concatBytes(reader.readRemaining(), new Uint8Array(32)).subarray(0, 32) : reader.readBytes(length)
      if (!this.#has('bytes after a key are ignored')) reader.end()
      if (point.length !== 32) throw errors.publicKey('another length')
      if (!this.#has('keys of small order are accepted') && point.every((byte) => byte === 0)) throw errors.publicKey('zeros')
      return point
    } catch (error) {
      if (this.#has('a malformed key is a plain Error')) throw new Error('malformed', { cause: error })
      const refusal = isSSHError(error) && error.code === 'KEY' ? error : errors.publicKey('what is malformed')
      throw this.#has('a malformed key is the fault of the caller') ? Object.assign(refusal, { fault: 'caller' }) : refusal
    }
  }

  #readSignature(blob: Uint8Array): Uint8Array | undefined {
    try {
      const reader = new WireReader(blob, 'a signature')
      const format = reader.readName()
      const length = reader.readUint32()
      const lacks = this.#has('what a signature lacks is taken for zeros')
      const value = lacks ? concatBytes(reader.readRemaining(), new Uint8Array(64)).subarray(0, 64) : reader.readBytes(length)
      if (!this.#has('bytes after a signature are ignored')) reader.end()
      if (format !== FORMAT && !this.#has('the format of a signature is not read')) return undefined
      if (this.#has('bytes after its value are ignored')) return value.subarray(0, 64)
      return this.#has('S is reduced first') ? withSmallS(value) : value
    } catch (error) {
      if (this.#has('malformed signatures throw')) throw error
      return undefined
    }
  }
}

function withSmallS(value: Uint8Array): Uint8Array {
  if (value.length !== 64) return value
  const s = bytesToBigInt(value.subarray(32).toReversed()) % ORDER
  return concatBytes(value.subarray(0, 32), bigIntToBytes(s, 32).toReversed())
}

function importPrivateKey(seed: Uint8Array) {
  return createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]),
    format: 'der',
    type: 'pkcs8',
  })
}

function importPublicKey(point: Uint8Array) {
  return createPublicKey({ key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), point]), format: 'der', type: 'spki' })
}

function exportPublicKey(seed: Uint8Array): Uint8Array {
  return new Uint8Array(createPublicKey(importPrivateKey(seed)).export({ format: 'der', type: 'spki' }).subarray(-32))
}
