import { isSSHError, SSHError, WireReader, WireWriter } from '@seashell/core/wire'

/** An error about a public key: it comes from the peer. */
export function publicKeyError(message: string, cause?: unknown): SSHError {
  return new SSHError('KEY', message, { fault: 'peer', cause })
}

/** An error about a private key: it comes from whoever calls. */
export function privateKeyError(message: string, cause?: unknown): SSHError {
  return new SSHError('KEY', message, { fault: 'caller', cause })
}

/**
 * Reads a public key blob (RFC 4253 §6.6).
 *
 * @param format the name in front of it
 * @param readFields reads what follows
 * @throws SSHError `KEY` where it has another form
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

/** The value of a signature blob (RFC 4253 §6.6), or undefined where it is malformed or of another format. */
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

/** Writes a signature blob (RFC 4253 §6.6). */
export function writeSignatureBlob(format: string, value: Uint8Array): Uint8Array {
  return new WireWriter().writeString(format).writeString(value).finish()
}
