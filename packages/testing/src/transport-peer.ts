import { randomBytes } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { ed25519Key, type SigningKey } from './host-key.ts'
import { directionKeys, exchangeHash, keyExchangeMethods, type KeyExchangeMethod, type Transcript } from './key-exchange.ts'
import { type Message, PacketLayer } from './packet-layer.ts'
import { Msg } from './messages.ts'
import { type Opener, opener, type Sealer, sealer } from './protection.ts'
import { byte, Fields, nameList, string, uint32 } from './wire.ts'

/** What a peer speaks where nothing else is said: one name of each kind, so that what is agreed on is known. */
export interface PeerOptions {
  /** The identification line, without its end. */
  readonly version?: string
  /** The method of key exchange. */
  readonly keyExchange?: string
  /** It, where it is none of {@link keyExchangeMethods}. */
  readonly method?: KeyExchangeMethod
  readonly cipher?: string
  readonly mac?: string
  readonly compression?: string
  /** Whether it knows strict key exchange (OpenSSH PROTOCOL §1.10). */
  readonly strict?: boolean
  /** A server's host key; for a client, `hostKeyAlgorithm` alone counts. */
  readonly hostKey?: SigningKey
  readonly hostKeyAlgorithm?: string
}

/** What KEXINIT says (RFC 4253 §7.1), so far as a script says otherwise than its peer's options. */
export interface KexInitChanges {
  readonly keyExchanges?: readonly string[]
  readonly publicKeys?: readonly string[]
  readonly ciphers?: readonly string[]
  readonly macs?: readonly string[]
  readonly compressions?: readonly string[]
  readonly languages?: readonly string[]
  readonly firstKexPacketFollows?: boolean
  /** What follows the last field. */
  readonly trailer?: Uint8Array
}

/** What one step of the exchange does otherwise than it should. */
export interface ExchangeChanges {
  /** The public value, in place of one of our own. */
  readonly publicValue?: Uint8Array
  /** What K is then, where that can be known: a lie is consistent, and only its refusal ends the exchange. */
  readonly secret?: Uint8Array
  /** The host key blob to show. */
  readonly hostKey?: Uint8Array
  /** The signature blob over the exchange hash. */
  readonly signature?: (exchangeHash: Buffer) => Uint8Array
}

/** Which side a peer plays; the code under test is the other. */
export type Role = 'client' | 'server'

/** The transport layer of a scripted peer: each step of RFC 4253 is a call, and each can be left out, repeated or changed. */
export class TransportPeer extends PacketLayer {
  readonly role: Role
  readonly options: Required<Omit<PeerOptions, 'method'>>
  readonly method: KeyExchangeMethod
  /** Whether both sides know strict key exchange. A script may set it: this side only then believes so. */
  strict = false
  /** The other side's identification line, without its end. */
  theirVersion = ''
  /** Both KEXINITs of the running exchange, message number included. */
  kexInits: { ours?: Buffer; theirs?: Buffer } = {}
  /** The exchange hash of the first exchange. */
  sessionID: Buffer | undefined
  /** What both sides switch to at their NEWKEYS. */
  nextKeys: { sealer: Sealer; opener: Opener } | undefined
  #onReply: ((message: Message) => void) | undefined
  #exchanges = 0

  /** @param role ours, @param stream to the code under test, @param options what we speak */
  constructor(role: Role, stream: Duplex, options: PeerOptions = {}) {
    super(stream)
    this.role = role
    const { hostKey = ed25519Key(), keyExchange = 'curve25519-sha256' } = options
    this.options = {
      version: 'SSH-2.0-Mallory',
      cipher: 'chacha20-poly1305@openssh.com',
      mac: 'hmac-sha2-256',
      compression: 'none',
      strict: true,
      hostKeyAlgorithm: hostKey.algorithm,
      ...options,
      keyExchange,
      hostKey,
    }
    this.method = options.method ?? keyExchangeMethods[keyExchange]!
  }

  /** All there is to do until keys are in use, done properly. */
  async secure(): Promise<void> {
    await this.exchangeVersions()
    await this.exchangeKexInits()
    await this.exchangeKeys()
    await this.exchangeNewKeys()
  }

  /** Another key exchange, done properly; we begin. */
  async exchangeAgain(): Promise<void> {
    this.kexInits = {}
    await this.exchangeKexInits()
    await this.exchangeKeys()
    await this.exchangeNewKeys()
  }

  /** Sends our identification line and reads the other. */
  async exchangeVersions(): Promise<void> {
    await this.sendVersion()
    await this.receiveVersion()
  }

  /** Sends our identification line. */
  async sendVersion(): Promise<void> {
    await this.sendRaw(`${this.options.version}\r\n`)
  }

  /** Reads the other. */
  async receiveVersion(): Promise<void> {
    this.theirVersion = await this.line.takeLine()
  }

  /** Sends KEXINIT and receives the other. */
  async exchangeKexInits(changes: KexInitChanges = {}): Promise<void> {
    await this.sendKexInit(changes)
    await this.receive(Msg.KEXINIT)
  }

  /** Sends KEXINIT. */
  async sendKexInit(changes: KexInitChanges = {}): Promise<void> {
    const payload = this.kexInit(changes)
    this.kexInits.ours = payload
    await this.sendRaw(this.seal(payload))
  }

