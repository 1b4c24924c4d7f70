// Secrets are planted wherever there is a place for one. Whatever can be said afterwards, to a log or to a peer, must not have them in it.
import { inspect } from 'node:util'
import { SSHConnection } from '@seashell/connection'
import { type AlgorithmRegistry, type KemKeyExchangeDefinition, type KeyPair, systemRandom, type TransportEvent } from '@seashell/core'
import { bigIntToBytes, encodeUtf8, WireReader, WireWriter } from '@seashell/core/wire'
import { modpGroup14 } from '@seashell/kex-dh'
import { createSigner, formatPrivateKey, generatePrivateKey, parsePrivateKey } from '@seashell/keys'
import { nodeCrypto } from '@seashell/node'
import {
  type AuthMethod,
  clientPhases,
  type Dialogue,
  keyboardInteractive,
  password,
  publicKey,
  UserAuthClient,
  UserAuthServer,
  type UserAuthServerOptions,
} from '@seashell/userauth'
import { describe, expect, it } from 'vitest'
import { everything, makeHostKey } from '../src/matrix/index.ts'
import { joinTransports, type RecordingClient, type RecordingServer } from './support/joined.ts'

const SECRET = 'Planted-5ecret-Passw0rd'
const hostKey = await makeHostKey('ssh-ed25519')
const ed25519 = everything.publicKeys.get('ssh-ed25519')
const userKey = await generatePrivateKey(ed25519)
const supported = { ciphers: ['aes128-ctr'], macs: ['hmac-sha2-256'], keyExchanges: ['curve25519-sha256'] }

/** All that an error says, its causes included. */
function textOf(error: unknown): string {
  const parts: string[] = []
  for (let at = error; at instanceof Error; at = at.cause)
    parts.push(at.message, at.stack ?? '', JSON.stringify(at), inspect(at, { depth: 9 }))
  return parts.join('\n')
}

/** Forms in which bytes could show, where white space does not count. */
function formsOf(secret: Uint8Array): string[] {
  const buffer = Buffer.from(secret)
  const hex = buffer.toString('hex')
  const base64 = buffer.toString('base64').replace(/=+$/, '').slice(0, -1)
  const json = JSON.stringify(secret).slice(1, -1)
  return [buffer.toString('latin1'), hex, base64, buffer.join(','), json].map(compact)
}

function compact(text: string): string {
  return text.replaceAll(/\s+/g, '')
}

it('what is looked for would be seen', () => {
  const secret = encodeUtf8(SECRET)
  const shown = [SECRET, { secret }, { secret: Buffer.from(secret) }].map((value) => compact(inspect(value)))
  expect(shown.map((text) => formsOf(secret).some((form) => text.includes(form)))).toEqual([true, true, true])
  expect(formsOf(secret).some((form) => JSON.stringify({ secret }).includes(form))).toBe(true)
})

interface Talk {
  readonly client: RecordingClient
  readonly server: RecordingServer
  readonly auth: UserAuthClient
  readonly told: unknown[]
}

async function talk(method: AuthMethod, handlers: UserAuthServerOptions['methods']): Promise<Talk> {
  const told: unknown[] = []
  const onEvent = (event: TransportEvent): void => void told.push(event)
  const onAttempt = (attempt: unknown): void => void told.push(attempt)
  const services = { 'ssh-connection': () => new SSHConnection() }
  const getService = (): UserAuthServer => new UserAuthServer({ methods: handlers, services, onAttempt, failureTime: 0, maxAttempts: 2 })
  const { client, server } = joinTransports(
    { algorithms: everything, supported, onEvent },
    { supported, onEvent, hostKeys: [hostKey], getService },
  )
  const auth = new UserAuthClient({ user: 'alice', service: new SSHConnection(), methods: [method], onAttempt })
  await client.secured
  client.requestService(auth)
  return { client, server, auth, told }
}

/** What there is to be seen of a session when it is over. */
async function seen({ client, server, auth, told }: Talk, outcome: unknown): Promise<string> {
  for (const transport of [client, server]) transport.loseConnection()
  const errors = [outcome, await client.closed, await server.closed]
  const objects = [client, server, auth, told, [client, server].map((transport) => transport.describe())]
  // What they were sent, opened, is the test's own.
  for (const transport of [client, server]) transport.received.length = 0
  return [
    ...errors.map(textOf),
    ...objects.map((object) => inspect(object, { depth: 9, maxArrayLength: null })),
    JSON.stringify(objects),
  ].join('\n')
}

const ways: readonly (readonly [string, AuthMethod, UserAuthServerOptions['methods']])[] = [
  ['a password that is right', password(SECRET), { password: () => true }],
  ['a password that is wrong', password(SECRET), { password: () => false }],
  [
    'a password that is to be changed',
    password(SECRET, { change: () => ({ newPassword: `New-${SECRET}` }) }),
    { password: ({ newPassword }) => newPassword !== undefined || { changePassword: 'too old' } },
  ],
  ['answers that are wrong', keyboardInteractive(() => [SECRET]), { keyboardInteractive: refuseAnswer }],
  ['a key', publicKey(createSigner(userKey, [ed25519])), { publicKey: () => false }],
  // The field has a length that is too long: what there is of it is in what could be quoted.
  ['a request that is malformed', malformed(), { password: () => false }],
]

