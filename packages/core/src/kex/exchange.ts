import type { AlgorithmRegistry } from '../algorithms/registry.ts'
import type { KemKeyExchangeDefinition, Opener, PublicKeyDefinition, Sealer, Signer } from '../algorithms/definition.ts'
import { SSHError } from '../errors.ts'
import { DisconnectReasons, MSG_KEXINIT, MSG_NEWKEYS } from '../messages.ts'
import { decodeKexInit, encodeKexInit, type KexInit } from '../negotiation/kexinit.ts'
import { guessedWrong, markers, type Negotiated, negotiate, type NegotiatedDirection } from '../negotiation/negotiate.ts'
import { type Protection, protectIncoming, protectOutgoing } from '../packets/protection.ts'
import type { PacketReader } from '../packets/reader.ts'
import type { PacketWriter } from '../packets/writer.ts'
import { concatBytes } from '../wire/bytes.ts'
import { deriveDirection, deriveKey, type KeyLetters, type KeyMaterial, keyLetters } from './derive.ts'
import { Guess, methodToGuess, preferencesOf, type ServerPreferences } from './guess.ts'
import type { ExchangeContext } from './hash.ts'
import { KeptKexInits } from './kept-kexinits.ts'
import { Mailbox, type MailboxHost } from './mailbox.ts'
import { type ExchangeResult, runClientExchange, runServerExchange } from './run.ts'

/** Where an exchange's own messages go out, and others wait for its end (RFC 4253 §7.1). */
interface ExchangeOutbound {
  readonly writer: PacketWriter
  /** Sends a message of the exchange. */
  sendNow(messageNum: number, ...payload: readonly Uint8Array[]): void
  /** From now on other messages wait. */
  beginKeyExchange(): void
  /** What waited leaves, under the new keys. */
  endKeyExchange(): void
}

/** What key exchange needs from the transport around it. */
export interface KeyExchangeHost extends MailboxHost {
  readonly isClient: boolean
  readonly algorithms: AlgorithmRegistry
  readonly limits: { readonly nameListLength: number; readonly nameListNames: number }
  readonly reader: PacketReader
  readonly outbound: ExchangeOutbound
  /** Whether to refuse peers without strict key exchange, and what a client may guess by. */
  readonly options: { readonly strictKeyExchange?: 'offered' | 'required'; readonly serverPreferences?: ServerPreferences | undefined }
  /** An exchange begins; `byPeer`: it is the peer who has keys exchanged anew. Throws where it does so too often. */
  started(byPeer: boolean): void
  /** What to offer now. */
  offer(markers: readonly string[]): KexInit
  /** Both identification lines. */
  versions(): Pick<ExchangeContext, 'clientVersion' | 'serverVersion'>
  /** The client's decision about a host key; throws where it is not to be trusted. */
  decide(hostKey: Uint8Array, definition: PublicKeyDefinition): Promise<void>
  /** The server's key for an algorithm. */
  hostKeyFor(definition: PublicKeyDefinition): Signer
  /** Secret and hash are there: leads to {@link KeyExchange.setUp}. */
  keySetup(sharedSecret: Uint8Array, exchangeHash: Uint8Array): void
  /** Both sides agreed on algorithms. */
  negotiated(negotiated: Negotiated): void
  /** The first keys are in use for what we send; nothing was sent under them yet. */
  sendingSecured(): void
  /** Whether the user is authenticated, so that delayed compression may run. */
  authenticated(): boolean
}

/** How far a key exchange is, in Conch's words. */
export type KeyExchangeState = 'none' | 'requested' | 'progressing'

interface Side {
  readonly init: KexInit
  /** With the message number, as the exchange hash wants it. */
  readonly message: Uint8Array
}

/** One exchange, from the first KEXINIT of either side to the second NEWKEYS. */
interface Round {
  readonly startedByUs: boolean
  ours?: Side
  theirs?: Side
  negotiated?: Negotiated
  mailbox?: Mailbox
  /** Whether the peer's next message of the method is a wrong guess. */
  skipGuess?: boolean
  /** Our own, until it is known whether it is right. */
  guess?: Guess | undefined
  /** The keys are there and our NEWKEYS has gone out. */
  incoming?: Protection<Opener>
  outgoing?: Protection<Sealer>
}

