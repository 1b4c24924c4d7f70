import type { ClientTransportOptions, ServerTransportOptions, SSHError, TransportEvent, TransportOptions } from '../../src/index.ts'
import { SSHClientTransport, SSHServerTransport, SSHService } from '../../src/index.ts'
import type { Inbound } from '../../src/transport/inbound.ts'
import type { Outbound } from '../../src/transport/outbound.ts'
import type { KeyExchange } from '../../src/kex/exchange.ts'
import { concatBytes } from '../../src/wire/index.ts'
import { ToyClock } from './clock.ts'
import { ToyStream } from './stream.ts'
import { toyRegistry, toySigner } from './toys.ts'

/** A message, opened. */
export interface Message {
  readonly number: number
  readonly payload: Uint8Array
}

/** What tests see and steer of a transport beyond its public face. */
export interface Probe {
  readonly inbound: Inbound
  readonly outbound: Outbound
  readonly exchange: KeyExchange
  /** Every message that became a packet, in order. */
  readonly sent: Message[]
  /** Every message that was dispatched, in order. */
  readonly received: Message[]
  /** Every event. */
  readonly events: TransportEvent[]
  /** What the sinks were told: their name, then their arguments. */
  readonly told: unknown[][]
  /** Seals a message and sends it, whatever the protocol says. */
  inject(number: number, payload?: Uint8Array): void
  /** Set: NEWKEYS is not sent before it resolves. */
  newKeysGate: Promise<void> | undefined
}

/** The names of messages sent, for short expectations. */
export function numbers(messages: readonly Message[]): number[] {
  return messages.map(({ number }) => number)
}

function recordSent(outbound: Outbound): Message[] {
  const sent: Message[] = []
  const { writer } = outbound
  const write = writer.write.bind(writer)
  writer.write = (number, ...payload) => {
    sent.push({ number, payload: concatBytes(...payload) })
    write(number, ...payload)
  }
  return sent
}

/** A client that tests can look into. */
export class ToyClient extends SSHClientTransport {
  readonly probe: Probe

  constructor(options: ClientTransportOptions, events: TransportEvent[] = []) {
    super({ ...options, onEvent: (event) => (events.push(event), options.onEvent?.(event)) })
    const { inbound, outbound, exchange } = this
    const inject = (number: number, payload = new Uint8Array(0)): void => outbound.sendNow(number, payload)
    this.probe = { inbound, outbound, exchange, sent: recordSent(outbound), received: [], events, told: [], inject, newKeysGate: undefined }
  }

  override dispatchMessage(number: number, payload: Uint8Array): void {
    this.probe.received.push({ number, payload: payload.slice() })
    super.dispatchMessage(number, payload)
  }

  override receiveError(...told: [number, string]): void {
    this.probe.told.push(['receiveError', ...told])
  }

  override receiveUnimplemented(...told: [number]): void {
    this.probe.told.push(['receiveUnimplemented', ...told])
  }

  override receiveDebug(...told: [boolean, string, string]): void {
    this.probe.told.push(['receiveDebug', ...told])
    super.receiveDebug(...told)
  }

  override connectionSecure(): void {
    this.probe.told.push(['connectionSecure'])
  }

  protected override keySetup(sharedSecret: Uint8Array, exchangeHash: Uint8Array): void {
    const opened = this.probe.newKeysGate
    if (opened === undefined) super.keySetup(sharedSecret, exchangeHash)
    else void opened.then(() => this.probe.exchange.state !== 'none' && super.keySetup(sharedSecret, exchangeHash))
  }
}

/** A server that tests can look into. */
export class ToyServer extends SSHServerTransport {
  readonly probe: Probe

  constructor(options: ServerTransportOptions, events: TransportEvent[] = []) {
    super({ ...options, onEvent: (event) => (events.push(event), options.onEvent?.(event)) })
    const { inbound, outbound, exchange } = this
    const inject = (number: number, payload = new Uint8Array(0)): void => outbound.sendNow(number, payload)
    this.probe = { inbound, outbound, exchange, sent: recordSent(outbound), received: [], events, told: [], inject, newKeysGate: undefined }
  }

  override dispatchMessage(number: number, payload: Uint8Array): void {
    this.probe.received.push({ number, payload: payload.slice() })
    super.dispatchMessage(number, payload)
  }

  override receiveError(...told: [number, string]): void {
    this.probe.told.push(['receiveError', ...told])
  }

  override receiveUnimplemented(...told: [number]): void {
    this.probe.told.push(['receiveUnimplemented', ...told])
  }

  override receiveDebug(...told: [boolean, string, string]): void {
    this.probe.told.push(['receiveDebug', ...told])
    super.receiveDebug(...told)
  }

  override connectionSecure(): void {
    this.probe.told.push(['connectionSecure'])
  }

