import type { PublicKeyDefinition, Random, Signer } from '../algorithms/definition.ts'
import type { AlgorithmRegistry } from '../algorithms/registry.ts'
import { SSHError } from '../errors.ts'
import { KeyExchange, type KeyExchangeHost } from '../kex/exchange.ts'
import type { ExchangeContext } from '../kex/hash.ts'
import * as messages from '../messages.ts'
import type { KexInit } from '../negotiation/kexinit.ts'
import type { Negotiated } from '../negotiation/negotiate.ts'
import type { PacketReader } from '../packets/reader.ts'
import { type Clock, exactly, systemClock, systemRandom } from '../platform.ts'
import { encodeAscii } from '../wire/text.ts'
import { WireReader } from '../wire/reader.ts'
import { SSHTransportAddress } from './address.ts'
import { Authentication } from './authentication.ts'
import { describeNegotiated, describeTransport, type TransportDescription } from './describe.ts'
import { Ending, firstThrown, wasClosed } from './ending.ts'
import { ExtensionMessages } from './extension-messages.ts'
import { Inbound, type InboundHandler, toSSHError } from './inbound.ts'
import { type Limits, resolveLimits } from './limits.ts'
import { type AlgorithmLists, Offer } from './offer.ts'
import type { EitherTransportOptions, TransportEvent } from './options.ts'
import { allowedDuringKeyExchange, Outbound } from './outbound.ts'
import { nextPhase, type Phase, phaseOf, verdictOn } from './phases.ts'
import { Pings } from './pings.ts'
import { Rekeying } from './rekeying.ts'
import type { ServiceTransport, SSHService } from './service.ts'
import type { ByteStream } from './stream.ts'
import { Deadlines } from './deadlines.ts'
import { findVersionLine, protocolVersionOf, unsupportedVersion } from './version.ts'

/**
 * SSH's transport protocol (RFC 4253) for either role: identification, packets, key exchange, dispatch of messages, one running service.
 *
 * It does no I/O. Attach it to a byte stream with {@link makeConnection}, feed it with {@link dataReceived}, end it with
 * {@link connectionLost}. Use it as {@link SSHClientTransport} or {@link SSHServerTransport}.
 *
 * Nothing that a peer sends makes its methods throw: the connection ends instead, with a DISCONNECT that says why, and {@link closed}
 * tells.
 */
export abstract class SSHTransportBase extends ExtensionMessages implements ServiceTransport {
  /** The limits in force. */
  override readonly limits: Limits
  /** The clock in use. */
  readonly clock: Clock
  /** The signature algorithms that we accept from users, most preferred first. */
  readonly acceptedPublicKeys: readonly string[]
  /** The running service, or null. */
  service: SSHService | null = null

  /** @internal */
  protected override readonly offer: Offer
  /** @internal */
  protected override readonly inbound: Inbound
  /** @internal */
  protected override readonly outbound: Outbound
  /** @internal */
  protected override readonly exchange: KeyExchange
  readonly #options: EitherTransportOptions
  readonly #ending = new Ending()
  readonly #rekeying: Rekeying
  readonly #deadlines: Deadlines
  #stream: ByteStream | undefined
  readonly #authentication: Authentication
  #nextPhase: Phase | undefined

  /**
   * @param supported what to offer where that is not what the options say
   * @throws SSHError `ARGUMENT` or `UNKNOWN_ALGORITHM` where the options do not fit together
   */
  constructor(isClient: boolean, options: EitherTransportOptions, defaultLimits: Limits, supported?: Partial<AlgorithmLists>) {
    super(isClient, options.version ?? 'SeaShell', options.comment ?? '')
    this.#options = options
    this.limits = resolveLimits(defaultLimits, options.limits)
    this.clock = options.clock ?? systemClock
    this.offer = new Offer(options.algorithms, supported ?? options.supported ?? {})
    this.acceptedPublicKeys = options.acceptedPublicKeys ?? this.algorithms.publicKeys.defaults
    for (const name of this.acceptedPublicKeys) this.algorithms.publicKeys.get(name)
    const random = exactly(options.random ?? systemRandom)
    const parts = new SSHTransportBase.#Parts(this, random)
    this.inbound = new Inbound(this.limits, parts)
    this.outbound = new Outbound(random, this.limits, this)
    this.exchange = new KeyExchange(parts)
    this.#authentication = new Authentication(this.limits)
    this.#rekeying = new Rekeying(options.rekey ?? {}, this.limits, this.clock, parts)
    this.#deadlines = new Deadlines(this.clock, this.limits, this)
  }

