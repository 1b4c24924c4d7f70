import { SSHError } from '@seashell/core'
import { WireWriter } from '@seashell/core/wire'
import { describe, expect, it } from 'vitest'
import {
  type AuthMethod,
  clientPhases,
  type Dialogue,
  keyboardInteractive,
  none,
  password,
  publicKey,
  serverPhases,
  UserAuthClient,
  UserAuthServer,
} from '../src/index.ts'
import { FakeTransport, RecordingService, settle } from './support/fake-transport.ts'
import { ed25519Signer, testKeys } from './support/keys.ts'

// The table, written a second time: what RFC 4252 §5–§8 and RFC 4256 §3 let a peer send, phase by phase.
const known = new Set([50, 51, 52, 53, 60, 61])
const signer = ed25519Signer()
const pkOk = new WireWriter().writeString('ssh-ed25519').writeString(signer.publicKey).finish()
const change = new WireWriter().writeString('too old').writeString('').finish()
const information = new WireWriter().writeString('').writeString('').writeString('').writeUint32(0).finish()
const banner = new WireWriter().writeString('hello').writeString('').finish()
const failure = new WireWriter().writeNameList(['hostbased']).writeBoolean(false).finish()

const clientCases: Record<keyof typeof clientPhases, { allowed: number[]; method: AuthMethod; sixty?: Uint8Array }> = {
  none: { allowed: [51, 52, 53], method: none() },
  publicKeyQuery: { allowed: [51, 53, 60], method: publicKey(signer), sixty: pkOk },
  publicKey: { allowed: [51, 52, 53], method: publicKey(signer, { query: false }) },
  password: { allowed: [51, 52, 53, 60], method: password('secret'), sixty: change },
  keyboardInteractive: { allowed: [51, 52, 53, 60], method: keyboardInteractive(() => []), sixty: information },
}

type Outcome = 'accept' | 'refuse' | 'unimplemented'
const numbers = Array.from({ length: 256 - 50 }, (_, index) => index + 50)

function expected(messageNum: number, allowed: readonly number[]): Outcome {
  if (allowed.includes(messageNum)) return 'accept'
  return known.has(messageNum) || (messageNum >= 80 && messageNum < 128) ? 'refuse' : 'unimplemented'
}

function outcome(transport: FakeTransport): Outcome {
  if (transport.unimplemented > 0) return 'unimplemented'
  if (transport.error?.code !== 'PROTOCOL') return 'accept'
  expect(transport.error).toMatchObject({ fault: 'peer', reason: undefined })
  return 'refuse'
}

/** What becomes of each message, and what should. */
async function outcomes(allowed: readonly number[], send: (messageNum: number) => Promise<FakeTransport>): Promise<[string[], string[]]> {
  const found: string[] = []
  for (const messageNum of numbers) found.push(`${messageNum} ${outcome(await send(messageNum))}`)
  return [found, numbers.map((messageNum) => `${messageNum} ${expected(messageNum, allowed)}`)]
}

describe('the client, message by message and phase by phase', () => {
  it.each(Object.entries(clientCases))('%s', async (_phase, { allowed, method, sixty }) => {
    const payloads: Record<number, Uint8Array> = { 51: failure, 52: new Uint8Array(), 53: banner, 60: sixty ?? new Uint8Array() }
    const [found, wanted] = await outcomes(allowed, async (messageNum) => {
      const transport = new FakeTransport({ isClient: true, algorithms: testKeys })
      const service = new RecordingService()
      transport.setService(new UserAuthClient({ user: 'alice', service, methods: [method] }))
      await settle()
      expect(transport.held).toBe(false)
      transport.receive(messageNum, payloads[messageNum] ?? new Uint8Array())
      await settle()
      const in52 = messageNum === 52 && allowed.includes(52)
      expect([transport.service === service, transport.authenticated]).toEqual([in52, in52])
      return transport
    })
    expect(found).toEqual(wanted)
  })

  it('has no phase that is not tested here', () => {
    expect(Object.entries(clientPhases).map(([name, { messages }]) => [name, messages.toSorted((a, b) => a - b)])).toEqual(
      Object.entries(clientCases).map(([name, { allowed }]) => [name, allowed]),
    )
  })
})

const request = new WireWriter().writeString('alice').writeString('ssh-connection').writeString('none').finish()
const interactive = new WireWriter()
  .writeString('alice')
  .writeString('ssh-connection')
  .writeString('keyboard-interactive')
  .writeString('')
  .writeString('')
  .finish()
const response = new WireWriter().writeUint32(1).writeString('42').finish()

const serverCases: Record<keyof typeof serverPhases, { allowed: number[]; before: Uint8Array[] }> = {
  request: { allowed: [50], before: [] },
  information: { allowed: [50, 61], before: [interactive] },
}

async function keyboard({ ask }: Dialogue): Promise<boolean> {
  return (await ask({ prompts: [{ prompt: 'Code: ', echo: false }] }))[0] === '42'
}

function startServer(): FakeTransport {
  const transport = new FakeTransport({ isClient: false })
  transport.setService(
    new UserAuthServer({ methods: { keyboardInteractive: keyboard }, services: { 'ssh-connection': () => new RecordingService() } }),
  )
  return transport
}

describe('the server, message by message and phase by phase', () => {
  it.each(Object.entries(serverCases))('%s', async (_phase, { allowed, before }) => {
    const [found, wanted] = await outcomes(allowed, async (messageNum) => {
      const transport = startServer()
      for (const payload of before) {
        transport.receive(50, payload)
        await settle()
      }
      expect(transport.held).toBe(false)
      transport.receive(messageNum, messageNum === 50 ? request : response)
      await settle()
      expect(transport.authenticated).toBe(messageNum === 61 && allowed.includes(61))
      return transport
    })
    expect(found).toEqual(wanted)
  })

  it('has no phase that is not tested here', () => {
    expect(Object.entries(serverPhases).map(([name, { messages }]) => [name, messages])).toEqual(
      Object.entries(serverCases).map(([name, { allowed }]) => [name, allowed]),
    )
  })

  it('is silent once the connection has ended', async () => {
    const transport = startServer()
    const { service } = transport
    transport.end(new SSHError('CONNECTION_LOST', 'gone', { fault: 'local' }))
    service?.packetReceived(90, new Uint8Array())
    service?.packetReceived(50, request)
    await settle()
    expect(transport.sent).toEqual([])
    expect(transport.error).toBeUndefined()
  })
})
