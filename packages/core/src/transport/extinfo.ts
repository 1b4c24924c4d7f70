import { SSHError } from '../errors.ts'
import { sharedBytes } from '../shared-bytes.ts'
import { WireReader } from '../wire/reader.ts'
import { WireWriter } from '../wire/writer.ts'

/** The most extensions that we read; nobody knows a tenth as many. */
const EXTENSIONS_MAXIMUM = 1024

/** The extension by which a server tells the signature algorithms that it accepts from users (RFC 8308 §3.1). */
export const SERVER_SIG_ALGS = 'server-sig-algs'
/** The extension by which a peer tells that it answers PING (OpenSSH PROTOCOL §1.9). */
export const PING_EXTENSION = 'ping@openssh.com'

/** What a peer has said of itself. RFC 8308 §2.4: a client may send EXT_INFO once, a server twice. */
export class PeerExtensions {
  // As they came, without the message number: read when somebody asks.
  #first: Uint8Array | undefined
  #second: Uint8Array | undefined

  /** Extension name to value; another map each time. */
  get known(): ReadonlyMap<string, Uint8Array> {
    const known = this.#first === undefined ? new Map<string, Uint8Array>() : decodeExtInfo(this.#first)
    if (this.#second !== undefined) for (const [name, value] of decodeExtInfo(this.#second)) known.set(name, value)
    return known
  }

  /**
   * EXT_INFO has come: what it says counts beside and before what is known.
   *
   * @throws SSHError `MALFORMED`, or `PROTOCOL` where it comes too often
   */
  receive(payload: Uint8Array): void {
    if (this.#second !== undefined) throw new SSHError('PROTOCOL', 'the peer sent EXT_INFO more than 2 times', { fault: 'peer' })
    decodeExtInfo(payload)
    if (this.#first === undefined) this.#first = sharedBytes(payload)
    else this.#second = sharedBytes(payload)
  }
}

/** The payload of EXT_INFO (RFC 8308 §2.3), without the message number. */
export function encodeExtInfo(extensions: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const writer = new WireWriter().writeUint32(extensions.size)
  for (const [name, value] of extensions) writer.writeString(name).writeString(value)
  return writer.finish()
}

/**
 * Reads it: extension name to value. A name that comes twice counts as it came last.
 *
 * @throws SSHError `MALFORMED`
 */
function decodeExtInfo(payload: Uint8Array): Map<string, Uint8Array> {
  const reader = new WireReader(payload, 'EXT_INFO')
  const extensions = new Map<string, Uint8Array>()
  const count = Math.min(reader.readUint32(), EXTENSIONS_MAXIMUM)
  for (let index = 0; index < count; index++) extensions.set(reader.readName(), reader.readString('a value').slice())
  return extensions
}
