import type { ServiceTransport, SSHError } from '@seashell/core'
import { noPhase, type Phase } from './phases.ts'

/** A message: its number, and what follows it. */
export interface Message {
  /** 50–79. */
  readonly messageNum: number
  /** Its receiver's own copy. */
  readonly payload: Uint8Array
}

interface Waiting {
  resolve(message: Message): void
  reject(error: SSHError): void
}

/**
 * Whose turn it is. Ours: something asynchronous is under way, and the transport holds every message back. The peer's: one phase says
 * what may come. So no message ever finds the service in a state that did not expect it.
 */
export class Turn {
  readonly #transport: Pick<ServiceTransport, 'hold'>
  #phase: Phase = noPhase
  #waiting: Waiting | undefined
  #release: (() => void) | undefined
  #ended: (() => SSHError) | undefined

  constructor(transport: Pick<ServiceTransport, 'hold'>) {
    this.#transport = transport
  }

  /** What is waited for. */
  get phase(): Phase {
    return this.#phase
  }

  /** Whether somebody waits for a message. */
  get waiting(): boolean {
    return this.#waiting !== undefined
  }

  /** It is ours: messages wait until {@link receive} or {@link end}. */
  take(): void {
    this.#phase = noPhase
    this.#transport.hold(
      new Promise<void>((resolve) => {
        this.#release = resolve
      }),
    )
  }

  /** It is the peer's, until one of the phase's messages has come: then it is ours again. Rejects where it has ended. */
  receive(phase: Phase): Promise<Message> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended())
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#phase = phase
      this.#letGo()
    })
  }

  /** Hands a message, which the phase allows, to whoever waits. */
  deliver(message: Message): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    this.take()
    waiting?.resolve(message)
  }

  /** It is over: whoever waits is told the reason, and so is whoever would. As a rule nobody does, and it is not made. */
  end(reason: () => SSHError): void {
    this.#ended ??= reason
    this.#phase = noPhase
    this.#waiting?.reject(this.#ended())
    this.#waiting = undefined
    this.#letGo()
  }

  #letGo(): void {
    this.#release?.()
    this.#release = undefined
  }
}
