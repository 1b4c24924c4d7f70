import type { Socket } from 'node:net'
import type { RawCipher } from './raw-cipher.ts'

const LENGTH_LENGTH = 4
const BODY_LENGTH = 32_768
/** So many packets leave in one write. */
const BATCH = 8
const READ_CAPACITY = 2_097_152

/** Seals bytes into packets, in one of two buffers while the other is on its way. */
export class PacketWriter {
  readonly #socket: Socket
  readonly #cipher: RawCipher
  readonly #packetLength: number
  #current: Buffer
  #spare: Buffer | undefined
  #used = 0
  #sequence = 0
  #waiting: (() => void) | undefined

  constructor(socket: Socket, cipher: RawCipher) {
    this.#socket = socket
    this.#cipher = cipher
    this.#packetLength = LENGTH_LENGTH + BODY_LENGTH + cipher.tagLength
    this.#current = Buffer.allocUnsafeSlow(BATCH * this.#packetLength)
    this.#spare = Buffer.allocUnsafeSlow(BATCH * this.#packetLength)
  }

  /** Sends bytes: at once where a batch is full, else when this turn ends. */
  write(data: Uint8Array): Promise<void> | undefined {
    for (let start = 0; start < data.length; start += BODY_LENGTH) {
      if (this.#used + this.#packetLength > this.#current.length) {
        if (!this.#flush()) return this.#writable().then(() => this.write(data.subarray(start)))
      }
      this.#append(data.subarray(start, start + BODY_LENGTH))
    }
    return undefined
  }

  /** Sends the end: a packet without a body. */
  async end(): Promise<void> {
    if (this.#used + this.#packetLength > this.#current.length && !this.#flush()) await this.#writable()
    this.#append(new Uint8Array(0))
  }

  #append(body: Uint8Array): void {
    if (this.#used === 0) setImmediate(() => this.#flush())
    const packet = this.#current.subarray(this.#used, this.#used + LENGTH_LENGTH + body.length + this.#cipher.tagLength)
    packet.writeUInt32BE(body.length)
    packet.set(body, LENGTH_LENGTH)
    this.#cipher.sealer.seal(this.#sequence++, packet)
    this.#used += packet.length
  }

  /** Writes what there is; false while the other buffer is still on its way. */
  #flush(): boolean {
    if (this.#used === 0) return true
    const next = this.#spare
    if (next === undefined) return false
    const full = this.#current
    const used = this.#used
    this.#current = next
    this.#spare = undefined
    this.#used = 0
    this.#socket.write(full.subarray(0, used), () => {
      this.#spare = full
      this.#flush()
      this.#waiting?.()
    })
    return true
  }

  #writable(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting = () => {
        this.#waiting = undefined
        resolve()
      }
    })
  }
}

/** Opens packets; one without a body is the peer's end. */
export class PacketReader {
  /** Resolves at the peer's end. */
  readonly ended: Promise<void>
  readonly #socket: Socket
  readonly #cipher: RawCipher
  readonly #buffer = Buffer.allocUnsafeSlow(READ_CAPACITY)
  #start = 0
  #end = 0
  #sequence = 0
  #bodyLength: number | undefined
  #take: (body: Uint8Array) => Promise<void> | void = () => {}
  #onEnd: () => void = () => {}

  constructor(socket: Socket, cipher: RawCipher) {
    this.#socket = socket
    this.#cipher = cipher
    this.ended = new Promise((resolve) => {
      this.#onEnd = resolve
    })
  }

  /** Hands over bodies from now on; resolves at the peer's end. Those that nobody takes are lost. */
  read(take: (body: Uint8Array) => Promise<void> | void): Promise<void> {
    this.#take = take
    return this.ended
  }

  /** Takes what the socket has read. */
  dataReceived(chunk: Uint8Array): void {
    if (this.#end + chunk.length > READ_CAPACITY) {
      this.#buffer.copyWithin(0, this.#start, this.#end)
      this.#end -= this.#start
      this.#start = 0
    }
    this.#buffer.set(chunk, this.#end)
    this.#end += chunk.length
    while (this.#openOne());
  }

  #openOne(): boolean {
    const { opener, tagLength } = this.#cipher
    if (this.#bodyLength === undefined) {
      if (this.#end - this.#start < opener.headLength) return false
      this.#bodyLength = opener.readLength(this.#sequence, this.#buffer.subarray(this.#start, this.#start + opener.headLength))
    }
    const length = LENGTH_LENGTH + this.#bodyLength + tagLength
    if (this.#end - this.#start < length) return false
    const body = opener.open(this.#sequence++, this.#buffer.subarray(this.#start, this.#start + length))
    this.#start += length
    this.#bodyLength = undefined
    if (body.length === 0) this.#onEnd()
    else this.#handOver(body)
    return true
  }

  /** A taker that asks for time holds the socket; what is in the buffer goes on, and fits. */
  #handOver(body: Uint8Array): void {
    const wait = this.#take(body)
    if (wait === undefined) return
    this.#socket.pause()
    void wait.then(() => this.#socket.resume())
  }
}
