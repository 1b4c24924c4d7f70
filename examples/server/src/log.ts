import type { SSHTransportAddress, TransportEvent } from '@seashell/core'
import { fingerprint } from '@seashell/keys'
import type { ServerConnection } from '@seashell/ssh'
import { type Login, printable, type ServerAttempt } from '@seashell/userauth'

/** Errors may quote the peer at length. */
const LINE_LENGTH = 500

/** Writes one line about a connection, or about the server itself where `peer` is absent. */
export type Log = (text: string, peer?: SSHTransportAddress) => void

/** Writes to standard error: the time, the peer's address, the text. No character of a peer's reaches a terminal that could harm it. */
export const log: Log = (text, peer) => {
  const line = [new Date().toISOString(), ...(peer === undefined ? [] : [peer.toString()]), text].join(' ')
  process.stderr.write(`${oneLine(line)}\n`)
}

/** Text as one printable line of bounded length. */
export function oneLine(text: string): string {
  return printable(text)
    .replaceAll(/[\t\n\u2028\u2029]+/g, ' ')
    .slice(0, LINE_LENGTH)
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return oneLine(error instanceof Error ? error.message : String(error))
}

/** Logs that a connection came; undefined: it was turned away. */
export function logConnection(connection: ServerConnection | undefined): void {
  if (connection === undefined) log('a connection was closed at once: too many are open that have not authenticated')
  else log('connected', connection.peer)
}

/** Logs what happens on a transport, as far as it tells an administrator something. */
export function logEvent(event: TransportEvent, { peer }: ServerConnection): void {
  if (event.type === 'negotiated') {
    const { keyExchange, publicKey, clientToServer, serverToClient } = event.negotiated
    const directions = [clientToServer, serverToClient].map(({ cipher, mac, compression }) =>
      [cipher, mac, compression].flatMap((algorithm) => algorithm?.name ?? []).join(' '),
    )
    log(`negotiated ${keyExchange.name}, ${publicKey.name}; in ${directions[0]}; out ${directions[1]}`, peer)
  } else if (event.type === 'keys') {
    log(`keys are in use, of exchange ${event.count}`, peer)
  } else if (event.type === 'ended') {
    log(event.error === undefined ? 'ended' : `ended: ${event.error.message}`, peer)
  }
}

/** Logs an attempt to log in. */
export function logAttempt({ context, method, outcome }: ServerAttempt, { login, peer }: ServerConnection): void {
  const how = outcome === 'success' && login !== undefined ? `success${keyOf(login)}` : outcome
  log(`${method} for ${JSON.stringify(printable(context.user))}: ${how}`, peer)
}

function keyOf({ successes }: Login): string {
  const key = successes.at(-1)?.key
  return key === undefined ? '' : ` with ${key.algorithm} ${fingerprint(key.publicKey)}`
}
