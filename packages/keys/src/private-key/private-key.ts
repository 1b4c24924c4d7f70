import type { KeyPair } from '@seashell/core'

/** A key pair with the comment that its file gives it. */
export interface PrivateKey extends KeyPair {
  /** For people: often `user@host`. */
  readonly comment: string
}
