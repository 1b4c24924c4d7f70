import type { Duplex } from 'node:stream'

/** How long the code under test may take for its next word, in milliseconds. */
const PATIENCE = 5000

/** The code under test has closed the connection. */
export class Closed extends Error {
  override readonly name = 'Closed'
}

/** The code under test has said nothing for longer than anything may take. */
export class Silence extends Error {
  override readonly name = 'Silence'
}

/** Bytes to and from the code under test. */
export class Line {
  readonly #stream: Duplex
  #chunks: Buffer[] = []
  #length = 0
  #closed = false
  #wake: (() => void) | undefined
  readonly #writers: (() => void)[] = []

  /** @param stream a socket, or one end of a pair */
  constructor(stream: Duplex) {
    this.#stream = stream
    stream.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk)
      this.#length += chunk.length
      this.#wake?.()
    })
    const close = (): void => {
      this.#closed = true
      this.#wake?.()
      this.#release()
    }
    stream.on('end', close).on('close', close)
    stream.on('drain', () => this.#release())
    // A connection that the other side has closed while we write: its end is seen above.
    stream.on('error', () => {})
  }

  /** Whether the code under test has closed the connection. */
  get closed(): boolean {
    return this.#closed
  }

  /** How many bytes have come and were not taken. */
  get waiting(): number {
    return this.#length
  }

  /** Sends bytes, as they are; waits while the stream is full. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#closed || !this.#stream.writable || this.#stream.write(bytes)) return
    await new Promise<void>((resolve) => {
      this.#writers.push(resolve)
    })
  }

  /**
   * The next bytes, without taking them.
   *
   * @throws Closed or Silence where so many do not come
   */
  async peek(length: number): Promise<Buffer> {
    while (this.#length < length) {
      if (this.#closed) throw new Closed('the connection was closed')
      await this.#more()
    }
    return this.#all().subarray(0, length)
  }

  /** The next bytes. */
  async take(length: number): Promise<Buffer> {
    const taken = await this.peek(length)
    this.#chunks = [this.#all().subarray(length)]
    this.#length -= length
    return taken
  }

  /** The next line, without its end. */
  async takeLine(): Promise<string> {
    let end = this.#all().indexOf(0x0a)
    while (end === -1) {
      await this.peek(this.#length + 1)
      end = this.#all().indexOf(0x0a)
    }
    return (await this.take(end + 1)).toString('latin1').trimEnd()
  }

  /** Reads nothing, so that what the code under test sends stays with it. */
  pause(): void {
    this.#stream.pause()
  }

  /** Reads again. */
  resume(): void {
    this.#stream.resume()
  }

  /** Closes our side. */
  end(): void {
    this.#stream.end()
  }

  /** Closes it at once. */
  destroy(): void {
    this.#stream.destroy()
  }

  #release(): void {
    for (const resolve of this.#writers.splice(0)) resolve()
  }

  #all(): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)]
    return this.#chunks[0]!
  }

  async #more(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    try {
      await new Promise<void>((resolve, reject) => {
        this.#wake = resolve
        timer = setTimeout(() => reject(new Silence(`the code under test said nothing for ${PATIENCE} ms`)), PATIENCE)
      })
    } finally {
      clearTimeout(timer)
      this.#wake = undefined
    }
  }
}
