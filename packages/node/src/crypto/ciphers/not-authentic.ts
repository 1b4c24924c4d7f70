import { DisconnectReasons, SSHError } from '@seashell/core/wire'

/** What an opener throws for a packet that is not authentic, and for all after it. */
export function notAuthentic(name: string, sequence: number): SSHError {
  const message = `expected packet ${sequence}, and all before it, with the tag that ${name} gives; found another`
  return new SSHError('MAC', message, { fault: 'peer', reason: DisconnectReasons.MAC_ERROR })
}