  protected override keySetup(sharedSecret: Uint8Array, exchangeHash: Uint8Array): void {
    const opened = this.probe.newKeysGate
    if (opened === undefined) super.keySetup(sharedSecret, exchangeHash)
    else void opened.then(() => this.probe.exchange.state !== 'none' && super.keySetup(sharedSecret, exchangeHash))
  }
}

/** Either of them. */
export type ToyTransport = ToyClient | ToyServer

/** A service that writes down what happens to it. */
export class ToyService extends SSHService {
  override readonly name: string
  override readonly protocolMessages = { 100: 'TOY' }
  readonly received: Message[] = []
  readonly log: string[] = []
  stoppedBecause: SSHError | undefined

  constructor(name = 'toy-service') {
    super()
    this.name = name
  }

  override serviceStarted(): void {
    this.log.push('started')
  }

  override serviceStopped(reason?: SSHError): void {
    this.log.push('stopped')
    this.stoppedBecause = reason
  }

  override packetReceived(number: number, payload: Uint8Array): void {
    this.received.push({ number, payload: payload.slice() })
  }

  override transportWritable(): void {
    this.log.push('writable')
  }
}

/** The host key that toy servers have. */
export const toyHostKey = toySigner('toy-key', ['toy-sign', 'toy-sign-2'])

/** Bytes that look random, are the same in every run, and cost next to nothing. */
function toyRandom(seed: number): (length: number) => Uint8Array {
  let state = seed
  return (length) => {
    const bytes = new Uint8Array(length)
    for (let index = 0; index < length; index++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      bytes[index] = state >>> 24
    }
    return bytes
  }
}

const noClock = new ToyClock()

/** A client with every toy, that trusts every host key. */
export function toyClient(options: Partial<ClientTransportOptions> = {}): ToyClient {
  return new ToyClient({
    algorithms: toyRegistry(),
    random: toyRandom(1),
    clock: noClock,
    verifyHostKey: () => true,
    ...options,
  })
}

/** A server with every toy. */
export function toyServer(options: Partial<ServerTransportOptions> = {}): ToyServer {
  return new ToyServer({ algorithms: toyRegistry(), random: toyRandom(2), clock: noClock, hostKeys: [toyHostKey], ...options })
}

/** A client and a server whose streams are joined. */
export interface Pair {
  readonly client: ToyClient
  readonly server: ToyServer
  /** What the client writes to. */
  readonly clientStream: ToyStream
  /** What the server writes to. */
  readonly serverStream: ToyStream
}

/** What both sides of a pair get. */
export interface PairOptions {
  readonly client?: Partial<ClientTransportOptions>
  readonly server?: Partial<ServerTransportOptions>
  readonly both?: Partial<TransportOptions>
}

/** Joins two transports; bytes travel when the turn is over. */
export function join(client: ToyClient, server: ToyServer): Pair {
  const clientStream = new ToyStream({ host: 'client.example', port: 40_000 }, { host: 'server.example', port: 22 })
  const serverStream = new ToyStream({ host: 'server.example', port: 22 }, { host: 'client.example', port: 40_000 })
  clientStream.connect(client, server)
  serverStream.connect(server, client)
  client.makeConnection(clientStream)
  server.makeConnection(serverStream)
  return { client, server, clientStream, serverStream }
}

/** A client and a server, joined; not waited for. */
export function joined({ client, server, both }: PairOptions = {}): Pair {
  return join(toyClient({ ...both, ...client }), toyServer({ ...both, ...server }))
}

/** A client and a server, joined, their first keys in use. */
export async function connected(options: PairOptions = {}): Promise<Pair> {
  const pair = joined(options)
  await Promise.all([pair.client.secured, pair.server.secured])
  await settle()
  return pair
}

/** The same, with a service of the same kind on both sides and the user authenticated. */
export async function authenticated(options: PairOptions = {}): Promise<Pair & { clientService: ToyService; serverService: ToyService }> {
  const pair = await connected(options)
  const [clientService, serverService] = [new ToyService(), new ToyService()]
  pair.client.setService(clientService)
  pair.server.setService(serverService)
  pair.client.authenticationSucceeded()
  pair.server.authenticationSucceeded()
  await settle()
  return { ...pair, clientService, serverService }
}

/** Waits until everything that is under way without a clock has happened. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** The DISCONNECT that a transport has sent: reason and description. */
export function disconnectOf({ probe }: ToyTransport): { reason: number; description: string } | undefined {
  const message = probe.sent.find(({ number }) => number === 1)
  if (message === undefined) return undefined
  const view = new DataView(message.payload.buffer, message.payload.byteOffset)
  return { reason: view.getUint32(0), description: new TextDecoder().decode(message.payload.subarray(8, 8 + view.getUint32(4))) }
}

/** A promise, and the function that resolves it. */
export function gate(): { readonly open: () => void; readonly opened: Promise<void> } {
  let open!: () => void
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}
