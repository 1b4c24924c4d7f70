import type { Duplex } from 'node:stream'
import { Deflater, Inflater } from './compression.ts'
import { Closed, Line } from './line.ts'
import { Msg } from './messages.ts'
import { assemble, type Malformation, payloadOf } from './packet.ts'
import { type Opener, plain, type Sealer } from './protection.ts'
import { byte, Fields } from './wire.ts'

/** A message that has come. */
export interface Message {
  readonly number: number
  /** What follows the number. */
  readonly payload: Buffer
  /** The sequence number of its packet. */
  readonly sequence: number
}

/** What the code under test said before it ended a connection. */
export interface Disconnect {
  readonly reason: number
  readonly description: string
}

/** What may come at any time, and is passed over where something else is waited for. */
const asides: ReadonlySet<number> = new Set<number>([
  Msg.IGNORE,
  Msg.UNIMPLEMENTED,
  Msg.DEBUG,
  Msg.EXT_INFO,
  Msg.USERAUTH_BANNER,
  Msg.GLOBAL_REQUEST,
  Msg.CHANNEL_WINDOW_ADJUST,
])

/** Packets over a stream, under keys that change when the script says so. Nothing in it refuses to send anything. */
export class PacketLayer {
  /** The bytes below. */
  readonly line: Line
  /** What goes out: the next sequence number, keys, compression. A script may set any of them. */
  readonly outgoing: { sequence: number; sealer: Sealer; deflater?: Deflater } = { sequence: 0, sealer: plain }
  /** What comes in. */
  readonly incoming: { sequence: number; opener: Opener; inflater?: Inflater } = { sequence: 0, opener: plain }
  /** Every message that has come. */
  readonly received: Message[] = []
  /** What the code under test has said at the end. */
  disconnect: Disconnect | undefined

  /** @param stream to the code under test */
  constructor(stream: Duplex) {
    this.line = new Line(stream)
  }

  /** Sends bytes, as they are. */
  async sendRaw(bytes: Uint8Array | string): Promise<void> {
    await this.line.write(Buffer.from(bytes))
  }

  /** Sends a message. */
  async send(number: number, ...fields: readonly Uint8Array[]): Promise<void> {
    await this.sendRaw(this.seal(Buffer.concat([byte(number), ...fields])))
  }

  /** Sends a payload in a packet that has something wrong with it, under the right keys and with the right tag. */
  async sendMalformed(payload: Uint8Array, malformation: Malformation): Promise<void> {
    await this.sendRaw(this.seal(payload, malformation))
  }

  /** A payload as the bytes of its packet: to be sent later, twice, changed or never. It has its sequence number from now on. */
  seal(payload: Uint8Array, malformation: Malformation = {}): Buffer {
    const { sealer, deflater, sequence } = this.outgoing
    const packet = assemble(deflater?.compress(payload) ?? payload, sealer, malformation)
    this.outgoing.sequence = (sequence + 1) >>> 0
    return sealer.seal(sequence, packet)
  }

  /** Starts compression of what goes out. */
  deflate(): void {
    this.outgoing.deflater = new Deflater()
  }

  /** Starts it for what comes in. */
  inflate(): void {
    this.incoming.inflater = new Inflater()
  }

  /**
   * The next message, whatever it is.
   *
   * @throws Closed after DISCONNECT, or where the connection is closed without; Silence where nothing comes
   */
  async next(): Promise<Message> {
    const { opener, inflater, sequence } = this.incoming
    const packet = opener.open(sequence, await this.#takePacket())
    this.incoming.sequence = (sequence + 1) >>> 0
    const payload = inflater?.decompress(payloadOf(packet)) ?? payloadOf(packet)
    const message: Message = { number: payload[0]!, payload: payload.subarray(1), sequence }
    this.received.push(message)
    if (message.number === Msg.DISCONNECT) this.#disconnected(new Fields(message.payload))
    this.onMessage(message)
    return message
  }

  /**
   * The next message, which must be one of these; what may come at any time is passed over.
   *
   * @throws Error where it is another
   */
  async receive(...numbers: readonly number[]): Promise<Message> {
    for (;;) {
      const message = await this.next()
      if (numbers.includes(message.number)) return message
      if (!asides.has(message.number)) throw new Error(`expected message ${numbers.join(' or ')}; message ${message.number} came`)
    }
  }

  /** Reads on until the connection has ended. */
  async drain(): Promise<void> {
    try {
      for (;;) await this.next()
    } catch (error) {
      if (!(error instanceof Closed)) throw error
    }
  }

  /** Called with each message before a script sees it. */
  protected onMessage(_message: Message): void {}

  #disconnected(fields: Fields): never {
    this.disconnect = { reason: fields.uint32(), description: fields.text() }
    throw new Closed(`DISCONNECT, reason ${this.disconnect.reason}: ${this.disconnect.description}`)
  }

  async #takePacket(): Promise<Buffer> {
    const { opener, sequence } = this.incoming
    const length = opener.readLength(sequence, Buffer.from(await this.line.peek(opener.headLength)))
    return await this.line.take(4 + length + opener.tagLength)
  }
}
