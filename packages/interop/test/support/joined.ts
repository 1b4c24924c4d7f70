import {
  type ByteStream,
  type ClientTransportOptions,
  type ServerTransportOptions,
  SSHClientTransport,
  SSHServerTransport,
} from '@seashell/core'
import { everything } from '../../src/matrix/index.ts'

/** A message, opened. */
export interface Message {
  readonly number: number
  readonly payload: Uint8Array
}

/** A client that writes down what it is sent, and can be a bad peer. */
export class RecordingClient extends SSHClientTransport {
  readonly received: Message[] = []
  /** Whether it does nothing about what it is sent. */
  deaf = false

  override dispatchMessage(number: number, payload: Uint8Array): void {
    this.received.push({ number, payload: payload.slice() })
    if (!this.deaf) super.dispatchMessage(number, payload)
  }

  /** Sends a message, whatever the protocol says. */
  inject(number: number, payload: Uint8Array): void {
    this.outbound.sendNow(number, payload)
  }
}

/** A server that does the same. */
export class RecordingServer extends SSHServerTransport {
  readonly received: Message[] = []
  /** Whether it does nothing about what it is sent. */
  deaf = false

  override dispatchMessage(number: number, payload: Uint8Array): void {
    this.received.push({ number, payload: payload.slice() })
    if (!this.deaf) super.dispatchMessage(number, payload)
  }

  /** Sends a message, whatever the protocol says. */
  inject(number: number, payload: Uint8Array): void {
    this.outbound.sendNow(number, payload)
  }
}

/** A client and a server of ours, with every algorithm, without a socket between them; not waited for. */
export function joinTransports(
  client: Partial<ClientTransportOptions>,
  server: Partial<ServerTransportOptions> & Pick<ServerTransportOptions, 'hostKeys'>,
): { readonly client: RecordingClient; readonly server: RecordingServer } {
  const pair = {
    client: new RecordingClient({ algorithms: everything, verifyHostKey: () => true, ...client }),
    server: new RecordingServer({ algorithms: everything, ...server }),
  }
  pair.client.makeConnection(streamBetween(pair.client, pair.server))
  pair.server.makeConnection(streamBetween(pair.server, pair.client))
  return pair
}

type Transport = SSHClientTransport | SSHServerTransport

function streamBetween(owner: Transport, receiver: Transport): ByteStream {
  let lost = false
  return {
    write: (data) => queueMicrotask(() => receiver.dataReceived(data)),
    loseConnection() {
      if (lost) return
      lost = true
      queueMicrotask(() => {
        receiver.connectionLost()
        owner.connectionLost()
      })
    },
    getPeer: () => ({ host: 'memory', port: 0 }),
    getHost: () => ({ host: 'memory', port: 0 }),
  }
}
