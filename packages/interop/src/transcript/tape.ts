import type { SSHTransportBase } from '@seashell/core'
import type { StreamTransport } from '@seashell/node'
import { toBase64 } from './keys.ts'
import type { Chunk, Role } from './transcript.ts'

/**
 * The same transport, with everything that comes and goes written down.
 *
 * @param chunks where to
 */
export function recorded(transport: SSHTransportBase, chunks: Chunk[]): StreamTransport {
  const [ours, theirs]: readonly Role[] = transport.isClient ? ['client', 'server'] : ['server', 'client']
  const write = (from: Role, bytes: Uint8Array): void => void chunks.push({ from, bytes: toBase64(bytes) })
  return {
    makeConnection: (stream) =>
      transport.makeConnection({
        ...stream,
        write(data) {
          write(ours!, data)
          return stream.write(data)
        },
      }),
    dataReceived(data) {
      write(theirs!, data)
      transport.dataReceived(data)
    },
    drained: () => transport.drained(),
    connectionLost: (reason) => transport.connectionLost(reason),
  }
}