/** What is left of the last exchange: the peer's lists alone would be several kilobytes. */
interface Completed {
  readonly kexInits: KeptKexInits
  readonly negotiated: Negotiated
}

/** The key exchanges of one connection: at most one at a time, and what outlives them. */
export class KeyExchange {
  readonly #host: KeyExchangeHost
  #round: Round | undefined
  #last: Completed | undefined
  #hash: KeyMaterial['hash'] | undefined
  #ended = false
  /** How many exchanges are complete. */
  completed = 0
  /** The exchange hash of the first exchange (RFC 4253 §7.2). */
  sessionID: Uint8Array | undefined
  /** Whether key exchange is strict (OpenSSH PROTOCOL §1.10): decided by the first KEXINITs. */
  strict = false
  /** Whether the peer wants EXT_INFO (RFC 8308 §2.1): said in its first KEXINIT. */
  peerSupportsExtensions = false
  /** What a server put first in its first KEXINIT; nobody guesses at a client's. */
  peerPreferences: ServerPreferences | undefined

  constructor(host: KeyExchangeHost) {
    this.#host = host
  }

  /** Our KEXINIT of the exchange under way, else of the last one, with the message number; undefined where it was not sent. */
  get ourKexInit(): Uint8Array | undefined {
    return this.#round === undefined ? this.#last?.kexInits.ours : this.#round.ours?.message
  }

  /** The peer's KEXINIT of the exchange under way, else of the last one, with the message number; undefined where it has not come. */
  get theirKexInit(): Uint8Array | undefined {
    return this.#round === undefined ? this.#last?.kexInits.theirs : this.#round.theirs?.message
  }

  /** What the running exchange agreed on, else what is in use. */
  get negotiated(): Negotiated | undefined {
    return this.#round?.negotiated ?? this.#last?.negotiated
  }

