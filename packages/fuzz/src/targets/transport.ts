import { zlib } from '@seashell/compression-zlib'
import {
  type CompressionStream,
  isSSHError,
  type NegotiatedDescription,
  SSHClientTransport,
  SSHService,
  type SSHTransportBase,
  type TransportEvent,
} from '@seashell/core'
import { WireWriter } from '@seashell/core/wire'
import { checkRefusal, expect } from '../invariants.ts'
import { Input } from '../support/input.ts'
import { FIRST_ACTION, messageOf, script, type Step, stepsOf } from '../support/script.ts'
import { clientSubject, kexInit, kexReply, prelude, serverSubject, settle, type Subject } from '../support/subject.ts'
import { packetOf, toyPublicKey, toySignature } from '../support/toys.ts'
import type { Outcome, Target } from '../target.ts'

/** Says everything back. */
class EchoService extends SSHService {
  override readonly name = 'echo'
  override readonly protocolMessages = { 100: 'ECHO' }
  state: 'new' | 'running' | 'stopped' = 'new'

  override serviceStarted(): void {
    expect(this.state === 'new', 'a service is started once')
    this.state = 'running'
  }

  override serviceStopped(): void {
    expect(this.state !== 'stopped', 'a service is stopped once')
    this.state = 'stopped'
  }

  override packetReceived(messageNum: number, payload: Uint8Array): void {
    expect(this.state === 'running', 'only a running service gets messages')
    expect(messageNum >= 50, 'a service gets messages from 50 on')
    this.transport.sendPacket(messageNum, payload)
  }
}

// The bits of the first byte.
const STRICT = 1
const COMPRESSED = 2
const AUTHENTICATED = 4
const EXTENSIONS = 8
const SCRIPTED = 16
const GUESSES = 32
const FOLLOWS = 64
const DELAYED = 128

const HOUR = 3_600_000
/** So low that inputs reach them. */
const limits = { heldLength: 1024, queuedLength: 8192, unauthenticatedPackets: 32, unauthenticatedReExchanges: 1, reExchanges: 3 }
/** What a server prefers, as one guesses; with a method of messages of its own a client guesses wrong. */
const serverPreferences = { keyExchange: 'toy-kem', publicKey: 'toy-sign' }
const callersFault = { codes: ['PROTOCOL', 'CLOSED', 'LIMIT'], faults: ['caller', 'local'] } as const

/** What can happen beside messages of the peer, by number from {@link FIRST_ACTION} on. */
const actions: readonly ((subject: Subject, payload: Uint8Array) => void | Promise<void>)[] = [
  ({ clock }) => clock.advance(HOUR + 1),
  ({ transport }) => guard(() => transport.sendKexInit()),
  ({ transport }) => transport.sendPacket(100, new Uint8Array(64)),
  ({ transport }) => void transport.sendPing().catch((error: unknown) => checkPing(error)),
  (subject) => subject.drain(),
  ({ transport }) => transport.sendDebug('debug', true),
  ({ transport }) => transport instanceof SSHClientTransport && guard(() => transport.requestService(new EchoService())),
  (subject, payload) => subject.feed(payload),
  ({ transport }) => transport.hold(settle()),
  ({ transport }) => transport.loseConnection(),
  ({ transport }) => checkDescription(transport),
  ({ stream }) => void (stream.full = true),
]

function guard(run: () => void): void {
  try {
    run()
  } catch (error) {
    checkRefusal(error, callersFault)
  }
}

function checkPing(error: unknown): void {
  if (!isSSHError(error) || error.code === 'INTERNAL') throw error
}

function checkDescription(transport: SSHTransportBase): void {
  expect(JSON.stringify(transport.describe()).length > 0, 'a transport can always be described')
}

/** Carries a configuration out: up to the first keys, and to what of a service there is. */
async function begin(choices: number, isClient: boolean): Promise<Subject> {
  const supported = { compressions: ['zlib', 'zlib@openssh.com', 'none'] }
  // Also a later exchange may agree on compression.
  const onEvent = (event: TransportEvent): void => {
    if (event.type === 'negotiated' && isCompressed(event.negotiated)) subject.opaque = true
  }
  const subject: Subject = isClient
    ? clientSubject({ supported, onEvent, limits, ...((choices & GUESSES) !== 0 && { serverPreferences }) })
    : serverSubject({ supported, onEvent, limits, getService: (name) => (name === 'echo' ? new EchoService() : undefined) })
  const role = isClient ? 's' : 'c'
  const markers = [(choices & STRICT) !== 0 && `kex-strict-${role}-v00@openssh.com`, (choices & EXTENSIONS) !== 0 && `ext-info-${role}`]
  const compressions = [compressionOf(choices)]
  const scripted = (choices & SCRIPTED) !== 0
  const keyExchanges = [scripted ? 'toy-scripted' : 'toy-kem', ...markers.filter((marker) => marker !== false)]
  const offer = { keyExchanges, compressions, follows: (choices & FOLLOWS) !== 0 }
  const start = prelude(isClient, offer)
  // Of a method with messages of its own the input brings them.
  await subject.feed(scripted ? start.subarray(0, start.indexOf(0x0a) + 1 + packetOf(kexInit(offer), new Uint8Array(0)).length) : start)
  if ((choices & AUTHENTICATED) !== 0 && !scripted) {
    subject.transport.setService(new EchoService())
    subject.transport.authenticationSucceeded()
  }
  return subject
}

function compressionOf(choices: number): string {
  if ((choices & COMPRESSED) !== 0) return 'zlib'
  return (choices & DELAYED) !== 0 ? 'zlib@openssh.com' : 'none'
}

function isCompressed({ clientToServer, serverToClient }: NegotiatedDescription): boolean {
  return [clientToServer, serverToClient].some(({ compression }) => compression.name !== 'none')
}

