import type { AlgorithmRegistry } from '../algorithms/registry.ts'
import { frozen } from '../frozen.ts'
import type { KeyExchange, KeyExchangeState } from '../kex/exchange.ts'
import { describeCiphers, isEncryptedBy, isVerifiedBy, type SSHCiphers } from '../packets/ciphers.ts'
import { encodeAscii } from '../wire/text.ts'
import type { Inbound } from './inbound.ts'
import type { Limits } from './limits.ts'
import type { Offer } from './offer.ts'
import type { Outbound, QueuedMessage } from './outbound.ts'
import { versionString } from './version.ts'

/** The compression of what we send: each call yields a whole packet's worth, so that nothing is left to flush. */
export interface OutgoingCompression {
  /** Compresses one payload. */
  compress(data: Uint8Array): Uint8Array
  /** What is held back: never anything. */
  flush(): Uint8Array
}

/** The compression of what the peer sends. */
export interface IncomingCompression {
  /** Inflates one payload. */
  decompress(data: Uint8Array): Uint8Array
}

const SUPPORTED_VERSIONS = /* @__PURE__ */ Object.freeze(['1.99', '2.0'])

/** A direction, or both. */
export type Direction = 'in' | 'out' | 'both'

/**
 * The attributes of a transport, under the names that Twisted Conch gave them. Each is a thin view of the object that holds the state:
 * what is offered, what comes in, what goes out, the key exchange.
 */
export abstract class TransportAttributes {
  /** The version of the protocol that we speak. */
  protocolVersion = '2.0'
  /** Our software's name and version in the identification line: printable US-ASCII without space and minus. Set it before the connection. */
  version: string
  /** What follows it in the identification line; '' for nothing. */
  comment: string
  /** The versions of the protocol that we accept. 1.99 means 2.0 (RFC 4253 §5.1). */
  supportedVersions: readonly string[] = SUPPORTED_VERSIONS
  /** Whether we are the client. */
  readonly isClient: boolean
  /** Whether the peer's identification line has come. */
  gotVersion = false
  /** The peer's identification line without its end, one character for each byte; '' before it came. */
  otherVersionString = ''

  /** The limits in force. */
  abstract readonly limits: Limits
  /** What we sent: from then on `version` and `comment` change nothing, for the line is in every exchange hash. */
  protected sentVersionString: string | undefined
  /** @internal */
  protected abstract readonly offer: Offer
  /** @internal */
  protected abstract readonly inbound: Inbound
  /** @internal */
  protected abstract readonly outbound: Outbound
  /** @internal */
  protected abstract readonly exchange: KeyExchange

  constructor(isClient: boolean, version: string, comment: string) {
    this.isClient = isClient
    this.version = version
    this.comment = comment
  }

  /** Our identification line without its end. Throws SSHError `ARGUMENT` where `version` or `comment` cannot be in it. */
  get ourVersionString(): string {
    return this.sentVersionString ?? versionString(this.protocolVersion, this.version, this.comment)
  }

  /** The algorithms that are registered on this transport: a snapshot of what was passed in. */
  get algorithms(): AlgorithmRegistry {
    return this.offer.algorithms
  }

  /**
   * The ciphers to offer, most preferred first. This and the other lists take names that are registered, count from the next key exchange,
   * and throw SSHError `UNKNOWN_ALGORITHM` for other names. `none` is taken only here, by hand.
   */
  get supportedCiphers(): readonly string[] {
    return this.offer.get('ciphers')
  }
  set supportedCiphers(names: readonly string[]) {
    this.offer.set('ciphers', names)
  }

  /** The MACs to offer, most preferred first. */
  get supportedMACs(): readonly string[] {
    return this.offer.get('macs')
  }
  set supportedMACs(names: readonly string[]) {
    this.offer.set('macs', names)
  }

  /** The key exchange methods to offer, most preferred first. The markers of extensions are no methods and not in it. */
  get supportedKeyExchanges(): readonly string[] {
    return this.offer.get('keyExchanges')
  }
  set supportedKeyExchanges(names: readonly string[]) {
    this.offer.set('keyExchanges', names)
  }

  /** The signature algorithms of host keys to offer, most preferred first. */
  get supportedPublicKeys(): readonly string[] {
    return this.offer.get('publicKeys')
  }
  set supportedPublicKeys(names: readonly string[]) {
    this.setPublicKeys(names)
  }

  /** The compression methods to offer, most preferred first. */
  get supportedCompressions(): readonly string[] {
    return this.offer.get('compressions')
  }
  set supportedCompressions(names: readonly string[]) {
    this.offer.set('compressions', names)
  }

  /** The languages to offer, most preferred first; none where nobody says. */
  get supportedLanguages(): readonly string[] {
    return this.offer.languages
  }
  set supportedLanguages(tags: readonly string[]) {
    this.offer.languages = frozen(tags)
  }

  /** The bytes that have come and are no packet yet. A view, valid until more come. */
  get buf(): Uint8Array {
    return this.inbound.reader.buffered
  }

  /** The head of the next packet, decrypted once for its length, while the rest has not come; empty otherwise. A view. */
  get first(): Uint8Array {
    return this.inbound.reader.head
  }

  /** The sequence number of the next packet that we send, 0–2^32−1. */
  get outgoingPacketSequence(): number {
    return this.outbound.writer.sequence
  }

  /** The sequence number of the next packet from the peer, 0–2^32−1. */
  get incomingPacketSequence(): number {
    return this.inbound.reader.sequence
  }

