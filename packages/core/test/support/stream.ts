import type { ByteStream, SSHTransportBase, StreamAddress } from '../../src/index.ts'

/** One direction of a connection in memory: what one transport writes, the other receives, after the turn. */
export class ToyStream implements ByteStream {
  /** Everything that was written, each write by itself. */
  readonly written: Uint8Array[] = []
  /** Changes what is on its way; the pieces arrive one by one. */
  tamper: (chunk: Uint8Array) => readonly Uint8Array[] = (chunk) => [chunk]
  /** What `write` answers. */
  accepts: boolean | undefined
  /** Whether its owner has ended it. */
  ended = false
  /** Whether its owner has stopped reading. */
  paused = false
  /** 'pause' and 'resume', in order. */
  readonly flow: string[] = []
  readonly #own: StreamAddress
  readonly #peer: StreamAddress
  #owner: SSHTransportBase | undefined
  #receiver: SSHTransportBase | undefined
  #held: (() => void)[] | undefined

  constructor(own: StreamAddress = { host: 'here', port: 1 }, peer: StreamAddress = { host: 'there', port: 2 }) {
    this.#own = own
    this.#peer = peer
  }

  /** Everything that was written, as one. */
  get bytes(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.written))
  }

  /** Tells it whose it is and who receives. */
  connect(owner: SSHTransportBase, receiver: SSHTransportBase): void {
    this.#owner = owner
    this.#receiver = receiver
  }

  write(data: Uint8Array): boolean | void {
    if (this.ended) throw new Error('written after its end')
    this.written.push(data)
    this.#later(() => {
      for (const piece of this.tamper(data)) this.#receiver?.dataReceived(piece)
    })
    return this.accepts
  }

  loseConnection(): void {
    if (this.ended) return
    this.ended = true
    this.#later(() => {
      this.#receiver?.connectionLost()
      this.#owner?.connectionLost()
    })
  }

  getPeer(): StreamAddress {
    return this.#peer
  }

  getHost(): StreamAddress {
    return this.#own
  }

  pause(): void {
    this.paused = true
    this.flow.push('pause')
  }

  resume(): void {
    this.paused = false
    this.flow.push('resume')
  }

  /** From now on nothing arrives. */
  holdBack(): void {
    this.#held ??= []
  }

  /** What was held back arrives, and what follows it. */
  letGo(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const deliver of held) queueMicrotask(deliver)
  }

  #later(deliver: () => void): void {
    if (this.#held === undefined) queueMicrotask(deliver)
    else this.#held.push(deliver)
  }
}
