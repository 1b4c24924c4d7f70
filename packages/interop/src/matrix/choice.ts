/** What the matrix has a table for. A signature algorithm counts twice: a host proves itself with it, or a user. */
export const matrixKinds = ['key exchange', 'host key', 'user key', 'cipher', 'MAC', 'compression'] as const

/** One of the tables. */
export type MatrixKind = (typeof matrixKinds)[number]

/** Which role the peer has; we have the other. */
export type PeerRole = 'server' | 'client'

/** What one session is to agree on: one name of each kind. */
export type Choice = Readonly<Record<MatrixKind, string>>

/** What every peer has. A session differs from it in what it is about. */
export const usual: Choice = {
  'key exchange': 'curve25519-sha256',
  'host key': 'ssh-ed25519',
  'user key': 'ssh-ed25519',
  cipher: 'aes128-ctr',
  MAC: 'hmac-sha2-256',
  compression: 'none',
}
