// Every message number with every service on a real transport: none, authentication and connection, in both roles, between key exchanges,
// during one, and while the service waits for a decision or a signature. What the transport does alone is in packages/core.
import { SSHConnection } from '@seashell/connection'
import { AlgorithmRegistry, type Clock, type Signer, type SSHService } from '@seashell/core'
import { WireWriter } from '@seashell/core/wire'
import { nodeCrypto } from '@seashell/node'
import { none, publicKey, UserAuthClient, UserAuthServer } from '@seashell/userauth'
import { describe, expect, it } from 'vitest'
import { makeHostKey } from '../src/matrix/index.ts'
import { joinTransports, type RecordingClient, type RecordingServer } from './support/joined.ts'

const hostKey = await makeHostKey('ssh-ed25519')
const algorithms = new AlgorithmRegistry(nodeCrypto)
/** Stands still: nobody is late, and what is to be done in no time is done at the end of the turn. */
const clock: Clock = {
  now: () => 0,
  setTimeout: (callback, milliseconds) => (milliseconds === 0 ? queueMicrotask(callback) : undefined),
  clearTimeout: () => {},
}
const supported = { keyExchanges: ['curve25519-sha256'], ciphers: ['none'], macs: ['none'] }

/** What becomes of a message: it is handled, whatever comes of that; answered with UNIMPLEMENTED; or it is a violation of the protocol. */
type Outcome = 'handled' | 'unimplemented' | 'refused'

const numbersOfMessages = Array.from({ length: 256 }, (_, number) => number)
const range = (first: number, last: number): number[] => numbersOfMessages.slice(first, last + 1)

/** A service on a transport that waits for the peer, and what it takes of 50 to 255; every other number there is answered with UNIMPLEMENTED. */
interface Scene {
  readonly title: string
  readonly isClient: boolean
  readonly authenticated: boolean
  readonly start: (settled: Promise<void>) => SSHService | undefined
  /** What the peer sends first. */
  readonly before?: readonly [number, Uint8Array]
  readonly handled: readonly number[]
  readonly refused: readonly number[]
  /** Whether it is busy until `settled`. */
  readonly busy?: boolean
}

const never = new Promise<never>(() => {})
const noneRequest = new WireWriter().writeString('alice').writeString('ssh-connection').writeString('none').finish()

// RFC 4250 §4.1.2: 80 to 127 are of the connection protocol, which has no place before authentication is complete.
const connectionNumbers = range(80, 127)
const services = { 'ssh-connection': () => new SSHConnection() }

const scenes: readonly Scene[] = [
  ...[true, false].map((isClient): Scene => ({
    title: 'no service',
    isClient,
    authenticated: false,
    start: () => undefined,
    handled: [192],
    refused: range(50, 127),
  })),
  {
    title: 'authentication, that waits for an answer,',
    isClient: true,
    authenticated: false,
    start: () => new UserAuthClient({ user: 'alice', service: new SSHConnection(), methods: [none()] }),
    handled: [51, 52, 53, 192],
    refused: [50, 60, 61, ...connectionNumbers],
  },
  {
    title: 'authentication, that waits for a signature,',
    isClient: true,
    authenticated: false,
    start: (settled) =>
      new UserAuthClient({ user: 'alice', service: new SSHConnection(), methods: [publicKey(after(settled), { query: false })] }),
    handled: [51, 52, 53, 192],
    refused: [50, 60, 61, ...connectionNumbers],
    busy: true,
  },
  {
    title: 'authentication, that waits for a request,',
    isClient: false,
    authenticated: false,
    start: () => new UserAuthServer({ methods: { none: () => false }, services }),
    handled: [50, 192],
    refused: [51, 52, 53, 60, 61, ...connectionNumbers],
  },
  {
    title: 'authentication, that waits for a decision,',
    isClient: false,
    authenticated: false,
    start: (settled) => new UserAuthServer({ methods: { none: () => settled.then(() => false) }, services, failureTime: 0 }),
    before: [50, noneRequest],
    handled: [50, 192],
    refused: [51, 52, 53, 60, 61, ...connectionNumbers],
    busy: true,
  },
  ...[true, false].map((isClient): Scene => ({
    title: 'a connection without channels',
    isClient,
    authenticated: true,
    start: () => new SSHConnection(),
    // RFC 4252 §5.1: a server ignores further requests.
    handled: [80, 90, 192, ...(isClient ? [] : [50])],
    // RFC 4254: answers that nobody asked for, and channels that there are not.
    refused: [...range(isClient ? 50 : 51, 79), 81, 82, ...range(91, 100)],
  })),
]

/** A signer that takes its time. */
function after(settled: Promise<void>): Signer {
  return { ...hostKey, sign: async (...given) => (await settled, await hostKey.sign(...given)) }
}