  /** Settles when the connection has ended: with the error where it was not ours to end it. It never rejects. */
  get closed(): Promise<SSHError | undefined> {
    return this.#ending.closed
  }

  /** Resolves when the first keys are in use in both directions; rejects where that is not reached. */
  get secured(): Promise<void> {
    return this.#ending.secured
  }

  /** Whether what is sent now goes out soon. */
  get writable(): boolean {
    // Also not between our NEWKEYS and the peer's: a whole window would go out under keys that may have to be exchanged after a part of it.
    return !this.#ending.ended && this.outbound.writable && this.exchange.state === 'none'
  }

  // --- the stream below ---------------------------------------------------------------------------------------------------------

  /** Attaches the transport to a byte stream, and begins. */
  makeConnection(stream: ByteStream): void {
    this.#stream = stream
    this.inbound.attach(stream)
    this.outbound.attach(stream)
    this.#deadlines.start('identificationTime', 'keyExchangeTime', 'authenticationTime')
    this.connectionMade()
    // A guess that takes a promise or two leaves with the rest at the end of the turn.
    if (!this.exchange.guessIsDue) this.outbound.flush()
  }

  /** Sends our identification line and our KEXINIT, without waiting for the peer's. */
  connectionMade(): void {
    this.sentVersionString = this.ourVersionString
    this.outbound.sendRaw(encodeAscii(`${this.sentVersionString}\r\n`))
    this.sendKexInit()
  }

  /** The peer speaks a version of SSH that we do not: the connection ends. */
  protected unsupportedVersionReceived(_remoteVersion: string): void {
    throw unsupportedVersion(this.otherVersionString)
  }

  /** Takes bytes from the stream, in whatever pieces; they are copied. What is complete in them is worked on before it returns. */
  dataReceived(data: Uint8Array): void {
    this.inbound.receive(data)
    // Whatever is decided in this turn may have more to send in it: one write does for both, at its end.
    if (!this.inbound.isHeld) this.outbound.flush()
  }

  /** The stream takes more again, after its `write` had returned false. */
  drained(): void {
    if (this.outbound.drained() && this.writable) this.#guard(() => this.service?.transportWritable())
  }