  /** The payload of KEXINIT, message number included. */
  kexInit(changes: KexInitChanges = {}): Buffer {
    const { keyExchange, hostKeyAlgorithm, cipher, mac, compression, strict } = this.options
    const markers = this.role === 'client' ? ['ext-info-c', 'kex-strict-c-v00@openssh.com'] : ['ext-info-s', 'kex-strict-s-v00@openssh.com']
    return Buffer.concat([
      byte(Msg.KEXINIT),
      randomBytes(16),
      nameList(changes.keyExchanges ?? [keyExchange, ...markers.slice(0, strict ? 2 : 1)]),
      nameList(changes.publicKeys ?? [hostKeyAlgorithm]),
      bothWays(changes.ciphers ?? [cipher]),
      bothWays(changes.macs ?? [mac]),
      bothWays(changes.compressions ?? [compression]),
      bothWays(changes.languages ?? []),
      byte(changes.firstKexPacketFollows ?? false),
      uint32(0),
      changes.trailer ?? Buffer.alloc(0),
    ])
  }

  /** The method's messages, ours and theirs. */
  async exchangeKeys(changes: ExchangeChanges = {}): Promise<void> {
    if (this.role === 'server') {
      await this.answerPublicValue(await this.receive(Msg.KEX_INIT), changes)
      return
    }
    await this.sendPublicValue(changes)
    await this.receive(Msg.KEX_REPLY)
  }

  /** A client's first message of the exchange; the reply is understood whenever it comes. */
  async sendPublicValue({ publicValue, secret }: ExchangeChanges = {}): Promise<void> {
    const { method } = this
    const side = method.client()
    const ours = method.encodePublic(publicValue ?? side.publicValue)
    this.#onReply = ({ payload }) => {
      const fields = new Fields(payload)
      const [hostKey, theirs] = [fields.string(), fields.string()]
      const shared = method.encodeSecret(secret ?? side.secret(theirs))
      this.#setKeys(shared, this.exchangeHash(hostKey, ours, string(theirs), shared))
    }
    await this.send(Msg.KEX_INIT, ours)
  }

  /** A server's answer to it. */
  async answerPublicValue({ payload }: Message, changes: ExchangeChanges = {}): Promise<void> {
    const { method } = this
    const { hostKey } = this.options
    const theirs = new Fields(payload).string()
    const side = changes.secret === undefined || changes.publicValue === undefined ? method.server(theirs) : undefined
    const ours = method.encodePublic(changes.publicValue ?? side!.publicValue)
    const shared = method.encodeSecret(changes.secret ?? side!.secret)
    const blob = Buffer.from(changes.hostKey ?? hostKey.blob)
    const hash = this.exchangeHash(blob, string(theirs), ours, shared)
    this.#setKeys(shared, hash)
    const signature = changes.signature?.(hash) ?? hostKey.sign(hash)
    await this.send(Msg.KEX_REPLY, string(blob), ours, string(signature))
  }

  /** Sends NEWKEYS and switches, then receives the other. */
  async exchangeNewKeys(): Promise<void> {
    await this.sendNewKeys()
    await this.receive(Msg.NEWKEYS)
  }

  /** Sends NEWKEYS; what we send next is under the new keys. */
  async sendNewKeys(): Promise<void> {
    await this.send(Msg.NEWKEYS)
    this.switchOutgoing()
  }

  /** From now on we send under the new keys, whether or not we have said so. */
  switchOutgoing(): void {
    this.outgoing.sealer = this.nextKeys!.sealer
    if (this.strict) this.outgoing.sequence = 0
    if (this.compressing) this.deflate()
  }

  /** Whether new keys bring a new compression (RFC 4253 §6.2); the delayed one waits for authentication. */
  protected get compressing(): boolean {
    return this.options.compression === 'zlib'
  }

  /** H over what was said (RFC 4253 §8). */
  exchangeHash(hostKey: Buffer, ...values: readonly Buffer[]): Buffer {
    const [version, { ours, theirs }] = [this.options.version, this.kexInits]
    const said = { mine: { version, kexInit: ours! }, other: { version: this.theirVersion, kexInit: theirs! } }
    const [client, server] = this.role === 'client' ? [said.mine, said.other] : [said.other, said.mine]
    const transcript: Transcript = {
      versions: { client: client.version, server: server.version },
      kexInits: { client: client.kexInit, server: server.kexInit },
      hostKey,
    }
    return exchangeHash(this.method.hash, transcript, ...values)
  }

  protected override onMessage(message: Message): void {
    super.onMessage(message)
    if (message.number === Msg.KEXINIT) this.#kexInitReceived(message)
    if (message.number === Msg.KEX_REPLY) this.#onReply?.(message)
    // A script that has made no keys, for a method that we have not, ends here anyway.
    if (message.number === Msg.NEWKEYS && this.nextKeys !== undefined) this.#switchIncoming(this.nextKeys)
  }

  #kexInitReceived({ payload }: Message): void {
    this.kexInits.theirs = Buffer.concat([byte(Msg.KEXINIT), payload])
    if (this.#exchanges++ > 0) return
    const fields = new Fields(payload)
    fields.bytes(16)
    this.strict = this.options.strict && fields.names().some((name) => name.startsWith('kex-strict-'))
  }

  #setKeys(secret: Buffer, hash: Buffer): void {
    const { method, role } = this
    const { cipher, mac } = this.options
    this.sessionID ??= hash
    const [out, back] =
      role === 'client' ? (['clientToServer', 'serverToClient'] as const) : (['serverToClient', 'clientToServer'] as const)
    this.nextKeys = {
      sealer: sealer(cipher, mac, directionKeys(method.hash, secret, hash, this.sessionID, out)),
      opener: opener(cipher, mac, directionKeys(method.hash, secret, hash, this.sessionID, back)),
    }
  }

  #switchIncoming({ opener: next }: { readonly opener: Opener }): void {
    this.incoming.opener = next
    if (this.strict) this.incoming.sequence = 0
    if (this.compressing) this.inflate()
  }
}

function bothWays(names: readonly string[]): Buffer {
  return Buffer.concat([nameList(names), nameList(names)])
}
