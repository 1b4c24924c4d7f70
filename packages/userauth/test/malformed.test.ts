import { isSSHError } from '@seashell/core'
import { WireWriter } from '@seashell/core/wire'
import { fromHex } from '@seashell/test-support'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AuthMethod, keyboardInteractive, none, password, publicKey, UserAuthClient, UserAuthServer } from '../src/index.ts'
import { FakeTransport, RecordingService, settle } from './support/fake-transport.ts'
import { ed25519Signer, testKeys } from './support/keys.ts'
import { banner, failure, information, interactiveFields, passwordFields, request, response } from './support/messages.ts'

const signer = ed25519Signer()
const key = (signed: boolean): WireWriter => new WireWriter().writeBoolean(signed).writeString('ssh-ed25519').writeString(signer.publicKey)

async function client(method: AuthMethod): Promise<FakeTransport> {
  const transport = new FakeTransport({ isClient: true, algorithms: testKeys })
  transport.setService(new UserAuthClient({ user: 'alice', service: new RecordingService(), methods: [method] }))
  await settle()
  return transport
}

async function server(...before: Uint8Array[]): Promise<FakeTransport> {
  const transport = new FakeTransport({ isClient: false, algorithms: testKeys, limits: { authenticationAttempts: 20 } })
  const services = { 'ssh-connection': () => new RecordingService() }
  const methods = {
    none: () => false,
    publicKey: () => false,
    password: () => false,
    keyboardInteractive: async ({ ask }: { ask: (request: object) => Promise<readonly string[]> }) =>
      (await ask({ prompts: [{ prompt: 'x', echo: false }] })).length > 1,
  }
  transport.setService(new UserAuthServer({ methods, services }))
  for (const payload of before) {
    transport.receive(50, payload)
    await settle()
  }
  return transport
}

interface Message {
  what: string
  messageNum: number
  payload: Uint8Array
  start: () => Promise<FakeTransport>
  /** What may be cut off without its being noticed: the length of the head of a request, whose fields its method reads. */
  fieldsOf?: string
}

const messages: Message[] = [
  { what: 'FAILURE', messageNum: 51, payload: failure(['password', 'publickey']), start: () => client(none()) },
  { what: 'BANNER', messageNum: 53, payload: banner('hello', 'en'), start: () => client(none()) },
  { what: 'PK_OK', messageNum: 60, payload: key(true).finish().subarray(1), start: () => client(publicKey(signer)) },
  {
    what: 'PASSWD_CHANGEREQ',
    messageNum: 60,
    payload: banner('expired', 'en'),
    start: () => client(password('x', { change: () => ({ newPassword: 'y' }) })),
  },
  {
    what: 'INFO_REQUEST',
    messageNum: 60,
    payload: information('name', 'do this', [
      ['a', true],
      ['b', false],
    ]),
    start: () => client(keyboardInteractive(() => ['1', '2'])),
  },
  { what: 'a password request', messageNum: 50, payload: request('password', passwordFields('secret')), start: () => server() },
  { what: 'a change of password', messageNum: 50, payload: request('password', passwordFields('old', 'new')), start: () => server() },
  { what: 'a publickey query', messageNum: 50, payload: request('publickey', key(false).finish()), start: () => server() },
  {
    what: 'a publickey request',
    messageNum: 50,
    payload: request('publickey', key(true).writeString(new Uint8Array(83)).finish()),
    start: () => server(),
  },
  {
    what: 'a keyboard-interactive request',
    messageNum: 50,
    payload: request('keyboard-interactive', interactiveFields('pam')),
    start: () => server(),
  },
  {
    what: 'INFO_RESPONSE',
    messageNum: 61,
    payload: response('42'),
    start: () => server(request('keyboard-interactive', interactiveFields())),
  },
]

async function send({ start, messageNum }: Message, payload: Uint8Array): Promise<FakeTransport> {
  const transport = await start()
  transport.receive(messageNum, payload)
  await settle()
  return transport
}

describe('a message that is not what it should be ends the connection, by name, and lets nobody in', () => {
  it.each(messages)('$what, cut off after each of its bytes', async (message) => {
    for (let length = 0; length < message.payload.length; length++) {
      const { error, authenticated } = await send(message, message.payload.subarray(0, length))
      expect([length, error?.code, error?.fault, authenticated]).toEqual([length, 'MALFORMED', 'peer', false])
    }
  })

  it.each(messages)('$what, with a byte after its end', async (message) => {
    const { error, authenticated } = await send(message, new Uint8Array([...message.payload, 0]))
    expect([error?.code, error?.fault, authenticated]).toEqual(['MALFORMED', 'peer', false])
  })

  it.each(messages)('$what is otherwise fine', async (message) => {
    expect((await send(message, message.payload)).error?.code).not.toBe('MALFORMED')
  })

  it('SUCCESS with anything in it', async () => {
    const transport = await client(none())
    transport.receive(52, new Uint8Array([0]))
    await settle()
    expect(transport.error).toMatchObject({ code: 'MALFORMED', fault: 'peer' })
    expect(transport.authenticated).toBe(false)
  })

  it.each([
    ['a user name that is not UTF-8', '00000001 ff 0000000e 7373682d636f6e6e656374696f6e 00000004 6e6f6e65'],
    ['a method with a control character', '00000001 61 0000000e 7373682d636f6e6e656374696f6e 00000004 6e6f6e0a'],
    ['a service with a comma’s neighbour below', '00000001 61 00000002 2c20 00000004 6e6f6e65'],
    ['a length past the end of memory', 'ffffffff 61'],
  ])('%s', async (_what, hex) => {
    const transport = await server()
    transport.receive(50, fromHex(hex))
    await settle()
    expect(transport.error).toMatchObject({ code: 'MALFORMED', fault: 'peer' })
  })

  it.each([
    ['prompts', 60, () => client(keyboardInteractive(() => [])), '00000000 00000000 00000000 ffffffff'],
    ['answers', 61, () => server(request('keyboard-interactive', interactiveFields())), 'ffffffff'],
  ])('four billion %s, without room being made for them', async (_what, messageNum, start, hex) => {
    const transport = await start()
    transport.receive(messageNum, fromHex(hex))
    await settle()
    expect(transport.error).toMatchObject({ code: 'MALFORMED', fault: 'peer' })
  })
})

describe('whatever a peer sends', () => {
  it.each(messages)('in place of $what: nobody is let in, and every error is an SSHError', async (message) => {
    const { payload } = message
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.tuple(fc.nat(payload.length - 1), fc.nat(255)).map(([index, value]) => payload.with(index, value)),
    )
    await fc.assert(
      fc.asyncProperty(bytes, async (sent) => {
        const { error, authenticated } = await send(message, sent)
        expect(authenticated).toBe(false)
        if (error !== undefined) expect(isSSHError(error)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })
})