  /** The stream has ended. Whatever waits is told; a DISCONNECT that waits behind a decision says why. */
  connectionLost(reason?: unknown): void {
    this.outbound.lost()
    const farewell = this.#ending.ended || !this.gotVersion ? undefined : Ending.findDisconnect(() => this.getPacket())
    if (farewell !== undefined) this.dispatchMessage(messages.MSG_DISCONNECT, farewell)
    if (this.#ending.ended) return
    this.endConnection(new SSHError('CONNECTION_LOST', 'the connection was lost', { fault: 'local', cause: reason }))
  }

  /** The peer's address. */
  getPeer(): SSHTransportAddress {
    return new SSHTransportAddress(this.#stream?.getPeer() ?? { host: '', port: 0 })
  }

  /** Our own address. */
  getHost(): SSHTransportAddress {
    return new SSHTransportAddress(this.#stream?.getHost() ?? { host: '', port: 0 })
  }

  // --- packets ------------------------------------------------------------------------------------------------------------------

  /**
   * Sends a message: compressed, encrypted and authenticated as agreed on. While keys are exchanged, messages that are not part of that
   * wait, and leave in order under the new keys. Where the connection has ended, nothing happens.
   *
   * @param payload what follows the number, in one piece or several: copied before this returns
   */
  override sendPacket(messageNum: number, ...payload: readonly Uint8Array[]): void {
    if (this.#ending.ended) return
    this.outbound.send(messageNum, ...payload)
    this.#rekeyWhenDue()
  }

  /**
   * The next packet from the bytes that have come, decrypted, authentic and inflated: message number, then payload; null where more bytes
   * are needed. A view, valid until the next call. The transport calls it; a program that does will take packets away from it.
   *
   * @throws SSHError where the bytes are no such packet
   */
  getPacket(): Uint8Array | null {
    return this.inbound.reader.next()
  }

  /** Handles a message, or ends the connection where it may not come now. The phase table decides. */
  dispatchMessage(messageNum: number, payload: Uint8Array): void {
    if (this.#ending.ended) return
    this.#guard(() => {
      this.#authentication.count(this.service, payload.length + 1)
      if (this.exchange.state !== 'none') this.#renewKeyExchangeTime()
      const { isClient } = this
      const phase = phaseOf(this.exchange, this.#authentication.done, this.#nextPhase)
      this.#nextPhase = nextPhase(messageNum, phase)
      const verdict = verdictOn(messageNum, phase, { isClient, strict: this.exchange.strict, serviceRunning: this.service !== null })
      if (verdict === 'accept') this.#handle(messageNum, payload)
      else if (verdict === 'unimplemented') this.sendUnimplemented()
      else throw new SSHError('PROTOCOL', `message ${messageNum} is not allowed now, in phase ${phase}`, { fault: 'peer' })
      this.#rekeyWhenDue()
    })
  }

  /** No message is interpreted until the promise settles; bytes wait, within limits. A rejection ends the connection. */
  hold(promise: PromiseLike<unknown>): void {
    this.inbound.hold(promise)
  }

  // --- key exchange -------------------------------------------------------------------------------------------------------------

  /**
   * Sends KEXINIT: starts a key exchange.
   *
   * @throws SSHError `PROTOCOL`, fault 'caller', where one runs already
   */
  sendKexInit(): void {
    this.exchange.start()
  }

  /** KEXINIT has come (RFC 4253 §7.1): agrees on algorithms and runs the method. */
  ssh_KEXINIT(payload: Uint8Array): void {
    this.exchange.kexInitReceived(payload)
  }

  /** NEWKEYS has come (RFC 4253 §7.3). */
  ssh_NEWKEYS(payload: Uint8Array): void {
    new WireReader(payload, 'NEWKEYS').end()
    this.newKeys()
  }

  /** Whether a message may be sent while keys are exchanged (RFC 4253 §7.1). */
  protected allowedKeyExchangeMessageType(messageNum: number): boolean {
    return allowedDuringKeyExchange(messageNum)
  }

  /**
   * One of the keys of RFC 4253 §7.2.
   *
   * @param c the letter, 'A' to 'F'
   * @param sharedSecret K, encoded
   * @param exchangeHash H
   * @param length how many bytes
   */
  protected getKey(c: string, sharedSecret: Uint8Array, exchangeHash: Uint8Array, length: number): Uint8Array {
    return this.exchange.key(c, sharedSecret, exchangeHash, length)
  }

  /** Secret and hash of an exchange are there: derives the keys, sends NEWKEYS, and from then on sends with them. */
  protected keySetup(sharedSecret: Uint8Array, exchangeHash: Uint8Array): void {
    this.exchange.setUp(sharedSecret, exchangeHash)
  }

  /** The peer's NEWKEYS has come: what follows is under the new keys. */
  protected newKeys(): void {
    this.exchange.newKeysReceived()
    this.#deadlines.stop('keyExchangeTime')
    this.#rekeying.restart()
    const { completed } = this.exchange
    this.emit({ type: 'keys', count: completed })
    if (this.writable) this.service?.transportWritable()
    if (completed > 1) return
    this.#ending.resolveSecured()
    this.connectionSecure()
  }

  /** Called once, when the first keys are in use in both directions. Override it to request a service. */
  connectionSecure(): void {}

  /** The client's decision about a host key; throws where it is not to be trusted. */
  protected abstract decideHostKey(hostKey: Uint8Array, definition: PublicKeyDefinition): Promise<void>

  /** The server's host key for a signature algorithm. */
  protected abstract hostKeyFor(definition: PublicKeyDefinition): Signer

  // --- services -----------------------------------------------------------------------------------------------------------------

  /** Stops the running service, if one is, and starts another. */
  setService(service: SSHService): void {
    if (this.#ending.ended) return
    this.service?.serviceStopped()
    this.service = service
    service.transport = this
    if (!this.#authentication.isAwaited(service)) this.#deadlines.stop('authenticationTime')
    this.emit({ type: 'service', name: service.name })
    service.serviceStarted()
  }

  /** The user is authenticated: delayed compression starts, the time to authenticate no longer runs. */
  authenticationSucceeded(): void {
    if (this.#ending.ended || this.#authentication.done) return
    this.#authentication.done = true
    this.#deadlines.stop('authenticationTime')
    this.exchange.startDelayedCompression()
    this.emit({ type: 'authenticated' })
    this.#rekeyWhenDue()
  }

  /** What is registered, offered and agreed on, for reports. */
  describe(): TransportDescription {
    return describeTransport(this, this.exchange, this.offer.lists, this.#authentication.done)
  }

  /** Tells `onEvent`. */
  protected override emit(event: TransportEvent): void {
    this.#options.onEvent?.(event)
  }

  /** Handles SERVICE_REQUEST or SERVICE_ACCEPT: which of them, the role decides. */
  protected abstract serviceMessage(payload: Uint8Array): void

  /** @internal */
  protected override endConnection(error: SSHError | undefined, farewell?: Uint8Array): void {
    if (farewell !== undefined && !this.#ending.ended) this.outbound.sendNow(messages.MSG_DISCONNECT, farewell)
    if (!this.#ending.begin()) return
    // Nobody waits as a rule, and an error costs what the stack that it remembers does.
    let told = error
    const tell = (): SSHError => (told ??= wasClosed())
    const { service } = this
    this.service = null
    const thrown = firstThrown(
      () => this.outbound.end(),
      () => this.inbound.end(),
      () => this.exchange.abort(tell),
      () => this.#rekeying.stop(),
      () => this.#deadlines.stopAll(),
      () => this.pings.abort(tell),
      () => service?.serviceStopped(error),
      () => this.emit(error === undefined ? { type: 'ended' } : { type: 'ended', error }),
    )
    this.#ending.settle(error ?? thrown)
  }

  /** Takes the identification line or a packet, where one has come whole. */
  protected step(): boolean {
    if (!this.gotVersion) return this.#readVersion()
    const packet = this.getPacket()
    if (packet === null) return false
    this.dispatchMessage(packet[0]!, packet.subarray(1))
    return true
  }

  // --- helpers ------------------------------------------------------------------------------------------------------------------

  #readVersion(): boolean {
    const found = findVersionLine(this.buf, this.isClient, this.limits)
    if (found === undefined) return false
    this.inbound.reader.discard(found.consumedLength)
    this.gotVersion = true
    this.#deadlines.stop('identificationTime')
    this.otherVersionString = found.line
    const version = protocolVersionOf(found.line)
    if (!this.supportedVersions.includes(version)) this.unsupportedVersionReceived(version)
    this.emit({ type: 'version', ours: this.ourVersionString, theirs: found.line })
    return true
  }

  #handle(messageNum: number, payload: Uint8Array): void {
    switch (messageNum) {
      case messages.MSG_DISCONNECT:
        return this.ssh_DISCONNECT(payload)
      case messages.MSG_IGNORE:
        return this.ssh_IGNORE(payload)
      case messages.MSG_UNIMPLEMENTED:
        return this.ssh_UNIMPLEMENTED(payload)
      case messages.MSG_DEBUG:
        return this.ssh_DEBUG(payload)
      case messages.MSG_SERVICE_REQUEST:
      case messages.MSG_SERVICE_ACCEPT:
        return this.serviceMessage(payload)
      case messages.MSG_EXT_INFO:
        return this.ssh_EXT_INFO(payload)
      case messages.MSG_KEXINIT:
        return this.ssh_KEXINIT(payload)
      case messages.MSG_NEWKEYS:
        return this.ssh_NEWKEYS(payload)
      case messages.MSG_PING:
        return this.sendPacket(messages.MSG_PONG, Pings.answerTo(payload))
      case messages.MSG_PONG:
        return this.pings.answered(payload)
      default:
        if (messageNum <= messages.MSG_KEX_LAST) this.exchange.methodMessageReceived(messageNum, payload)
        else this.service?.packetReceived(messageNum, payload)
    }
  }

  // What the peer sent before it had our KEXINIT may take long on a slow line, and it answers behind that.
  #renewKeyExchangeTime(): void {
    const { awaiting, completed } = this.exchange
    if (awaiting === 'kexinit' && completed > 0 && !this.#authentication.isAwaited(this.service)) this.#deadlines.renew('keyExchangeTime')
  }

  #rekeyWhenDue(): void {
    if (!this.#rekeying.isDue(this.outbound.writer, this.inbound.reader)) return
    // OpenSSH's server signs only once before authentication.
    if (this.exchange.state !== 'none' || this.exchange.completed === 0 || this.#authentication.isAwaited(this.service)) return
    this.sendKexInit()
  }

  // What code of ours or the caller's throws ends the connection.
  #guard(run: () => void): void {
    try {
      run()
    } catch (error) {
      this.fail(toSSHError(error))
    }
  }

  /** The transport as its parts see it: what they may call is nobody else's. One object, where closures would be fifteen for each connection. */
  static readonly #Parts = class implements KeyExchangeHost, InboundHandler {
    readonly random: Random
    readonly #transport: SSHTransportBase

    constructor(transport: SSHTransportBase, random: Random) {
      this.#transport = transport
      this.random = random
    }

    get isClient(): boolean {
      return this.#transport.isClient
    }

    get algorithms(): AlgorithmRegistry {
      return this.#transport.algorithms
    }

    get limits(): Limits {
      return this.#transport.limits
    }

    get reader(): PacketReader {
      return this.#transport.inbound.reader
    }

    get outbound(): Outbound {
      return this.#transport.outbound
    }

    get options(): EitherTransportOptions {
      return this.#transport.#options
    }

    step(): boolean {
      return this.#transport.step()
    }

    held(isHeld: boolean): void {
      if (this.isClient) this.#transport.#deadlines.suspend(isHeld)
    }

    fail(error: SSHError): void {
      this.#transport.fail(error)
    }

    rekeyWhenDue(): void {
      this.#transport.#guard(() => this.#transport.#rekeyWhenDue())
    }

    hold(promise: PromiseLike<unknown>): void {
      this.#transport.inbound.hold(promise)
    }

    send(messageNum: number, payload: Uint8Array): void {
      this.outbound.sendNow(messageNum, payload)
    }

    started(byPeer: boolean): void {
      const { outbound, inbound, service } = this.#transport
      const authentication = this.#transport.#authentication
      if (byPeer) this.#transport.#rekeying.ofPeer.started(!authentication.isAwaited(service), outbound.writer, inbound.reader)
      this.#transport.#deadlines.start('keyExchangeTime')
    }

    offer(markers: readonly string[]): KexInit {
      return this.#transport.offer.kexInit(this.random, markers)
    }

    versions(): Pick<ExchangeContext, 'clientVersion' | 'serverVersion'> {
      return this.#transport.versions()
    }

    decide(hostKey: Uint8Array, definition: PublicKeyDefinition): Promise<void> {
      return this.#transport.decideHostKey(hostKey, definition)
    }

    hostKeyFor(definition: PublicKeyDefinition): Signer {
      return this.#transport.hostKeyFor(definition)
    }

    keySetup(sharedSecret: Uint8Array, exchangeHash: Uint8Array): void {
      this.#transport.keySetup(sharedSecret, exchangeHash)
    }

    negotiated(negotiated: Negotiated): void {
      this.#transport.emit({ type: 'negotiated', negotiated: describeNegotiated(negotiated) })
    }

    sendingSecured(): void {
      this.#transport.sendExtInfo()
    }

    authenticated(): boolean {
      return this.#transport.#authentication.done
    }
  }
}
