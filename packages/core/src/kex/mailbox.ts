import type { KexIO, KexMessage, Random } from '../algorithms/definition.ts'
import { SSHError } from '../errors.ts'

/** What the messages of an exchange go through. */
export interface MailboxHost {
  /** The source of random bytes. */
  readonly random: Random
  /** Sends a message of the exchange now. */
  send(messageNum: number, payload: Uint8Array): void
  /** Lets no message be interpreted until the promise settles. */
  hold(promise: PromiseLike<unknown>): void
}

interface Waiting {
  readonly numbers: readonly number[]
  resolve(message: KexMessage): void
  reject(error: SSHError): void
}

/**
 * Stands between the packets, which come when they come, and the exchange, which asks for the next message when it is ready: from the
 * start, and from each delivery, until it asks again or is done, nothing is interpreted.
 */
export class Mailbox implements KexIO {
  readonly #host: MailboxHost
  #waiting: Waiting | undefined
  #release: (() => void) | undefined
  /** Why the connection has ended, if it has: an exchange goes no further then. */
  ended: SSHError | undefined

  constructor(host: MailboxHost) {
    this.#host = host
    this.#hold()
  }

  get random(): Random {
    return this.#host.random
  }

  send(number: number, payload: Uint8Array): void {
    this.#host.send(number, payload)
  }

  receive(...numbers: readonly number[]): Promise<KexMessage> {
    if (this.ended !== undefined) return Promise.reject(this.ended)
    return new Promise((resolve, reject) => {
      this.#waiting = { numbers, resolve, reject }
      this.release()
    })
  }

  /**
   * Hands a message of the exchange over.
   *
   * @throws SSHError `PROTOCOL` where the exchange waits for another
   */
  deliver(message: KexMessage): void {
    const waiting = this.#waiting
    if (waiting === undefined || !waiting.numbers.includes(message.number)) {
      const expected = waiting === undefined ? 'none' : waiting.numbers.join(' or ')
      throw new SSHError('PROTOCOL', `expected message ${expected} of the key exchange; the peer sent ${message.number}`, { fault: 'peer' })
    }
    this.#waiting = undefined
    this.#hold()
    waiting.resolve(message)
  }

  /** The exchange is done, or waits: messages are interpreted again. */
  release(): void {
    this.#release?.()
    this.#release = undefined
  }

  /** The connection has ended: whoever waits is told, and whoever asks later. */
  abort(error: SSHError): void {
    this.ended = error
    this.#waiting?.reject(error)
    this.#waiting = undefined
    this.release()
  }

  #hold(): void {
    this.#host.hold(
      new Promise<void>((resolve) => {
        this.#release = resolve
      }),
    )
  }
}
