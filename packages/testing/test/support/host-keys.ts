import { disconnected, type ExchangeChanges, type HostileCase, Reason, type SigningKey } from '../../src/index.ts'

/** A host key that is none is refused as such. */
export const badKey = disconnected(Reason.KEY_EXCHANGE_FAILED, /public key|RSA/)
/** A signature that the host key has not made is refused as such. */
export const wrongSignature = disconnected(Reason.KEY_EXCHANGE_FAILED, /signature/)

/** A server that has agreed on the algorithm of `hostKey`, and shows or signs something else. */
export function shows(
  name: string,
  hostKey: SigningKey,
  changes: ExchangeChanges,
  expectation: HostileCase['expect'],
  source?: string,
): HostileCase {
  return {
    name: `${hostKey.algorithm}: ${name}`,
    ...(source !== undefined && { source }),
    role: 'server',
    peer: { hostKey },
    async script(peer) {
      await peer.exchangeVersions()
      await peer.exchangeKexInits()
      await peer.exchangeKeys(changes)
      await peer.exchangeNewKeys()
    },
    expect: expectation,
  }
}
