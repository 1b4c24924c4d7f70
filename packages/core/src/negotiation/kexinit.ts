import { SSHError } from '../errors.ts'
import { WireReader } from '../wire/reader.ts'
import { WireWriter } from '../wire/writer.ts'

/** What one direction of a connection uses. */
export interface DirectionLists {
  /** Ciphers. */
  readonly ciphers: readonly string[]
  /** MACs. */
  readonly macs: readonly string[]
  /** Compression methods. */
  readonly compressions: readonly string[]
  /** Languages (RFC 3066 tags); nobody uses them. */
  readonly languages: readonly string[]
}

/** The contents of SSH_MSG_KEXINIT (RFC 4253 §7.1): what one side offers, most preferred first. */
export interface KexInit {
  /** 16 random bytes. */
  readonly cookie: Uint8Array
  /** Key exchange methods, and the markers of extensions (RFC 8308 §2.1; OpenSSH PROTOCOL §1.10). */
  readonly keyExchanges: readonly string[]
  /** Signature algorithms of host keys. */
  readonly publicKeys: readonly string[]
  /** What the client sends with. */
  readonly clientToServer: DirectionLists
  /** What the server sends with. */
  readonly serverToClient: DirectionLists
  /** Whether a guess at the first message of the exchange follows. */
  readonly firstKexPacketFollows: boolean
}

/** Bytes of cookie. */
export const COOKIE_LENGTH = 16

/** The payload of KEXINIT, without the message number. */
export function encodeKexInit(init: KexInit): Uint8Array {
  const { clientToServer, serverToClient } = init
  return new WireWriter(1024)
    .writeBytes(init.cookie)
    .writeNameList(init.keyExchanges)
    .writeNameList(init.publicKeys)
    .writeNameList(clientToServer.ciphers)
    .writeNameList(serverToClient.ciphers)
    .writeNameList(clientToServer.macs)
    .writeNameList(serverToClient.macs)
    .writeNameList(clientToServer.compressions)
    .writeNameList(serverToClient.compressions)
    .writeNameList(clientToServer.languages)
    .writeNameList(serverToClient.languages)
    .writeBoolean(init.firstKexPacketFollows)
    .writeUint32(0)
    .finish()
}

/**
 * Reads the payload of KEXINIT, without the message number. What follows the reserved field is left alone: the field is there so that the
 * message can grow.
 *
 * @param nameListLength the longest name-list to accept, in bytes
 * @param nameListNames the most names in one
 * @throws SSHError `MALFORMED`, or `LIMIT` where a list is longer
 */
export function decodeKexInit(payload: Uint8Array, nameListLength: number, nameListNames: number = Number.POSITIVE_INFINITY): KexInit {
  const reader = new WireReader(payload, 'KEXINIT')
  const list = (): string[] => readList(reader, nameListLength, nameListNames)
  const cookie = reader.readBytes(COOKIE_LENGTH, 'the cookie').slice()
  const [keyExchanges, publicKeys] = [list(), list()]
  const [ciphersIn, ciphersOut, macsIn, macsOut] = [list(), list(), list(), list()]
  const [compressionsIn, compressionsOut, languagesIn, languagesOut] = [list(), list(), list(), list()]
  const firstKexPacketFollows = reader.readBoolean()
  reader.readUint32()
  return {
    cookie,
    keyExchanges,
    publicKeys,
    clientToServer: { ciphers: ciphersIn, macs: macsIn, compressions: compressionsIn, languages: languagesIn },
    serverToClient: { ciphers: ciphersOut, macs: macsOut, compressions: compressionsOut, languages: languagesOut },
    firstKexPacketFollows,
  }
}

function readList(reader: WireReader, maximumLength: number, maximumNames: number): string[] {
  const before = reader.remainingLength
  const names = reader.readNameList()
  const length = before - reader.remainingLength - 4
  if (length > maximumLength) throw tooLong(`${length} bytes; the limit nameListLength is ${maximumLength}`)
  if (names.length > maximumNames) throw tooLong(`${names.length} names; the limit nameListNames is ${maximumNames}`)
  return names
}

function tooLong(what: string): SSHError {
  return new SSHError('LIMIT', `a name-list of KEXINIT has ${what}`, { fault: 'peer' })
}
