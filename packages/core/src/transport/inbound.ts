import { isSSHError, SSHError } from '../errors.ts'
import { PacketReader } from '../packets/reader.ts'
import type { Limits } from './limits.ts'
import type { ByteStream } from './stream.ts'

/** What happens to what comes in. */
export interface InboundHandler {
  /** Takes what it can from the bytes: an identification line or a packet. Returns whether it took something. */
  step(): boolean
  /** From now on something outstanding holds bytes back, or nothing does any more. */
  held(isHeld: boolean): void
  /** Something went wrong; nothing more is to be taken. */
  fail(error: SSHError): void
}

/** What comes in: bytes wait here while a decision is outstanding, and are worked on in order. */
export class Inbound {
  /** Where bytes become payloads. */
  readonly reader: PacketReader
  readonly #limits: Limits
  readonly #handler: InboundHandler
  #stream: ByteStream | undefined
  #holds = 0
  #paused = false
  #ended = false
  #pumping = false
  #late: Uint8Array[] | undefined

  constructor(limits: Limits, handler: InboundHandler) {
    this.reader = new PacketReader(limits)
    this.#limits = limits
    this.#handler = handler
  }

  /** Whether bytes wait for something outstanding. */
  get isHeld(): boolean {
    return this.#holds > 0
  }

  /** Connects the stream. */
  attach(stream: ByteStream): void {
    this.#stream = stream
  }

  /** Takes bytes in and works on them, unless something is outstanding. */
  receive(chunk: Uint8Array): void {
    if (this.#ended) return
    // What a handler's answer makes a stream deliver at once must not move the bytes that the handler is reading.
    if (this.#pumping) {
      ;(this.#late ??= []).push(chunk.slice())
      return
    }
    this.reader.append(chunk)
    this.#pump()
    if (this.#holds > 0 && this.reader.buffered.length > this.#limits.heldLength) this.#pause()
  }

  /** Nothing is interpreted until the promise settles; a rejection ends the connection. */
  hold(promise: PromiseLike<unknown>): void {
    if (this.#holds++ === 0) this.#handler.held(true)
    const settle = (): void => {
      if (--this.#holds === 0) this.#handler.held(false)
      this.#pump()
    }
    promise.then(settle, (error: unknown) => {
      this.#handler.fail(toSSHError(error))
      settle()
    })
  }

  /** Nothing is taken any more. */
  end(): void {
    this.#ended = true
    this.reader.destroy()
    // A stream that nobody reads may never notice that its peer has closed it.
    this.#resume()
  }

  #pump(): void {
    // A handler may settle something that calls back here: the outer loop goes on then.
    if (this.#pumping) return
    this.#pumping = true
    try {
      while (this.#holds === 0 && !this.#ended && (this.#handler.step() || this.#late !== undefined)) this.#appendLate()
    } catch (error) {
      this.#handler.fail(toSSHError(error))
    } finally {
      this.#pumping = false
      this.#appendLate()
    }
    if (this.#holds === 0) this.#resume()
  }

  #appendLate(): void {
    const late = this.#late
    if (late === undefined) return
    this.#late = undefined
    for (const chunk of late) if (!this.#ended) this.reader.append(chunk)
  }

  #pause(): void {
    if (this.#paused) return
    if (this.#stream?.pause === undefined) {
      const message = `more than ${this.#limits.heldLength} bytes, the limit heldLength, wait for a decision, on a stream that cannot be paused`
      this.#handler.fail(new SSHError('LIMIT', message, { fault: 'peer' }))
      return
    }
    this.#paused = true
    this.#stream.pause()
  }

  #resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#stream?.resume?.()
  }
}

/** Any error as an {@link SSHError}: one that is none comes from code of ours or of the caller's, never from the peer. */
export function toSSHError(error: unknown): SSHError {
  if (isSSHError(error)) return error
  const message = error instanceof Error ? error.message : String(error)
  return new SSHError('INTERNAL', `an error in the program, not the peer: ${message}`, { fault: 'local', cause: error })
}
