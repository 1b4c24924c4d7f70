import type { Random } from '../algorithms/definition.ts'
import { SSHError } from '../errors.ts'
import { MSG_KEX_LAST, MSG_KEXINIT, MSG_SERVICE_ACCEPT, MSG_SERVICE_REQUEST } from '../messages.ts'
import { PacketWriter } from '../packets/writer.ts'
import { concatBytes } from '../wire/bytes.ts'
import type { Limits } from './limits.ts'
import type { ByteStream } from './stream.ts'

/** A message that waits for the end of a key exchange. */
export interface QueuedMessage {
  /** Its number. */
  readonly messageNum: number
  /** What follows the number. */
  readonly payload: Uint8Array
}

/** What a message in the queue costs beside its payload: a flood of empty answers is not for nothing. */
const QUEUED_MESSAGE_LENGTH = 256
/** So many bytes leave at once, without waiting for the end of the turn. */
const FLUSH_LENGTH = 131_072
/** Room for a batch: one that is not long enough to leave yet, and the largest packet that channels send. */
const BATCH_LENGTH = FLUSH_LENGTH + 40_960

/**
 * What goes out: packets in a batch that leaves at the end of the turn, and, while keys are exchanged, the queue of what may not go yet.
 */
export class Outbound {
  /** Where messages become packets. */
  readonly writer: PacketWriter
  readonly #limits: Limits
  readonly #connection: { fail(error: SSHError): void }
  #stream: ByteStream | undefined
  #lost = false
  #broken = false
  #ended = false
  #streamWritable = true
  /** The batch that the stream was given last, where that filled it. */
  #unreadLength = 0
  #overfull = false
  #endOfTurn: (() => void)[] | undefined
  #endScheduled = false
  readonly #end = (): void => this.#endTurn()
  #queue: QueuedMessage[] | undefined
  #queuedLength = 0

  /** @param connection what to end where the stream or the peer does not take what is written */
  constructor(random: Random, limits: Limits, connection: { fail(error: SSHError): void }) {
    this.writer = new PacketWriter(random, this)
    this.#limits = limits
    this.#connection = connection
  }

  /** What waits for the end of a key exchange; undefined where none is under way in this direction. */
  get queue(): readonly QueuedMessage[] | undefined {
    return this.#queue
  }

  /** Whether what is sent now goes out soon. */
  get writable(): boolean {
    return this.#streamWritable && this.#queue === undefined
  }

  /** Connects the stream. */
  attach(stream: ByteStream): void {
    this.#stream = stream
  }

  /** Sends bytes that are no packet: the identification line. They leave with what follows in this turn. */
  sendRaw(bytes: Uint8Array): void {
    this.writer.writeRaw(bytes)
    this.#scheduleEndOfTurn()
  }

