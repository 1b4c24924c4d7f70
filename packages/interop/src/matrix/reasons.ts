import type { MatrixKind, PeerRole } from './choice.ts'

/** Why something that a peer and we both have is not tried. */
export interface Untried {
  /** The first words of the peer's name. */
  readonly peer: string
  readonly kind: MatrixKind
  /** Which names. */
  readonly names: RegExp
  /** In one role of the peer; in both where absent. */
  readonly role?: PeerRole
  readonly reason: string
}

/** Everything that is shared and not tried. What is in neither list has to pass. */
export const untried: readonly Untried[] = [
  { peer: 'OpenSSH', kind: 'host key', names: /^(webauthn-)?sk-/, reason: 'a security key wants a finger, and a host has none' },
  { peer: 'OpenSSH', kind: 'user key', names: /^webauthn-sk-/, role: 'client', reason: 'browsers sign so; ssh only verifies' },
  { peer: 'OpenSSH 9', kind: 'compression', names: /^zlib$/, role: 'server', reason: 'sshd offers it only after authentication' },
  { peer: 'Conch', kind: 'user key', names: /^rsa-sha2-/, role: 'client', reason: 'its client signs with SHA-1 alone (ssh-rsa)' },
]

/** Why we do not have a name that a peer has. */
export const notOurs: Readonly<Record<string, string>> = {}
