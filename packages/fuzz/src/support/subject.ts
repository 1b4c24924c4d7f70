import {
  type ByteStream,
  type ClientTransportOptions,
  type SSHError,
  SSHClientTransport,
  SSHServerTransport,
  type ServerTransportOptions,
  type SSHTransportBase,
} from '@seashell/core'
import { concatBytes, encodeAscii, readUint32, WireWriter } from '@seashell/core/wire'
import { expect } from '../invariants.ts'
import { StoppedClock } from './clock.ts'
import { packetOf, TOY_TAG, toyPublicKey, toyRegistry, toySignature, toySigner } from './toys.ts'

/** What a peer can make us write, beside so many times what it sent: banners, KEXINITs, answers. */
const OUTPUT_ALLOWANCE = 262_144
const OUTPUT_FACTOR = 64

/** A stream that remembers what is written to it. */
class MemoryStream implements ByteStream {
  readonly written: Uint8Array[] = []
  length = 0
  ended = false
  paused = false
  /** Whether it likes no more for now. */
  full = false

  write(data: Uint8Array): boolean {
    expect(!this.ended, 'nothing is written after the end of the stream')
    this.written.push(data)
    this.length += data.length
    return !this.full
  }

  loseConnection(): void {
    this.ended = true
  }

  getPeer(): { host: string; port: number } {
    return { host: '192.0.2.1', port: 40_000 }
  }

  getHost(): { host: string; port: number } {
    return { host: '192.0.2.2', port: 22 }
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    this.paused = false
  }
}

/** A transport that is fed by an input, and what must be true of it whatever it is fed. */
export class Subject<Transport extends SSHTransportBase = SSHTransportBase> {
  readonly transport: Transport
  readonly stream = new MemoryStream()
  readonly clock: StoppedClock
  /** Whether what it writes is compressed, or encrypted: then nobody looks into it. */
  opaque = false
  #fed = 0

  constructor(transport: Transport, clock: StoppedClock) {
    this.transport = transport
    this.clock = clock
    transport.makeConnection(this.stream)
  }

  /** Feeds bytes, and lets everything happen that follows. */
  async feed(bytes: Uint8Array): Promise<void> {
    this.#fed += bytes.length
    this.transport.dataReceived(bytes)
    await settle()
  }

  /** Feeds a message as a packet that the toys open. */
  async message(message: Uint8Array): Promise<void> {
    await this.feed(packetOf(message))
  }

  /** The stream likes more again. */
  drain(): void {
    this.stream.full = false
    this.transport.drained()
  }

  /** Ends the stream and checks all that has to be true then. @returns why the connection has ended */
  async end(): Promise<SSHError | undefined> {
    const endedBefore = this.stream.ended
    this.transport.connectionLost()
    await settle()
    const error = await Promise.race([this.transport.closed, settle().then(() => 'pending' as const)])
    expect(error !== 'pending', '`closed` settles when the connection is lost')
    expect(this.clock.pending === 0, 'no timer is left behind')
    expect(
      this.stream.length <= OUTPUT_ALLOWANCE + OUTPUT_FACTOR * this.#fed,
      `${this.#fed} bytes in do not make ${this.stream.length} out`,
    )
    if (error !== undefined) checkEnding(error, endedBefore && !this.opaque && !this.stream.full ? this.#lastMessage() : undefined)
    return error
  }

  /** The number of the last message that was written, in the clear as the toys leave it. */
  #lastMessage(): number | undefined {
    const bytes = concatBytes(...this.stream.written)
    // Behind the identification line; packets have no tag before NEWKEYS has gone out.
    let [place, tagLength, last] = [bytes.indexOf(0x0a) + 1, 0, undefined as number | undefined]
    while (place + 6 <= bytes.length) {
      last = bytes[place + 5]
      place += 4 + readUint32(bytes, place) + tagLength
      if (last === 21) tagLength = TOY_TAG.length
    }
    return last
  }
}

// An error that is nobody's fault but ours is a bug, whatever it says; and who did wrong is told.
function checkEnding(error: SSHError, last: number | undefined): void {
  if (error.code === 'INTERNAL') throw error
  const ours = error.fault !== 'peer' && !['CONNECTION_LOST', 'TIMEOUT', 'CLOSED', 'ABORTED', 'AUTHENTICATION'].includes(error.code)
  if (ours) throw error
  const told = last === undefined || error.code === 'DISCONNECTED' || last === 1
  expect(told, `the peer is told why the connection ends (${error.code}); the last message was ${last}`)
}

/** Lets everything happen that needs no clock. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

/** What stands for random bytes: nobody here has to be surprised. NO SECURITY. */
export function constantBytes(length: number): Uint8Array {
  return new Uint8Array(length).fill(0xa5 ^ length)
}

/** A client that trusts everybody, with toys. */
export function clientSubject(options: Partial<ClientTransportOptions> = {}): Subject<SSHClientTransport> {
  const clock = new StoppedClock()
  return new Subject(
    new SSHClientTransport({ algorithms: toyRegistry, random: constantBytes, clock, verifyHostKey: () => true, ...options }),
    clock,
  )
}

/** A server with a toy host key. */
export function serverSubject(options: Partial<ServerTransportOptions> = {}): Subject<SSHServerTransport> {
  const clock = new StoppedClock()
  return new Subject(
    new SSHServerTransport({ algorithms: toyRegistry, random: constantBytes, clock, hostKeys: [toySigner], ...options }),
    clock,
  )
}

/** What a peer's KEXINIT offers. */
export interface PeerOffer {
  readonly keyExchanges?: readonly string[]
  readonly ciphers?: readonly string[]
  readonly macs?: readonly string[]
  readonly compressions?: readonly string[]
  /** Whether it says that it guesses. */
  readonly follows?: boolean
}

/** The message KEXINIT of a peer with toys. */
export function kexInit(offer: PeerOffer = {}): Uint8Array {
  const { keyExchanges = ['toy-kem'], ciphers = ['toy-cipher'], macs = ['toy-mac'], compressions = ['none'], follows = false } = offer
  const writer = new WireWriter(512).writeByte(20).writeBytes(new Uint8Array(16)).writeNameList(keyExchanges).writeNameList(['toy-sign'])
  for (const list of [ciphers, macs, compressions]) writer.writeNameList(list).writeNameList(list)
  return writer.writeNameList([]).writeNameList([]).writeBoolean(follows).writeUint32(0).finish()
}

const NO_TAG = new Uint8Array(0)

/** Everything that a peer says up to its NEWKEYS. */
export function prelude(subjectIsClient: boolean, offer: PeerOffer = {}): Uint8Array {
  const method = subjectIsClient ? kexReply : new WireWriter().writeByte(30).writeString(Uint8Array.of(1)).finish()
  return concatBytes(
    encodeAscii('SSH-2.0-fuzz\r\n'),
    ...[kexInit(offer), method, Uint8Array.of(21)].map((message) => packetOf(message, NO_TAG)),
  )
}

/** The message with which a server answers the toy method. */
export const kexReply: Uint8Array = new WireWriter()
  .writeByte(31)
  .writeString(toyPublicKey)
  .writeString(Uint8Array.of(3))
  .writeString(toySignature())
  .finish()
