import type { DisconnectReasons } from '@seashell/core'
import { invalidArgument, SSHError } from '@seashell/core/wire'

const MAC_ERROR: typeof DisconnectReasons.MAC_ERROR = 5

/** Throws SSHError `ARGUMENT` where a key or initial vector is not as long as the cipher wants it. */
export function requireLength(name: string, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) throw invalidArgument(`expected ${name} of ${length} bytes; got ${bytes.length}`)
}

/** What a direction throws once its key is wiped: encrypting with zeros instead would go unnoticed. */
export function destroyed(name: string): SSHError {
  return new SSHError('CLOSED', `${name} was used after destroy()`, { fault: 'caller' })
}

/** What an opener throws for a packet that is not authentic, and for all after it. */
export function notAuthentic(name: string, sequence: number): SSHError {
  const message = `expected packet ${sequence}, and all before it, with the tag that ${name} gives; found another`
  return new SSHError('MAC', message, { fault: 'peer', reason: MAC_ERROR })
}
