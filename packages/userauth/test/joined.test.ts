import { SSHError } from '@seashell/core'
import { describe, expect, it } from 'vitest'
import {
  type AuthMethod,
  keyboardInteractive,
  none,
  password,
  publicKey,
  type ServerMethods,
  UserAuthClient,
  UserAuthServer,
  type UserAuthServerOptions,
} from '../src/index.ts'
import { join, RecordingService, rejection, settle } from './support/fake-transport.ts'
import { ed25519Signer, rsaSigner, testKeys } from './support/keys.ts'
import { words } from './support/messages.ts'

const ed25519 = ed25519Signer()
const rsa = rsaSigner()

function is(key: { readonly publicKey: Uint8Array }): (request: { readonly publicKey: Uint8Array }) => boolean {
  return ({ publicKey: blob }) => Buffer.compare(key.publicKey, blob) === 0
}

/** Our client against our server. */
function run(
  methods: AuthMethod[],
  serverMethods: ServerMethods,
  options: Partial<UserAuthServerOptions> = {},
  joinOptions: Parameters<typeof join>[2] = {},
) {
  const client = new UserAuthClient({ user: 'alice', service: new RecordingService(), methods })
  const started = new RecordingService()
  const server = new UserAuthServer({ methods: serverMethods, services: { 'ssh-connection': () => started }, ...options })
  const transports = join(client, server, { algorithms: testKeys, ...joinOptions })
  return { client, transports, started }
}

const upperCase = keyboardInteractive(({ prompts }) => prompts.map(({ prompt }) => prompt.toUpperCase()))
const twoPrompts = [
  { prompt: 'a', echo: true },
  { prompt: 'b', echo: false },
]

interface Case {
  what: string
  methods: AuthMethod[]
  server: ServerMethods
  options?: Partial<UserAuthServerOptions>
  requests: string[]
}

const cases: Case[] = [
  { what: 'none', methods: [none()], server: { none: () => true }, requests: ['none'] },
  { what: 'a password', methods: [password('pw')], server: { password: (given) => given.password === 'pw' }, requests: ['password'] },
  { what: 'an Ed25519 key', methods: [publicKey(ed25519)], server: { publicKey: is(ed25519) }, requests: ['publickey', 'publickey'] },
  { what: 'an RSA key, at once', methods: [publicKey(rsa, { query: false })], server: { publicKey: is(rsa) }, requests: ['publickey'] },
  {
    what: 'the second key',
    methods: [publicKey([ed25519, rsa])],
    server: { publicKey: is(rsa) },
    requests: ['publickey', 'publickey', 'publickey'],
  },
  {
    what: 'answers to questions',
    methods: [upperCase],
    server: {
      keyboardInteractive: async ({ ask }) => (await ask({ prompts: twoPrompts })).join() === 'A,B' && (await ask({})).length === 0,
    },
    requests: ['keyboard-interactive', '61', '61'],
  },
  {
    what: 'a password that has to be changed',
    methods: [password('old', { change: () => ({ newPassword: 'new' }) })],
    server: { password: (given) => (given.newPassword === 'new' && given.password === 'old') || { changePassword: 'too old' } },
    requests: ['password', 'password'],
  },
  {
    what: 'a key, then a password, in the order of the server',
    methods: [password('pw'), publicKey(ed25519)],
    server: {
      publicKey: (request) => is(ed25519)(request) && { partial: true, continue: ['password'] },
      password: (given, { successes }) => successes[0]?.key !== undefined && given.password === 'pw',
    },
    options: { startWith: ['publickey'] },
    requests: ['password', 'publickey', 'publickey', 'password'],
  },
  {
    what: 'two keys',
    methods: [publicKey([ed25519, rsa])],
    server: {
      publicKey: (request, { successes }) =>
        successes.length === 0 ? is(ed25519)(request) && { partial: true, continue: ['publickey'] } : is(rsa)(request),
    },
    requests: ['publickey', 'publickey', 'publickey', 'publickey'],
  },
]

describe('client and server', () => {
  it.each(cases)('agree on $what', async ({ methods, server, options, requests }) => {
    const { client, transports, started } = run(methods, server, options)
    await client.authenticated
    await settle()
    expect([transports.client.authenticated, transports.server.authenticated, started.started]).toEqual([true, true, true])
    expect([transports.client.held, transports.server.held]).toEqual([false, false])
    expect(words(transports.client.sent)).toEqual(requests)
  })

  it('part where nothing is accepted', async () => {
    const { client, transports } = run([publicKey([ed25519, rsa]), password('x'), upperCase], {
      publicKey: () => false,
      password: () => false,
      keyboardInteractive: async ({ ask }) => (await ask({ prompts: twoPrompts })).length === 3,
    })
    expect(await rejection(client.authenticated)).toMatchObject({ code: 'AUTHENTICATION' })
    expect(client.attempts.map(({ method, outcome }) => `${method} ${outcome}`)).toEqual([
      'publickey refused',
      'publickey refused',
      'password refused',
      'keyboard-interactive refused',
    ])
    expect(transports.server.ended).toBe(true)
    expect(transports.server.authenticated).toBe(false)
  })

  it('part where the session is not the same on both sides', async () => {
    const { client } = run([publicKey(ed25519)], { publicKey: is(ed25519) }, {}, { client: { sessionID: new Uint8Array(32) } })
    expect(await rejection(client.authenticated)).toMatchObject({ code: 'AUTHENTICATION' })
    expect(client.attempts).toEqual([{ method: 'publickey', detail: 'ssh-ed25519', outcome: 'refused' }])
  })

  it('part where the server has had enough: the client says so', async () => {
    const { client, transports } = run([password(() => 'x', { attempts: 10 })], { password: () => false }, { maxAttempts: 3 })
    expect(await rejection(client.authenticated)).toMatchObject({ code: 'DISCONNECTED' })
    expect(client.attempts).toHaveLength(2)
    expect(transports.server.error).toMatchObject({ code: 'LIMIT' })
  })

  it('part when the connection is lost in the middle, on both sides', async () => {
    const { client, transports } = run([upperCase], {
      keyboardInteractive: async ({ ask }) => (await ask({ prompts: twoPrompts })).length > 0,
    })
    transports.client.end(new SSHError('CONNECTION_LOST', 'gone', { fault: 'local' }))
    expect(await rejection(client.authenticated)).toMatchObject({ code: 'CONNECTION_LOST' })
    await settle()
    expect([transports.client.held, transports.server.held, transports.server.authenticated]).toEqual([false, false, false])
  })
})