  /** Sends a message, or queues it while a key exchange forbids it. */
  send(messageNum: number, ...payload: readonly Uint8Array[]): void {
    if (this.#queue !== undefined && !allowedDuringKeyExchange(messageNum)) this.#enqueue(this.#queue, messageNum, concatBytes(...payload))
    else this.sendNow(messageNum, ...payload)
  }

  /** Sends a message, whatever is under way; nothing once the connection has ended. */
  sendNow(messageNum: number, ...payload: readonly Uint8Array[]): void {
    if (this.#ended) return
    this.writer.write(messageNum, ...payload)
    if (this.writer.pendingLength >= FLUSH_LENGTH) this.flush()
    else this.#scheduleEndOfTurn()
  }

  /** Our KEXINIT has gone out: from now on other messages wait. */
  beginKeyExchange(): void {
    this.#queue ??= []
  }

  /** Our NEWKEYS has gone out and the keys are switched: what waited leaves, in order. */
  endKeyExchange(): void {
    const queue = this.#queue ?? []
    this.#queue = undefined
    this.#queuedLength = 0
    for (const { messageNum, payload } of queue) this.send(messageNum, payload)
  }

  /** The stream takes more again. Returns whether that makes a difference. */
  drained(): boolean {
    const before = this.writable
    this.#streamWritable = true
    this.flush()
    return !before && this.writable
  }

  /** Calls back at the end of this turn, as far as the stream knows it; what is sent then leaves with the rest of the turn. */
  atEndOfTurn(callback: () => void): void {
    ;(this.#endOfTurn ??= []).push(callback)
    this.#scheduleEndOfTurn()
  }

  /** Hands the batch to the stream. While that is full, the batch grows here: many small answers are one piece of memory. */
  flush(): void {
    if (this.#streamWritable) this.#writeBatch()
    else if (!this.#overfull && this.#unreadLength + this.writer.pendingLength > this.#limits.queuedLength) {
      // Services wait while the stream is full. What does not are answers: a peer that asks and does not read would fill our memory.
      this.#overfull = true
      this.#connection.fail(overLimit(this.#limits, 'wait for the peer to read them'))
    }
  }

  /** The stream is gone: what is left goes nowhere. */
  lost(): void {
    this.#lost = true
  }

  /** Room for a batch of at least so many bytes, from the stream; undefined where that has none to give now. */
  allocate(length: number): Uint8Array | undefined {
    // A batch that waits grows by doubling, as the writer does it; the stream's rooms are for one that leaves.
    if (!this.#streamWritable) return undefined
    return this.#stream?.allocate?.(Math.max(length, BATCH_LENGTH))
  }

  /** Lets the batch out, then forgets what waits, wipes the keys and ends the stream. */
  end(): void {
    this.#writeBatch()
    this.#ended = true
    this.#queue = undefined
    this.writer.destroy()
    if (!this.#lost) this.#stream?.loseConnection()
  }

  #writeBatch(): void {
    const { pendingLength } = this.writer
    if (pendingLength === 0) return
    if (this.#write(this.writer.take()) === false) this.#streamWritable = false
    this.#unreadLength = pendingLength
  }

  #write(bytes: Uint8Array): boolean | void {
    if (this.#lost || this.#broken) return
    try {
      return this.#stream?.write(bytes)
    } catch (cause) {
      this.#broken = true
      this.#connection.fail(new SSHError('CONNECTION_LOST', 'the stream below does not take what is written', { fault: 'local', cause }))
    }
  }

  #enqueue(queue: QueuedMessage[], messageNum: number, payload: Uint8Array): void {
    this.#queuedLength += payload.length + QUEUED_MESSAGE_LENGTH
    if (this.#queuedLength > this.#limits.queuedLength) {
      this.#connection.fail(overLimit(this.#limits, 'wait for the end of a key exchange'))
      return
    }
    queue.push({ messageNum, payload })
  }

  #scheduleEndOfTurn(): void {
    if (this.#endScheduled) return
    this.#endScheduled = true
    if (this.#stream?.atEndOfTurn !== undefined) this.#stream.atEndOfTurn(this.#end)
    else void Promise.resolve().then(this.#end)
  }

  #endTurn(): void {
    const callbacks = this.#endOfTurn
    this.#endOfTurn = undefined
    try {
      callbacks?.forEach((callback) => callback())
    } finally {
      // Not before: what the callbacks send needs no end of its own.
      this.#endScheduled = false
      this.flush()
    }
    if (this.#endOfTurn !== undefined) this.#scheduleEndOfTurn()
  }
}

/**
 * Whether a message may be sent between our KEXINIT and our NEWKEYS: generic ones but for services, and the exchange's own
 * (RFC 4253 §7.1). A further KEXINIT may not.
 */
export function allowedDuringKeyExchange(messageNum: number): boolean {
  if (messageNum === MSG_SERVICE_REQUEST || messageNum === MSG_SERVICE_ACCEPT) return false
  return messageNum <= MSG_KEX_LAST && messageNum !== MSG_KEXINIT
}

function overLimit({ queuedLength }: Limits, why: string): SSHError {
  return new SSHError('LIMIT', `more than ${queuedLength} bytes, the limit queuedLength, ${why}`, { fault: 'peer' })
}