/** What becomes of a message between key exchanges. The transport's own are those of the table without a service, but for these. */
function expectedOutcome(number: number, { isClient, authenticated, start, handled, refused }: Scene): Outcome {
  const serviceless = start(never) === undefined
  if (handled.includes(number)) return 'handled'
  if (refused.includes(number)) return 'refused'
  // 193 answers no PING; 6 no request.
  if (number === 6 || number === 193) return 'refused'
  if (number === 5 && !isClient && authenticated) return 'unimplemented'
  if (number === 5) return isClient || !serviceless ? 'refused' : 'handled'
  // RFC 8308 §2.4: once more from a server, and it is too late for the one of a client, which came behind NEWKEYS.
  if (number === 7) return isClient && !authenticated ? 'handled' : 'refused'
  if (number === 21 || (number >= 30 && number <= 49)) return 'refused'
  return (number >= 1 && number <= 4) || number === 20 ? 'handled' : 'unimplemented'
}

interface Reached {
  readonly target: RecordingClient | RecordingServer
  readonly peer: RecordingClient | RecordingServer
  readonly settle: () => void
}

async function reach({ isClient, authenticated, start, before }: Scene): Promise<Reached> {
  const { client, server } = joinTransports({ algorithms, supported, clock }, { algorithms, supported, clock, hostKeys: [hostKey] })
  await Promise.all([client.secured, server.secured])
  await turns()
  const [target, peer] = isClient ? [client, server] : [server, client]
  peer.deaf = true
  let settle!: () => void
  const service = start(new Promise((resolve) => (settle = resolve)))
  if (authenticated) target.authenticationSucceeded()
  if (service !== undefined) target.setService(service)
  if (before !== undefined) peer.inject(...before)
  await turns()
  return { target, peer, settle }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve))
}

function close({ target, peer }: Reached): void {
  for (const transport of [target, peer]) transport.connectionLost()
}

/** What became of a message: `outcome` for expectations, and the error for those who read them. */
async function outcomeOf({ target, peer }: Reached): Promise<{ outcome: Outcome; detail: string }> {
  await turns()
  if (peer.received.some(({ number }) => number === 3)) return { outcome: 'unimplemented', detail: '' }
  const error = await Promise.race([target.closed, Promise.resolve()])
  return { outcome: error?.code === 'PROTOCOL' && error.fault === 'peer' ? 'refused' : 'handled', detail: error?.message ?? '' }
}

/** A payload of a form that is good where it matters. */
function payloadOf(number: number): Uint8Array {
  if (number === 1) return new WireWriter().writeUint32(11).writeString('').writeString('').finish()
  if (number === 4) return new WireWriter().writeBoolean(true).writeString('').writeString('').finish()
  if (number === 5 || number === 6) return new WireWriter().writeString('ssh-userauth').finish()
  if (number === 50) return noneRequest
  if (number === 52 || number === 81 || number === 82) return new Uint8Array(0)
  if (number === 80) return new WireWriter().writeString('a').writeBoolean(false).finish()
  if (number === 95) return new WireWriter().writeUint32(0).writeUint32(1).writeString('').finish()
  if (number === 94 || number === 93) return new WireWriter().writeUint32(0).writeUint32(0).finish()
  return new WireWriter().writeUint32(0).finish()
}

describe.each(scenes)('$title on a transport, as client: $isClient', (scene) => {
  it('has every message handled, refused or answered with UNIMPLEMENTED, as the tables say', async () => {
    let reached: Reached | undefined
    for (const number of numbersOfMessages) {
      reached ??= await reach(scene)
      const { target, peer, settle } = reached
      peer.received.length = 0
      const before = target.received.length
      peer.inject(number, payloadOf(number))
      if (scene.busy === true) {
        await turns()
        expect([number, target.received.length, peer.received]).toEqual([number, before, []])
        settle()
      }
      const { outcome, detail } = await outcomeOf(reached)
      expect(`${number} ${outcome}`, detail).toBe(`${number} ${expectedOutcome(number, scene)}`)
      if (outcome === 'unimplemented' && scene.busy !== true) continue
      close(reached)
      reached = undefined
    }
  })

  it('has nothing of it arrive during a key exchange', async () => {
    for (const number of range(50, 255)) {
      const reached = await reach({
        ...scene,
        start: (settled) => (scene.busy === true ? undefined : scene.start(settled)),
        before: undefined,
      })
      const { target, peer } = reached
      peer.sendKexInit()
      await turns()
      peer.inject(number, payloadOf(number))
      expect(`${number} ${(await outcomeOf(reached)).outcome}`).toBe(`${number} refused`)
      expect(target.service).toBeNull()
      close(reached)
    }
  })
})
