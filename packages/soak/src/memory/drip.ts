import { type ByteStream, SSHServerTransport } from '@seashell/core'
import { createSigner, generatePrivateKey } from '@seashell/keys'
import { defaultAlgorithms } from '@seashell/ssh'
import { HandClock } from '../clock.ts'
import { memory } from './reading.ts'

/** What became of peers that send a byte a second. */
export interface Drip {
  /** The most bytes that all of them held at a time, together. */
  readonly heldLength: number
  /** After how many seconds the last of them was sent away. */
  readonly seconds: number
}

const nowhere: ByteStream = {
  write: () => {},
  loseConnection: () => {},
  getPeer: () => ({ host: '192.0.2.1', port: 50_000 }),
  getHost: () => ({ host: '192.0.2.2', port: 22 }),
}

/**
 * Serves peers that send what they have to say at a byte a second, by a clock of its own.
 *
 * @param count how many
 * @param beginning what they send at once
 * @param rest what they send after that, and zeros when it is over
 */
export async function drip(count: number, beginning: Uint8Array, rest: Uint8Array): Promise<Drip> {
  const algorithms = defaultAlgorithms()
  const hostKeys = [createSigner(await generatePrivateKey(algorithms.publicKeys.get('ssh-ed25519')), algorithms.publicKeys)]
  const clock = new HandClock()
  const before = memory()
  const transports = Array.from({ length: count }, () => new SSHServerTransport({ algorithms, hostKeys, clock }))
  for (const transport of transports) {
    transport.makeConnection(nowhere)
    transport.dataReceived(beginning)
  }
  const open = new Set(transports)
  for (const transport of transports) void transport.closed.then(() => open.delete(transport))
  let [seconds, heldLength] = [0, 0]
  for (; open.size > 0 && seconds < 1000; seconds++) {
    for (const transport of transports) transport.dataReceived(Uint8Array.of(rest[seconds] ?? 0))
    clock.advance(1000)
    await new Promise((resolve) => setImmediate(resolve))
    if (seconds % 10 === 0) heldLength = Math.max(heldLength, memory().heldLength - before.heldLength)
  }
  return { heldLength, seconds }
}
