import { SSHError } from '../errors.ts'
import type { Limits } from './limits.ts'
import type { SSHService } from './service.ts'

/** The service before authentication (RFC 4252). Packets are counted and keys left alone until it is done. */
const AUTHENTICATION_SERVICE = 'ssh-userauth'

/** Whether the user is authenticated, and how much a peer may send before. */
export class Authentication {
  /** Whether the user is. */
  done = false
  readonly #limits: Limits
  #packets = 0
  #length = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** Whether the peer has yet to authenticate. A service of one's own, on a bare transport, is for those who need no user. */
  isAwaited(service: SSHService | null): boolean {
    return !this.done && (service === null || service.name === AUTHENTICATION_SERVICE)
  }

  /**
   * A packet has come.
   *
   * @param length of its payload, message number included
   * @throws SSHError `LIMIT` where it is too much for a peer that has yet to authenticate
   */
  count(service: SSHService | null, length: number): void {
    if (!this.isAwaited(service)) return
    const { unauthenticatedPackets, unauthenticatedLength } = this.#limits
    if (++this.#packets > unauthenticatedPackets) throw tooMuch(`${unauthenticatedPackets} packets, the limit unauthenticatedPackets`)
    this.#length += length
    if (this.#length > unauthenticatedLength) throw tooMuch(`${unauthenticatedLength} bytes, the limit unauthenticatedLength`)
  }
}

function tooMuch(limit: string): SSHError {
  return new SSHError('LIMIT', `the peer sent more than ${limit}, before authentication`, { fault: 'peer' })
}
