import { describe, expect, it } from 'vitest'
import { readPublicKeyBlob, readSignatureBlob, SSHError, type WireReader, WireWriter, writeSignatureBlob } from '../src/wire/index.ts'

const blob = new WireWriter()
  .writeString('toy')
  .writeString(Uint8Array.of(1, 2, 3))
  .finish()
const value = (reader: WireReader): Uint8Array => reader.readString('the value')

describe('a public key blob (RFC 4253 §6.6)', () => {
  it('is its format and what the format says', () => {
    expect(readPublicKeyBlob(blob, 'toy', value)).toStrictEqual(Uint8Array.of(1, 2, 3))
  })

  it.each([
    ['of another format', blob, 'other', 'expected an other public key; found one of format "toy"'],
    ['cut off', blob.subarray(0, -1), 'toy', undefined],
    ['with a byte behind it', Uint8Array.of(...blob, 0), 'toy', undefined],
    ['empty', new Uint8Array(0), 'toy', undefined],
  ])('%s is the peer’s bad key', (_, bytes, format, message) => {
    const error = expect.objectContaining({ code: 'KEY', fault: 'peer', ...(message === undefined ? {} : { message }) }) as Error
    expect(() => readPublicKeyBlob(bytes, format, value)).toThrow(error)
  })

  it('leaves other errors of who reads the fields alone', () => {
    const error = new SSHError('ARGUMENT', 'expected something else', { fault: 'caller' })
    const readFields = (): never => {
      throw error
    }
    expect(() => readPublicKeyBlob(blob, 'toy', readFields)).toThrow(error)
  })
})

describe('a signature blob (RFC 4253 §6.6)', () => {
  it('is a format and a value', () => {
    expect(writeSignatureBlob('toy', Uint8Array.of(1, 2, 3))).toStrictEqual(blob)
    expect(readSignatureBlob(blob, 'toy')).toStrictEqual(Uint8Array.of(1, 2, 3))
  })

  it.each([
    ['of another format', blob, 'other'],
    ['cut off', blob.subarray(0, -1), 'toy'],
    ['with a byte behind it', Uint8Array.of(...blob, 0), 'toy'],
    ['with a format that is no name', Uint8Array.of(0, 0, 0, 1, 0x20, 0, 0, 0, 0), ' '],
    ['empty', new Uint8Array(0), 'toy'],
  ])('%s has no value', (_, bytes, format) => {
    expect(readSignatureBlob(bytes, format)).toBeUndefined()
  })
})