async function refuseAnswer({ ask }: Dialogue): Promise<boolean> {
  return (await ask({ prompts: [{ prompt: 'Code: ', echo: false }] }))[0] !== SECRET
}

function malformed(): AuthMethod {
  const fields = new WireWriter().writeBoolean(false).writeUint32(1000).writeBytes(encodeUtf8(SECRET)).finish()
  return {
    ...password(SECRET),
    async *authenticate(exchange) {
      await exchange.request(clientPhases.password, fields)
      yield
    },
  }
}

describe('authentication', () => {
  it.each(ways)('shows nothing of %s', async (_what, method, handlers) => {
    const session = await talk(method, handlers)
    const outcome = await session.auth.authenticated.catch((error: unknown) => error)
    const text = await seen(session, outcome)
    expect(text).toContain('ssh-userauth')
    for (const secret of [encodeUtf8(SECRET), seedOf(userKey)])
      for (const form of formsOf(secret)) expect(compact(text)).not.toContain(form)
  })
})

/** The private half of an ssh-ed25519 key. */
function seedOf({ privateKey }: KeyPair): Uint8Array {
  const reader = new WireReader(privateKey)
  reader.readString()
  return reader.readString().slice(0, 32)
}

/** What is said about a file that is not as it should be; nothing where it is good enough to be read. */
async function complaint(file: string | Uint8Array): Promise<string> {
  try {
    await parsePrivateKey(file, { publicKeys: everything.publicKeys, passphrase: SECRET })
    return ''
  } catch (error) {
    return textOf(error)
  }
}

describe('private keys', () => {
  it('show nothing of themselves where their file is damaged, anywhere, or cut off', async () => {
    const key = await generatePrivateKey(ed25519)
    const file = await formatPrivateKey(key)
    const lines = file.trimEnd().split('\n')
    const encoded = lines.slice(1, -1).join('')
    const secret = seedOf(key)
    const body = Buffer.from(encoded, 'base64')
    const complaints: string[] = []
    for (let index = 0; index < body.length; index++) {
      const damaged = Buffer.from(body)
      damaged[index]! ^= 0x55
      for (const bytes of [damaged, body.subarray(0, index)]) {
        complaints.push(await complaint([lines[0], bytes.toString('base64'), lines.at(-1), ''].join('\n')))
      }
    }
    for (let length = 0; length < file.length; length += 3) complaints.push(await complaint(file.slice(0, length)))
    const said = compact(complaints.join('\n'))
    expect(complaints.filter((text) => text.includes('SSHError')).length).toBeGreaterThan(body.length)
    // Any sixteen bytes of the private half, in any form.
    for (let start = 0; start + 16 <= secret.length; start++) {
      for (const form of formsOf(secret.subarray(start, start + 16))) expect(said).not.toContain(form)
    }
    for (let start = 0; start + 20 <= encoded.length; start++) expect(said).not.toContain(encoded.slice(start, start + 20))
    expect(said).not.toContain(SECRET)
  })

  it('are not shown by what signs with them, nor by its refusals', async () => {
    const signer = createSigner(userKey, [ed25519])
    const refusal = await signer.sign(new Uint8Array(1), 'rsa-sha2-512').catch((error: unknown) => error)
    const text = [JSON.stringify(signer), inspect(signer, { depth: 9 }), textOf(refusal)].join('\n')
    expect(text).toContain('rsa-sha2-512')
    for (const form of formsOf(seedOf(userKey))) expect(compact(text)).not.toContain(form)
  })
})

describe('what a server draws for a key exchange', () => {
  // Of the right length, and no public value: points of low order, p; behind a good key of ML-KEM or sntrup, zeros.
  const cases: readonly (readonly [string, bad: () => Uint8Array | Promise<Uint8Array>])[] = [
    ['curve25519-sha256', () => new Uint8Array(32)],
    ['curve448-sha512', () => new Uint8Array(56)],
    ['diffie-hellman-group14-sha256', () => bigIntToBytes(modpGroup14.prime)],
    ['mlkem768x25519-sha256', () => withoutItsEnd('mlkem768x25519-sha256')],
    ['sntrup761x25519-sha512', () => withoutItsEnd('sntrup761x25519-sha512')],
  ]

  it.each(cases)('is wiped where the peer’s public value is none: %s', async (name, bad) => {
    for (const registry of [everything, everything.clone().override(nodeCrypto)]) {
      const drawn: Uint8Array[] = []
      const random = (length: number): Uint8Array => {
        const bytes = systemRandom(length)
        drawn.push(bytes)
        return bytes
      }
      const refusal = await Promise.resolve()
        .then(async () => kemOf(registry, name).encapsulate(await bad(), random))
        .catch((error: unknown) => error)
      expect(refusal).toMatchObject({ code: 'KEY_EXCHANGE', fault: 'peer' })
      // The last is the private key of the half that refuses.
      expect(drawn.at(-1)).toEqual(new Uint8Array(drawn.at(-1)!.length))
    }
  })
})

function kemOf(registry: AlgorithmRegistry, name: string): KemKeyExchangeDefinition {
  return registry.keyExchanges.get(name) as KemKeyExchangeDefinition
}

/** A good key, but for the key of X25519 at its end. */
async function withoutItsEnd(name: string): Promise<Uint8Array> {
  const pair = await kemOf(everything, name).generate(systemRandom)
  return pair.publicKey.slice().fill(0, pair.publicKey.length - 32)
}
