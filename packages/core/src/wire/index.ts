/**
 * The pure helpers that algorithm packages share with core: the data types of RFC 4251 §5, bytes, text, the error and its reasons. Nothing
 * here holds state between calls, so that two copies in one program do no harm.
 *
 * @module
 */
export { concatBytes, equalBytes, equalBytesConstantTime, readUint32, trimLeadingZeros, writeUint32 } from './bytes.ts'
export { bigIntToBytes, bytesToBigInt } from './bigint.ts'
export { privateKeyError, publicKeyError, readPublicKeyBlob, readSignatureBlob, writeSignatureBlob } from './key-blobs.ts'
export { matchesPattern } from './pattern.ts'
export { WireReader } from './reader.ts'
export { decodeName, decodeUtf8, decodeUtf8Lossy, encodeAscii, encodeUtf8, quoteText } from './text.ts'
export { WireWriter } from './writer.ts'
export { invalidArgument, isSSHError, keyExchangeFailed, malformed, SSHError } from '../errors.ts'
export type { Fault, SSHErrorCode, SSHErrorOptions } from '../errors.ts'
export { DisconnectReasons } from '../messages.ts'
export type { DisconnectReason } from '../messages.ts'
