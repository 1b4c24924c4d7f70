import { SSHError } from '../errors.ts'
import { equalBytes } from '../wire/bytes.ts'
import { WireReader } from '../wire/reader.ts'
import { WireWriter } from '../wire/writer.ts'
import { PING_EXTENSION } from './extinfo.ts'

interface Ping {
  readonly data: Uint8Array
  resolve(): void
  reject(error: SSHError): void
}

/** The PINGs that are on their way (OpenSSH PROTOCOL §1.9); answers come in order. */
export class Pings {
  readonly #limit: number
  readonly #waiting: Ping[] = []
  #count = 0
  #ended: (() => SSHError) | undefined

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Sends one and waits for its answer. */
  send(supported: boolean, send: (payload: Uint8Array) => void): Promise<void> {
    if (this.#ended !== undefined) throw this.#ended()
    if (!supported) throw new SSHError('PROTOCOL', `the peer has not said that it knows ${PING_EXTENSION}`, { fault: 'caller' })
    if (this.#waiting.length >= this.#limit) {
      throw new SSHError('LIMIT', `${this.#limit} pings, the limit outstandingPings, are unanswered`, { fault: 'caller' })
    }
    const data = new WireWriter().writeUint32(this.#count++ >>> 0).finish()
    return new Promise((resolve, reject) => {
      this.#waiting.push({ data, resolve, reject })
      send(new WireWriter().writeString(data).finish())
    })
  }

  /** The payload of PONG: what PING had. */
  static answerTo(payload: Uint8Array): Uint8Array {
    return new WireWriter().writeString(new WireReader(payload, 'PING').readString()).finish()
  }

  /** PONG has come. Throws SSHError `PROTOCOL` where it answers nothing. */
  answered(payload: Uint8Array): void {
    const data = new WireReader(payload, 'PONG').readString()
    const ping = this.#waiting.shift()
    if (ping === undefined || !equalBytes(ping.data, data)) {
      throw new SSHError('PROTOCOL', 'the peer sent a PONG that answers no PING of ours', { fault: 'peer' })
    }
    ping.resolve()
  }

  /** The connection has ended, for a reason that is made when somebody has to be told. */
  abort(reason: () => SSHError): void {
    this.#ended = reason
    for (const ping of this.#waiting.splice(0)) ping.reject(reason())
  }
}
