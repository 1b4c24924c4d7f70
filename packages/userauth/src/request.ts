import { WireReader, WireWriter } from '@seashell/core/wire'
import { MSG_USERAUTH_REQUEST } from './messages.ts'

/** The fields that every USERAUTH_REQUEST starts with (RFC 4252 §5). */
export interface RequestHead {
  /** Who wants to log in. */
  readonly user: string
  /** What shall run afterwards: `ssh-connection`. */
  readonly service: string
  /** The method's name. */
  readonly method: string
}

/** A USERAUTH_REQUEST as it came: its head and the fields of its method. */
export interface Request extends RequestHead {
  /** What follows the head; a copy. */
  readonly fields: Uint8Array
}

/** The payload of a USERAUTH_REQUEST. */
export function encodeRequest(head: RequestHead, fields: Uint8Array): Uint8Array {
  return writeHead(new WireWriter(), head).writeBytes(fields).finish()
}

/**
 * Reads the payload of a USERAUTH_REQUEST.
 *
 * @throws SSHError `MALFORMED`
 */
export function decodeRequest(payload: Uint8Array): Request {
  const reader = new WireReader(payload, 'USERAUTH_REQUEST')
  const user = reader.readText()
  const service = reader.readName()
  const method = reader.readName()
  return { user, service, method, fields: reader.readRemaining().slice() }
}

/** What a publickey request says before its signature (RFC 4252 §7). */
export interface PublicKeyClaim {
  /** The signature algorithm. */
  readonly algorithm: string
  /** The public key blob. */
  readonly publicKey: Uint8Array
}

/** The fields of a publickey request up to, and without, the signature: the query where `signed` is false. */
export function encodeClaim(signed: boolean, claim: PublicKeyClaim): Uint8Array {
  return new WireWriter().writeBoolean(signed).writeString(claim.algorithm).writeString(claim.publicKey).finish()
}

/** What a user key signs (RFC 4252 §7): the session, and the request up to the signature. */
export function signedData(sessionID: Uint8Array, head: RequestHead, claim: PublicKeyClaim): Uint8Array {
  const writer = new WireWriter(512).writeString(sessionID).writeByte(MSG_USERAUTH_REQUEST)
  return writeHead(writer, head).writeBytes(encodeClaim(true, claim)).finish()
}

function writeHead(writer: WireWriter, head: RequestHead): WireWriter {
  return writer.writeString(head.user).writeString(head.service).writeString(head.method)
}
