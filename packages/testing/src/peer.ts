import type { Message } from './packet-layer.ts'
import { Msg } from './messages.ts'
import { TransportPeer } from './transport-peer.ts'
import { byte, Fields, string, uint32 } from './wire.ts'

/** Whom the target server of an arena lets in, and how. */
export const account = { user: 'alice', password: 'correct horse' } as const

/** A channel, by the numbers of both sides (RFC 4254 §5.1). */
export interface PeerChannel {
  /** Ours: what the code under test sends to. */
  readonly ours: number
  /** Theirs: what we send to. */
  readonly theirs: number
  /** How much they let us send, in bytes, at the beginning. */
  readonly window: number
  /** The most data of one message. */
  readonly maximumPacket: number
}

/** A scripted peer: the transport's steps, and those of the services on it. */
export class Peer extends TransportPeer {
  #channels = 0
  #authenticated = false

  /** Secures the connection and authenticates: as a client by the password of {@link account}, as a server by letting everybody in. */
  async authenticate(): Promise<void> {
    await this.secure()
    await this.startUserAuth()
    if (this.role === 'client') await this.sendPassword()
    else await this.receive(Msg.USERAUTH_REQUEST)
    if (this.role === 'client') await this.receive(Msg.USERAUTH_SUCCESS)
    else await this.sendSuccess()
  }

  /** SERVICE_REQUEST and SERVICE_ACCEPT for ssh-userauth (RFC 4253 §10). */
  async startUserAuth(): Promise<void> {
    if (this.role === 'client') await this.send(Msg.SERVICE_REQUEST, string('ssh-userauth'))
    await this.receive(this.role === 'client' ? Msg.SERVICE_ACCEPT : Msg.SERVICE_REQUEST)
    if (this.role === 'server') await this.send(Msg.SERVICE_ACCEPT, string('ssh-userauth'))
  }

  /** A request of the method password (RFC 4252 §8); the answer is yet to come. */
  async sendPassword({ user = account.user, password = account.password }: { user?: string; password?: string } = {}): Promise<void> {
    await this.send(Msg.USERAUTH_REQUEST, ...[user, 'ssh-connection', 'password'].map(string), byte(0), string(password))
  }

  /** A server's USERAUTH_SUCCESS; delayed compression starts. */
  async sendSuccess(): Promise<void> {
    await this.send(Msg.USERAUTH_SUCCESS)
    this.#startDelayedCompression()
  }

  /** Opens a session as a client; as a server, lets the code under test open a channel. The connection is authenticated. */
  async openSession({ window = 0x200000, maximumPacket = 0x8000 } = {}): Promise<PeerChannel> {
    const ours = this.#channels++
    const ourEnd = [uint32(ours), uint32(window), uint32(maximumPacket)]
    if (this.role === 'client') {
      await this.send(Msg.CHANNEL_OPEN, string('session'), ...ourEnd)
      const fields = new Fields((await this.receive(Msg.CHANNEL_OPEN_CONFIRMATION)).payload)
      fields.uint32()
      return { ours, theirs: fields.uint32(), window: fields.uint32(), maximumPacket: fields.uint32() }
    }
    const fields = new Fields((await this.receive(Msg.CHANNEL_OPEN)).payload)
    fields.string()
    const channel = { ours, theirs: fields.uint32(), window: fields.uint32(), maximumPacket: fields.uint32() }
    await this.send(Msg.CHANNEL_OPEN_CONFIRMATION, uint32(channel.theirs), ...ourEnd)
    return channel
  }

  /** A client's request to run a command on a session (RFC 4254 §6.5), granted. */
  async exec({ theirs }: PeerChannel, command: string): Promise<void> {
    await this.send(Msg.CHANNEL_REQUEST, uint32(theirs), string('exec'), byte(true), string(command))
    await this.receive(Msg.CHANNEL_SUCCESS)
  }

  /** Whether the code under test still answers: PING (OpenSSH PROTOCOL §1.9), and PONG whatever comes before it. */
  async ping(): Promise<void> {
    await this.send(Msg.PING, string('still there?'))
    while ((await this.next()).number !== Msg.PONG);
  }

  protected override get compressing(): boolean {
    return super.compressing || (this.#authenticated && this.options.compression === 'zlib@openssh.com')
  }

  protected override onMessage(message: Message): void {
    super.onMessage(message)
    if (message.number === Msg.USERAUTH_SUCCESS) this.#startDelayedCompression()
  }

  #startDelayedCompression(): void {
    this.#authenticated = true
    if (!this.compressing || this.outgoing.deflater !== undefined) return
    this.deflate()
    this.inflate()
  }
}