  /** The compression of what we send, or null. */
  get outgoingCompression(): OutgoingCompression | null {
    const stream = this.outbound.writer.compression
    if (stream === undefined) return null
    return { compress: (data) => stream.compress(data), flush: () => new Uint8Array(0) }
  }

  /** The compression that was agreed on for what we send: its wire name. */
  get outgoingCompressionType(): string {
    return this.exchange.negotiated?.[this.isClient ? 'clientToServer' : 'serverToClient'].compression.name ?? 'none'
  }

  /** Whether the compression of what we send begins when the user is authenticated (OpenSSH's PROTOCOL §1.2). */
  get delaysCompression(): boolean {
    return this.exchange.negotiated?.[this.isClient ? 'clientToServer' : 'serverToClient'].compression.delayed === true
  }

  /** The compression of what the peer sends, or null. */
  get incomingCompression(): IncomingCompression | null {
    const stream = this.inbound.reader.decompression
    return stream === undefined ? null : { decompress: (data) => stream.decompress(data, this.limits.inflatedLength) }
  }

  /** The compression that was agreed on for what the peer sends: its wire name. */
  get incomingCompressionType(): string {
    return this.exchange.negotiated?.[this.isClient ? 'serverToClient' : 'clientToServer'].compression.name ?? 'none'
  }

  /** Our last KEXINIT with its message number, as it enters the exchange hash; empty before the first. */
  get ourKexInitPayload(): Uint8Array {
    return this.exchange.ourKexInit ?? new Uint8Array(0)
  }

  /** The peer's last KEXINIT with its message number; empty before the first. */
  get otherKexInitPayload(): Uint8Array {
    return this.exchange.theirKexInit ?? new Uint8Array(0)
  }

  /** The exchange hash of the first key exchange, which identifies the connection (RFC 4253 §7.2); empty before it. */
  get sessionID(): Uint8Array {
    return this.exchange.sessionID ?? new Uint8Array(0)
  }

  /** The key exchange method that was agreed on: its wire name; '' before that. */
  get kexAlg(): string {
    return this.exchange.negotiated?.keyExchange.name ?? ''
  }

  /** Leaves this method alone on offer, from the next key exchange on. Throws SSHError `UNKNOWN_ALGORITHM` where it is not registered. */
  set kexAlg(name: string) {
    this.supportedKeyExchanges = [name]
  }

  /** The host key's signature algorithm that was agreed on: its wire name; '' before that. */
  get keyAlg(): string {
    return this.exchange.negotiated?.publicKey.name ?? ''
  }

  /** How packets are protected now. */
  get currentEncryptions(): SSHCiphers {
    return describeCiphers(this.outbound.writer.protection, this.inbound.reader.protection)
  }

  /** How they will be once the peer's NEWKEYS comes, or null. What we send is protected so from our own NEWKEYS on. */
  get nextEncryptions(): SSHCiphers | null {
    const next = this.exchange.next
    return next === undefined ? null : describeCiphers(next.outgoing, next.incoming)
  }

  /** How far the key exchange is: 'none' runs, we have 'requested' it, or the peer has and it is 'progressing'. */
  protected get keyExchangeState(): KeyExchangeState {
    return this.exchange.state
  }

  /** What waits for the end of the key exchange, in order; null where none runs. */
  protected get blockedByKeyExchange(): readonly QueuedMessage[] | null {
    return this.outbound.queue ?? null
  }

  /** Whether a direction is encrypted: not before the first key exchange, not with `none`. Throws TypeError for another argument. */
  isEncrypted(direction: Direction = 'out'): boolean {
    return inDirection(direction, isEncryptedBy(this.outbound.writer.protection), isEncryptedBy(this.inbound.reader.protection))
  }

  /** Whether a direction is authenticated: not before the first key exchange, not with `none`. Throws TypeError for another argument. */
  isVerified(direction: Direction = 'out'): boolean {
    return inDirection(direction, isVerifiedBy(this.outbound.writer.protection), isVerifiedBy(this.inbound.reader.protection))
  }

  /**
   * Part of the message that is being handled, to be kept: itself where nothing else will use its memory, otherwise a copy.
   *
   * @param part a view into the payload, before its handler returns
   */
  keep(part: Uint8Array): Uint8Array {
    return this.inbound.reader.keep(part)
  }

  /** Calls back at the end of this turn of the event loop, as far as the stream below knows it: what is sent then leaves at once. */
  atEndOfTurn(callback: () => void): void {
    this.outbound.atEndOfTurn(callback)
  }

  /** Takes the list of host key algorithms; a server has to have the keys. */
  protected setPublicKeys(names: readonly string[]): void {
    this.offer.set('publicKeys', names)
  }

  /** Both identification lines as bytes, for the exchange hash. */
  protected versions(): { readonly clientVersion: Uint8Array; readonly serverVersion: Uint8Array } {
    const [ours, theirs] = [encodeAscii(this.ourVersionString), encodeAscii(this.otherVersionString)]
    return this.isClient ? { clientVersion: ours, serverVersion: theirs } : { clientVersion: theirs, serverVersion: ours }
  }
}

function inDirection(direction: Direction, out: boolean, incoming: boolean): boolean {
  switch (direction) {
    case 'out':
      return out
    case 'in':
      return incoming
    case 'both':
      return out && incoming
    default:
      throw new TypeError(`expected 'in', 'out' or 'both'; got ${String(direction)}`)
  }
}
