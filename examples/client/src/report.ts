import type { AlgorithmDescription, NegotiatedDescription, NegotiatedDirectionDescription, TransportEvent } from '@seashell/core'
import type { AuthAttempt } from '@seashell/userauth'

/** What a key exchange agreed on, for people: what, and which algorithms. */
export function negotiatedRows({ keyExchange, publicKey, clientToServer, serverToClient }: NegotiatedDescription): [string, string][] {
  return [
    ['key exchange', algorithm(keyExchange)],
    ['host key', algorithm(publicKey)],
    ['client to server', direction(clientToServer)],
    ['server to client', direction(serverToClient)],
  ]
}

/** An event of the transport in lines, for `-v`; none for those that need no telling. */
export function eventLines(event: TransportEvent): string[] {
  switch (event.type) {
    case 'version':
      return [`we are ${event.ours}; the server is ${event.theirs}`]
    case 'negotiated':
      return negotiatedRows(event.negotiated).map(([what, which]) => `${what}: ${which}`)
    case 'keys':
      return [`key exchange ${event.count} is complete`]
    case 'extensions':
      return [`the server knows the extensions ${[...event.extensions.keys()].join(', ')}`]
    case 'debug':
      return [`the server says for debugging: ${event.message}`]
    case 'service':
      return [`the service ${event.name} runs`]
    case 'authenticated':
    case 'ended':
      return []
  }
}

/** An attempt to log in, for `-v`. */
export function attemptLine({ method, detail, outcome, reason }: AuthAttempt): string {
  return [`${method}${detail === undefined ? '' : ` with ${detail}`}: ${outcome}`, reason].filter((part) => part !== undefined).join(', ')
}

function direction({ cipher, mac, compression }: NegotiatedDirectionDescription): string {
  const compressed = compression.name === 'none' ? 'no compression' : algorithm(compression)
  return [algorithm(cipher), ...(mac === undefined ? [] : [algorithm(mac)]), compressed].join(', ')
}

function algorithm({ name, provider, postQuantum }: AlgorithmDescription): string {
  if (postQuantum === undefined) return `${name} (${provider})`
  return `${name} (${provider}, ${postQuantum ? 'post-quantum' : 'not post-quantum'})`
}
