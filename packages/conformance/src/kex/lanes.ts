import type { KexMessage } from '@seashell/core'
import { SSHError } from '@seashell/core/wire'
import { expectThat } from '../expect.ts'

/** A message on its way, and who sent it. */
export interface SentMessage {
  /** Its sender. */
  readonly from: 'client' | 'server'
  /** Its number, 30–49. */
  readonly number: number
  /** What follows the number. */
  readonly payload: Uint8Array
}

/** The numbers that belong to a key exchange method (RFC 4250 §4.1.2). */
const NUMBERS = { first: 30, last: 49 }

/** The messages that go one way, in order. */
export class Lane {
  readonly #messages: KexMessage[] = []
  #waiting: (() => void) | undefined
  #ended = false

  /** Puts a message at the end. */
  push(number: number, payload: Uint8Array): void {
    this.#messages.push({ number, payload })
    this.#wake()
  }

  /** Nothing more comes: whoever waits, or will wait, is told. */
  end(): void {
    this.#ended = true
    this.#wake()
  }

  /** The next message, which must have one of these numbers, as core sees to it. */
  async receive(numbers: readonly number[]): Promise<KexMessage> {
    expectThat(numbers.length > 0, 'receive() to be told which message is awaited', 'nothing')
    for (const number of numbers) expectNumber(number)
    expectThat(this.#waiting === undefined, 'one call of receive() at a time', 'a second, while the first was waiting')
    if (this.#messages.length === 0 && !this.#ended) {
      await new Promise<void>((settle) => {
        this.#waiting = settle
      })
    }
    const message = this.#messages.shift()
    if (message === undefined) throw new SSHError('CONNECTION_LOST', 'the other side is done and sends nothing more', { fault: 'peer' })
    if (!numbers.includes(message.number)) {
      throw new SSHError('PROTOCOL', `expected message ${numbers.join(' or ')}; got ${message.number}`, { fault: 'peer' })
    }
    return message
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.()
  }
}

/** Fails unless a number is one that a method may use. */
export function expectNumber(number: number): void {
  const fits = Number.isInteger(number) && number >= NUMBERS.first && number <= NUMBERS.last
  expectThat(fits, `message numbers from ${NUMBERS.first} to ${NUMBERS.last}`, String(number))
}
