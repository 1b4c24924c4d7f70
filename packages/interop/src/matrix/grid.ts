import { ourNames } from './cells.ts'
import { type PeerRole, usual } from './choice.ts'
import { everything } from './ours.ts'
import type { MatrixPeer } from './peer.ts'

/** A cipher with a MAC. An AEAD stands with no MAC, for it wants none. */
export interface Pair {
  readonly cipher: string
  readonly MAC?: string
}

/** A pair, and the role in which a peer is tried with it. */
export interface PairCell extends Pair {
  readonly MAC: string
  readonly role: PeerRole
}

const isAead = (name: string): boolean => everything.ciphers.get(name).integrity === 'aead'

/** The ciphers that authenticate by themselves. */
export const aeads: readonly string[] = ourNames.cipher.filter(isAead)

/** The ciphers that want a MAC. */
export const macCiphers: readonly string[] = ourNames.cipher.filter((name) => !isAead(name))

/** Every pair of ours. */
export const pairs: readonly Pair[] = [
  ...aeads.map((cipher) => ({ cipher })),
  ...macCiphers.flatMap((cipher) => ourNames.MAC.map((MAC) => ({ cipher, MAC }))),
]

/** The pairs that a peer has too, each in one role, by turns; but for those of which one is the usual, which the tables have in both. */
export function pairsWith(peer: MatrixPeer): readonly PairCell[] {
  const shared = macCiphers.flatMap((cipher, column) =>
    ourNames.MAC.map((MAC, row): PairCell => ({ cipher, MAC, role: (column + row) % 2 === 0 ? 'server' : 'client' })),
  )
  return shared.filter(
    ({ cipher, MAC }) => peer.names.cipher.includes(cipher) && peer.names.MAC.includes(MAC) && cipher !== usual.cipher && MAC !== usual.MAC,
  )
}
