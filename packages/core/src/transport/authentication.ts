import { SSHError } from '../errors.ts'
import type { SSHService } from './service.ts'

/** The service before authentication (RFC 4252). Packets are counted and keys left alone until it is done. */
const AUTHENTICATION_SERVICE = 'ssh-userauth'

/** Whether the user is authenticated, and how much a peer may send before. */
export class Authentication {
  /** Whether the user is. */
  done = false
  readonly #packetLimit: number
  #packets = 0

  constructor(packetLimit: number) {
    this.#packetLimit = packetLimit
  }

  /** Whether the peer has yet to authenticate. A service of one's own, on a bare transport, is for those who need no user. */
  isAwaited(service: SSHService | null): boolean {
    return !this.done && (service === null || service.name === AUTHENTICATION_SERVICE)
  }

  /**
   * A packet has come.
   *
   * @throws SSHError `LIMIT` where it is one too many for a peer that has yet to authenticate
   */
  count(service: SSHService | null): void {
    if (!this.isAwaited(service) || ++this.#packets <= this.#packetLimit) return
    const message = `the peer sent more than ${this.#packetLimit} packets, the limit unauthenticatedPackets, before authentication`
    throw new SSHError('LIMIT', message, { fault: 'peer' })
  }
}