  /** How far the exchange is. */
  get state(): KeyExchangeState {
    if (this.#round === undefined) return 'none'
    return this.#round.startedByUs ? 'requested' : 'progressing'
  }

  /** The keys that wait for the peer's NEWKEYS. */
  get next(): { readonly outgoing: Protection<Sealer>; readonly incoming: Protection<Opener> } | undefined {
    const { outgoing, incoming } = this.#round ?? {}
    return outgoing === undefined || incoming === undefined ? undefined : { outgoing, incoming }
  }

  /** What the peer's messages can be, as far as exchanges go. */
  get awaiting(): 'kexinit' | 'method' | 'newkeys' {
    if (this.#round?.theirs === undefined) return 'kexinit'
    return this.#round.incoming === undefined ? 'method' : 'newkeys'
  }

  /** Whether our KEXINIT has announced a guess that is not out yet. */
  get guessIsDue(): boolean {
    return this.#round?.guess?.isOut === false
  }

  /**
   * Sends our KEXINIT.
   *
   * @throws SSHError `PROTOCOL`, fault 'caller', where an exchange runs already
   */
  start(): void {
    if (this.#ended) return
    if (this.#round !== undefined) {
      throw new SSHError('PROTOCOL', 'a key exchange is under way: another can be started when it is complete', { fault: 'caller' })
    }
    this.#round = { startedByUs: true }
    this.#host.started(false)
    this.#offer(this.#round)
  }

  /** The peer's KEXINIT has come. */
  kexInitReceived(payload: Uint8Array): void {
    const { nameListLength, nameListNames } = this.#host.limits
    const init = decodeKexInit(payload, nameListLength, nameListNames)
    if (this.#round === undefined) this.#host.started(this.completed > 0)
    const round: Round = (this.#round ??= { startedByUs: false })
    round.theirs = { init, message: concatBytes(Uint8Array.of(MSG_KEXINIT), payload) }
    if (round.ours === undefined) this.#offer(round)
    if (this.completed === 0) this.#readFirst(init)
    const ours = round.ours!.init
    round.negotiated = negotiate(this.#host.algorithms, this.#host.isClient, ours, init)
    const wrong = guessedWrong(ours, init)
    round.skipGuess = init.firstKexPacketFollows && wrong
    if (wrong) round.guess?.drop()
    this.#hash = round.negotiated.keyExchange.hash
    this.#host.negotiated(round.negotiated)
    this.#run(round, round.negotiated)
  }

  /** A message of the method, 30–49, has come. */
  methodMessageReceived(number: number, payload: Uint8Array): void {
    const round = this.#round
    if (round?.skipGuess === true) round.skipGuess = false
    else round?.mailbox?.deliver({ number, payload: payload.slice() })
  }

  /** Derives the keys, sends NEWKEYS, and from then on sends with them. */
  setUp(sharedSecret: Uint8Array, exchangeHash: Uint8Array): void {
    const round = this.#round
    if (round?.negotiated === undefined) throw new TypeError('keys can be set up only where an exchange has agreed on algorithms')
    // A hash of the platform's may stand in memory that costs more than itself.
    this.sessionID ??= new Uint8Array(exchangeHash)
    const material = this.#material(sharedSecret, exchangeHash)
    const { isClient, outbound } = this.#host
    const [out, incoming] = isClient ? (['clientToServer', 'serverToClient'] as const) : (['serverToClient', 'clientToServer'] as const)
    try {
      round.outgoing = protectWith(protectOutgoing, material, keyLetters[out], round.negotiated[out])
      round.incoming = protectWith(protectIncoming, material, keyLetters[incoming], round.negotiated[incoming])
    } finally {
      sharedSecret.fill(0)
    }

    outbound.sendNow(MSG_NEWKEYS)
    outbound.writer.protect(round.outgoing)
    if (this.strict) outbound.writer.sequence = 0
    outbound.writer.compressWith(this.#streamOf(round.negotiated[out]))
    if (this.completed === 0) this.#host.sendingSecured()
    outbound.endKeyExchange()
    round.mailbox?.release()
  }

  /** The peer's NEWKEYS has come: what follows it is under the new keys, and the exchange is complete. */
  newKeysReceived(): void {
    const round = this.#round
    if (round?.incoming === undefined || round.negotiated === undefined) throw new TypeError('NEWKEYS without new keys')
    const { reader, isClient } = this.#host
    reader.protect(round.incoming)
    if (this.strict) reader.sequence = 0
    reader.decompressWith(this.#streamOf(round.negotiated[isClient ? 'serverToClient' : 'clientToServer']))
    this.completed++
    this.#last = { kexInits: new KeptKexInits(round.ours!.message, round.theirs!.message), negotiated: round.negotiated }
    this.#round = undefined
  }

  /** The user is authenticated: delayed compression starts in both directions (OpenSSH PROTOCOL §1.2). */
  startDelayedCompression(): void {
    const negotiated = this.#last?.negotiated
    if (negotiated === undefined) return
    const { reader, outbound, isClient } = this.#host
    const [out, incoming] = isClient ? (['clientToServer', 'serverToClient'] as const) : (['serverToClient', 'clientToServer'] as const)
    if (negotiated[out].compression.delayed) outbound.writer.compressWith(this.#streamOf(negotiated[out]))
    if (negotiated[incoming].compression.delayed) reader.decompressWith(this.#streamOf(negotiated[incoming]))
  }

  /** One of the keys of RFC 4253 §7.2. */
  key(letter: string, sharedSecret: Uint8Array, exchangeHash: Uint8Array, length: number): Uint8Array {
    return deriveKey(this.#material(sharedSecret, exchangeHash), letter, length)
  }

  /** The connection has ended: the running exchange is told the reason, its keys are wiped. */
  abort(reason: () => SSHError): void {
    this.#round?.mailbox?.abort(reason())
    this.#round?.guess?.drop()
    this.#round?.incoming?.engine.destroy()
    this.#round?.outgoing?.engine.destroy()
    this.#round = undefined
    this.#ended = true
  }

  #offer(round: Round): void {
    const { isClient, outbound } = this.#host
    const { extInfo, strict } = isClient ? markers.client : markers.server
    const first = this.completed === 0
    // Markers count in the first KEXINIT only, so only there they are sent.
    const offered = this.#host.offer(first ? [extInfo, strict] : [])
    const guessed = first && isClient ? this.#methodToGuess(offered) : undefined
    const init = { ...offered, firstKexPacketFollows: guessed !== undefined }
    const payload = encodeKexInit(init)
    round.ours = { init, message: concatBytes(Uint8Array.of(MSG_KEXINIT), payload) }
    outbound.beginKeyExchange()
    outbound.sendNow(MSG_KEXINIT, payload)
    if (guessed !== undefined) round.guess = new Guess(guessed, this.#host)
  }

  #methodToGuess(offered: KexInit): KemKeyExchangeDefinition | undefined {
    const { options, algorithms } = this.#host
    return options.serverPreferences && methodToGuess(offered, options.serverPreferences, algorithms)
  }

  #readFirst(init: KexInit): void {
    const { keyExchanges } = init
    if (this.#host.isClient) this.peerPreferences = preferencesOf(init)
    const theirs = this.#host.isClient ? markers.server : markers.client
    this.peerSupportsExtensions = keyExchanges.includes(theirs.extInfo)
    this.strict = keyExchanges.includes(theirs.strict)
    if (!this.strict && this.#host.options.strictKeyExchange === 'required') {
      const message = 'strict key exchange is required here, and the peer does not know it'
      throw new SSHError('NEGOTIATION', message, { fault: 'peer', reason: DisconnectReasons.KEY_EXCHANGE_FAILED })
    }
    if (this.strict && this.#host.reader.sequence !== 1) {
      throw new SSHError('PROTOCOL', 'with strict key exchange KEXINIT must be the first packet; the peer sent others before it', {
        fault: 'peer',
      })
    }
  }

  #run(round: Round, negotiated: Negotiated): void {
    const host = this.#host
    const mailbox = (round.mailbox = new Mailbox(host))
    const { keyExchange, publicKey } = negotiated
    const plan = { keyExchange, publicKey, context: this.#context(round), opening: round.guess?.take() }
    const run = async (): Promise<ExchangeResult> =>
      host.isClient
        ? await runClientExchange(plan, mailbox, (hostKey) => host.decide(hostKey, publicKey))
        : await runServerExchange(plan, mailbox, host.hostKeyFor(publicKey))
    const done = run().then(({ sharedSecret, exchangeHash }) => {
      // The connection may have ended meanwhile.
      if (this.#round === round) host.keySetup(sharedSecret, exchangeHash)
      else sharedSecret.fill(0)
    })
    // Not held while the method waits for the peer, so its failure is reported through a hold of its own.
    done.catch((error: unknown) => {
      host.hold(Promise.reject(error))
      mailbox.release()
    })
  }

  #context(round: Round): ExchangeContext {
    const [client, server] = this.#host.isClient ? [round.ours!, round.theirs!] : [round.theirs!, round.ours!]
    return { ...this.#host.versions(), clientKexInit: client.message, serverKexInit: server.message }
  }

  #material(sharedSecret: Uint8Array, exchangeHash: Uint8Array): KeyMaterial {
    if (this.#hash === undefined) throw new TypeError('no key exchange has begun')
    return { hash: this.#hash, sharedSecret, exchangeHash, sessionID: this.sessionID ?? exchangeHash }
  }

  #streamOf({ compression }: NegotiatedDirection): ReturnType<typeof compression.create> | undefined {
    if (compression.name === 'none' || (compression.delayed && !this.#host.authenticated())) return undefined
    return compression.create()
  }
}

function protectWith<Engine extends Sealer | Opener>(
  protect: (
    cipher: NegotiatedDirection['cipher'],
    mac: NegotiatedDirection['mac'],
    keys: ReturnType<typeof deriveDirection>,
  ) => Protection<Engine>,
  material: KeyMaterial,
  letters: KeyLetters,
  direction: NegotiatedDirection,
): Protection<Engine> {
  const keys = deriveDirection(material, letters, direction)
  try {
    return protect(direction.cipher, direction.mac, keys)
  } finally {
    for (const key of [keys.key, keys.iv, keys.macKey]) key.fill(0)
  }
}
