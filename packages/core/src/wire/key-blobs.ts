import { isSSHError, SSHError } from '../errors.ts'
import { WireReader } from './reader.ts'
import { WireWriter } from './writer.ts'

/**
 * Reads a public key blob: `string format ‖ …` (RFC 4253 §6.6).
 *
 * @param format the name in front of it
 * @param readFields reads what follows; nothing may be left behind it
 * @returns what `readFields` returns
 * @throws SSHError `KEY`, fault 'peer', where the blob is of another format or malformed; what `readFields` throws
 */
export function readPublicKeyBlob<T>(blob: Uint8Array, format: string, readFields: (reader: WireReader) => T): T {
  try {
    const reader = new WireReader(blob, `an ${format} public key`)
    const found = reader.readName()
    if (found !== format) throw publicKeyError(`expected an ${format} public key; found one of format ${JSON.stringify(found)}`)
    const fields = readFields(reader)
    reader.end()
    return fields
  } catch (error) {
    if (isSSHError(error) && error.code === 'MALFORMED') throw publicKeyError(error.message, error)
    throw error
  }
}

/**
 * The value in a signature blob: `string format ‖ string value` (RFC 4253 §6.6). A signature that cannot be read is not right, no error:
 * undefined where the blob is of another format or malformed.
 */
export function readSignatureBlob(blob: Uint8Array, format: string): Uint8Array | undefined {
  try {
    const reader = new WireReader(blob, `an ${format} signature`)
    const found = reader.readName()
    const value = reader.readString('the signature')
    reader.end()
    return found === format ? value : undefined
  } catch {
    return undefined
  }
}

/** Writes a signature blob: `string format ‖ string value` (RFC 4253 §6.6). */
export function writeSignatureBlob(format: string, value: Uint8Array): Uint8Array {
  return new WireWriter().writeString(format).writeString(value).finish()
}

/** A public key must not be used. It comes from the peer: SSHError `KEY`, fault 'peer'. */
export function publicKeyError(message: string, cause?: unknown): SSHError {
  return new SSHError('KEY', message, { fault: 'peer', cause })
}

/** A private key must not be used. It comes from whoever calls: SSHError `KEY`, fault 'caller'. */
export function privateKeyError(message: string, cause?: unknown): SSHError {
  return new SSHError('KEY', message, { fault: 'caller', cause })
}