function isInflating(transport: SSHTransportBase): boolean {
  const { negotiated } = transport.describe()
  const direction = transport.isClient ? negotiated?.serverToClient : negotiated?.clientToServer
  // The delayed one waits for a user (OpenSSH's PROTOCOL, §1.2).
  const idle = ['none', ...(transport.describe().authenticated ? [] : ['zlib@openssh.com'])]
  return direction !== undefined && !idle.includes(direction.compression.name)
}

async function take(subject: Subject, step: Step, deflater: CompressionStream | undefined, secured: boolean): Promise<void> {
  const action = step.kind < FIRST_ACTION ? undefined : actions[step.kind - FIRST_ACTION]
  if (action !== undefined) return await action(subject, step.payload)
  const message = messageOf(step)
  await subject.feed(packetOf(deflater === undefined ? message : deflater.compress(message), secured ? undefined : new Uint8Array(0)))
}

/** Fuzzes everything that RFC 4253 has a peer send, in any order, and what a program may do meanwhile. */
function defineTransportTarget(name: string, isClient: boolean): Target {
  return {
    name,
    share: 4,
    mutations: 500,
    seeds: () => (isClient ? clientSeeds() : serverSeeds()),
    async run(data): Promise<Outcome> {
      const input = new Input(data)
      const choices = input.byte()
      const subject = await begin(choices, isClient)
      let deflater = isInflating(subject.transport) ? zlib.create() : undefined
      let secured = (choices & SCRIPTED) === 0
      for (const step of stepsOf(input)) {
        await take(subject, step, secured ? deflater : undefined, secured)
        if (subject.stream.ended) break
        if (step.kind !== 21) continue
        // New keys, and compression begins anew, if at all (RFC 4253 §6.2).
        secured = true
        deflater?.destroy()
        deflater = isInflating(subject.transport) ? zlib.create() : undefined
      }
      const ended = subject.stream.ended
      checkDescription(subject.transport)
      await subject.end()
      deflater?.destroy()
      return ended ? 'refused' : 'accepted'
    },
  }
}

const text = (...values: readonly string[]): Uint8Array =>
  values.reduce((writer, value) => writer.writeString(value), new WireWriter()).finish()
const extInfo = new WireWriter()
  .writeUint32(2)
  .writeString('ping@openssh.com')
  .writeString('0')
  .writeString('server-sig-algs')
  .writeString('a')
  .finish()
const debug = new WireWriter().writeBoolean(true).writeString('hello').writeString('en').finish()
const disconnect = new WireWriter().writeUint32(11).writeString('bye').writeString('').finish()
const generic = [
  [2, text('ignored')],
  [3, Uint8Array.of(0, 0, 0, 1)],
  [4, debug],
  [192, text('ping')],
] as const
/** The answer to our first PING. */
const pong = new WireWriter().writeString(new Uint8Array(4)).finish()

function serverSeeds(): Uint8Array[] {
  const again = [[20, kexInit().subarray(1)], [30, text('\u0001')], [21]] as const
  return [
    script([0], ...generic, [5, text('echo')], [100, text('hello')], [1, disconnect]),
    script([STRICT | EXTENSIONS], [7, extInfo], [243], [193, pong], ...again, [5, text('echo')], [5, text('echo')]),
    script([COMPRESSED], ...generic, ...again, [2, text('a'.repeat(500))]),
    script([AUTHENTICATED], [100, text('x')], [241], [242], ...again, [240], ...again, [101]),
    script([AUTHENTICATED | STRICT], [246], [248], [2], [247, Uint8Array.of(0, 0, 0, 12, 10, 2)], [244], [250], [249]),
    script([SCRIPTED], [32], [34, text('more')], [36], [21], ...generic),
    script([0], [200], [9], [60]),
    script([0], [193, text('pong')]),
    script([AUTHENTICATED], [251], [242], [100, text('x')], [192, text('ping')], [241], [244], ...again, [250]),
    script([AUTHENTICATED | DELAYED], [100, text('x')], ...again, [242]),
    script([AUTHENTICATED], [248], [2, text('x'.repeat(1500))], ...again, ...again, ...again, ...again),
    script([AUTHENTICATED], [241], ...Array.from({ length: 5 }, () => [100, text('x'.repeat(2000))] as const)),
    script([0], ...again, ...again),
    script([FOLLOWS], [5, text('echo')], [100, text('hello')]),
    script([FOLLOWS | SCRIPTED], [30, text('wrong')], [32], [36], [21], ...generic),
  ]
}

function clientSeeds(): Uint8Array[] {
  const again = [[20, kexInit().subarray(1)], [31, kexReply.subarray(1)], [21]] as const
  const signed = new WireWriter().writeString(toyPublicKey).writeString(toySignature()).finish()
  return [
    script([0], ...generic, [246], [6, text('echo')], [100, text('hello')], [1, disconnect]),
    script([STRICT | EXTENSIONS], [7, extInfo], [243], [193, pong], ...again, [7, extInfo], [246], [246], [6]),
    script([COMPRESSED], ...generic, ...again, [2, text('a'.repeat(500))]),
    script([AUTHENTICATED], [100, text('x')], [241], [242], ...again, [240], ...again, [101]),
    script([SCRIPTED], [33, text('more')], [37, signed], [21], ...generic),
    script([GUESSES | FOLLOWS], ...generic, ...again),
    script([GUESSES | SCRIPTED], [33, text('more')], [37, signed], [21], ...generic),
  ]
}

/** A client's transport. */
export const transportClient: Target = defineTransportTarget('transport-client', true)
/** A server's transport. */
export const transportServer: Target = defineTransportTarget('transport-server', false)
