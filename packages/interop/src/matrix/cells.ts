import { type MatrixKind, matrixKinds, type PeerRole } from './choice.ts'
import { everything } from './ours.ts'
import type { MatrixPeer } from './peer.ts'
import { untried } from './reasons.ts'

/** One algorithm with one peer in one role. */
export interface Cell {
  readonly kind: MatrixKind
  readonly name: string
  readonly role: PeerRole
  /** Why it is not tried; undefined where it is. */
  readonly reason: string | undefined
}

/** The names of ours, most preferred first; the insecure ones last. */
export const ourNames: Readonly<Record<MatrixKind, readonly string[]>> = {
  'key exchange': everything.keyExchanges.names,
  'host key': everything.publicKeys.names,
  'user key': everything.publicKeys.names,
  cipher: everything.ciphers.names.filter((name) => name !== 'none'),
  MAC: everything.macs.names.filter((name) => name !== 'none'),
  compression: everything.compressions.names,
}

/** Everything that a peer and we have both, in both roles. */
export function cellsOf(peer: MatrixPeer): readonly Cell[] {
  const roles: readonly PeerRole[] = ['server', 'client']
  return matrixKinds.flatMap((kind) =>
    ourNames[kind]
      .filter((name) => peer.names[kind].includes(name))
      .flatMap((name) => roles.map((role): Cell => ({ kind, name, role, reason: reasonOf(peer, kind, name, role) }))),
  )
}

function reasonOf(peer: MatrixPeer, kind: MatrixKind, name: string, role: PeerRole): string | undefined {
  return untried.find(
    (each) => peer.name.startsWith(each.peer) && each.kind === kind && each.names.test(name) && (each.role ?? role) === role,
  )?.reason
}
