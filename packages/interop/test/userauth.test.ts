import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zlib } from '@seashell/compression-zlib'
import {
  AlgorithmRegistry,
  type ByteStream,
  type PublicKeyDefinition,
  type Signer,
  SSHClientTransport,
  SSHServerTransport,
  SSHService,
  systemRandom,
} from '@seashell/core'
import { openSSHsToTest, findTestUser, generateKey, type KeyFile, runSsh, type Sshd, startSshd } from '@seashell/interop'
import { createSigner, parsePrivateKey } from '@seashell/keys'
import { attachStream, connectSocket } from '@seashell/node'
import { compatible } from '@seashell/presets'
import {
  type AuthMethod,
  keyboardInteractive,
  none,
  password,
  publicKey,
  type ServerAttempt,
  UserAuthClient,
  type UserAuthClientOptions,
  UserAuthServer,
  type UserAuthServerOptions,
} from '@seashell/userauth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const algorithms = new AlgorithmRegistry(compatible, zlib)
/** Certificates and security keys need more than a key pair to sign; they have tests of their own. */
const signing = [...algorithms.publicKeys].filter(({ privateKeys }) => privateKeys !== undefined)
const peers = openSSHsToTest()
const testUser = findTestUser()
const keyTypes = ['ed25519', 'ecdsa', 'rsa']

/** Sends back what it gets. */
class EchoService extends SSHService {
  override readonly name: string = 'ssh-connection'
  override readonly protocolMessages: Readonly<Record<number, string>> = {}
  readonly received: Promise<Uint8Array>
  #resolve!: (payload: Uint8Array) => void

  constructor() {
    super()
    this.received = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  override packetReceived(messageNum: number, payload: Uint8Array): void {
    this.#resolve(payload.slice())
    if (!this.transport.isClient) this.transport.sendPacket(messageNum, payload)
  }
}

/** Says goodbye at once: an ssh that has come so far is authenticated. */
class FarewellService extends EchoService {
  override serviceStarted(): void {
    this.transport.sendDisconnect(11, 'authenticated, and goodbye')
  }
}

async function generate(definition: PublicKeyDefinition): Promise<Signer> {
  if (definition.privateKeys === undefined) throw new Error(`${definition.name} signs nothing`)
  return createSigner(await definition.privateKeys.generate(systemRandom, { bits: 2048 }), [definition])
}

function is(key: Signer): (request: { readonly publicKey: Uint8Array }) => boolean {
  return (request) => Buffer.compare(request.publicKey, key.publicKey) === 0
}

const stream = (other: () => SSHClientTransport | SSHServerTransport): ByteStream => ({
  write: (data) => void setImmediate(() => other().dataReceived(data)),
  loseConnection: () => void setImmediate(() => other().connectionLost()),
  getPeer: () => ({ host: 'memory', port: 0 }),
  getHost: () => ({ host: 'memory', port: 0 }),
})

async function signerOf(path: string): Promise<Signer> {
  const { publicKeys } = algorithms
  return createSigner(await parsePrivateKey(await readFile(path, 'utf8'), { publicKeys }), publicKeys)
}

async function login(server: Sshd, methods: AuthMethod[], options: Partial<UserAuthClientOptions> = {}): Promise<UserAuthClient> {
  const client = new SSHClientTransport({ algorithms, verifyHostKey: () => true })
  attachStream(client, await connectSocket({ host: '127.0.0.1', port: server.port }))
  await client.secured
  const auth = new UserAuthClient({ user: server.user, service: new EchoService(), methods, ...options })
  client.requestService(auth)
  try {
    await auth.authenticated
  } finally {
    client.loseConnection()
  }
  return auth
}

const answering = (text: string): AuthMethod => keyboardInteractive(({ prompts }) => prompts.map(() => text))

const blobOf = ({ publicKey: line }: KeyFile): Uint8Array => Buffer.from(line.split(' ')[1] ?? '', 'base64')

function authorized(...files: KeyFile[]): (request: { readonly publicKey: Uint8Array }) => boolean {
  return (request) => files.some((file) => Buffer.compare(blobOf(file), request.publicKey) === 0)
}

describe('over two of our transports', () => {
  let hostKey: Signer
  beforeAll(async () => {
    hostKey = await generate(algorithms.publicKeys.get('ssh-ed25519'))
  })

  async function meet(methods: AuthMethod[], options: Omit<UserAuthServerOptions, 'services'>, compressions = ['none']) {
    const service = new EchoService()
    const auth = new UserAuthClient({ user: 'alice', service, methods })
    const userAuth = new UserAuthServer({ ...options, services: { 'ssh-connection': () => new EchoService() } })
    const supported = { compressions }
    const server = new SSHServerTransport({ algorithms, supported, hostKeys: [hostKey], getService: () => userAuth })
    const client = new SSHClientTransport({ algorithms, supported, verifyHostKey: () => true })
    client.makeConnection(stream(() => server))
    server.makeConnection(stream(() => client))
    await client.secured
    client.requestService(auth)
    return { auth, client, server, service }
  }

  it.each(signing)('logs in with $name', async (definition) => {
    const { name } = definition
    const key = await generate(definition)
    const { auth, client, service } = await meet([publicKey(key)], { methods: { publicKey: is(key) } })
    await auth.authenticated
    expect(auth.attempts).toEqual([{ method: 'publickey', detail: name, outcome: 'success' }])
    client.sendPacket(200, new Uint8Array([1, 2, 3]))
    expect(await service.received).toEqual(new Uint8Array([1, 2, 3]))
    client.loseConnection()
  })

  it.each(['none', 'zlib', 'zlib@openssh.com'])('goes on with compression %s, which starts where it should', async (compression) => {
    const methods = [password('wrong'), keyboardInteractive(() => ['42'])]
    const server: UserAuthServerOptions['methods'] = {
      password: () => false,
      keyboardInteractive: async ({ ask }) => (await ask({ prompts: [{ prompt: 'Code: ', echo: true }] }))[0] === '42',
    }
    const { auth, client, service } = await meet(methods, { methods: server, banner: 'hello\r\n' }, [compression])
    await auth.authenticated
    client.sendPacket(200, new Uint8Array(10_000).fill(7))
    expect(await service.received).toEqual(new Uint8Array(10_000).fill(7))
    client.loseConnection()
  })

  it('says on both sides why it did not work', async () => {
    const { auth, client, server } = await meet([password('wrong')], { methods: { password: () => false } })
    await expect(auth.authenticated).rejects.toMatchObject({ code: 'AUTHENTICATION' })
    expect(await client.closed).toMatchObject({ code: 'AUTHENTICATION' })
    expect(await server.closed).toMatchObject({ code: 'DISCONNECTED', reasonCode: 14 })
  })

  it('ends with the connection, whoever is asked for a password', async () => {
    let asked: (() => void) | undefined
    const asking = new Promise<void>((resolve) => (asked = resolve))
    const method = password(({ signal }) => {
      asked?.()
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve('too late')))
    })
    const { auth, server } = await meet([method], { methods: { password: () => true } })
    await asking
    server.sendDisconnect(11, 'enough')
    await expect(auth.authenticated).rejects.toMatchObject({ code: expect.stringMatching(/CONNECTION_LOST|DISCONNECTED/) })
    expect(auth.attempts).toEqual([])
  })
})

describe.each(peers)('against sshd $version', (peer) => {
  let folder: string
  let keys: Record<string, KeyFile>
  let sshd: Sshd
  const signers: Record<string, Signer> = {}

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seashell-userauth-'))
    keys = Object.fromEntries(
      await Promise.all(
        [...keyTypes, 'stranger'].map(async (type) => [
          type,
          await generateKey(peer, join(folder, type), type === 'stranger' ? 'ed25519' : type),
        ]),
      ),
    )
    for (const [type, { path }] of Object.entries(keys)) signers[type] = await signerOf(path)
    sshd = await start(['KbdInteractiveAuthentication no', 'PasswordAuthentication no'])
  })

  afterAll(async () => {
    await sshd.stop()
    await rm(folder, { recursive: true })
  })

  function start(config: readonly string[], pam = false): Promise<Sshd> {
    return startSshd(peer, { config, pam, authorizedKeys: keyTypes.map((type) => keys[type]!.publicKey) })
  }

  async function withSshd(config: readonly string[], pam: boolean, run: (server: Sshd) => Promise<void>): Promise<void> {
    const server = await start(config, pam)
    try {
      await run(server)
    } finally {
      await server.stop()
    }
  }

  it.each(keyTypes)('logs in with a key of type %s, asking first or not', async (type) => {
    await login(sshd, [publicKey(signers[type]!)])
    await login(sshd, [publicKey(signers[type]!, { query: false })])
    expect(sshd.log()).toContain('Accepted publickey')
  })

  it('tries its keys in turn, and another method only where the server lists it', async () => {
    const auth = await login(sshd, [none(), keyboardInteractive(() => undefined), publicKey([signers['stranger']!, signers['ecdsa']!])])
    expect(auth.attempts.map(({ method, detail = '', outcome }) => `${method} ${detail} ${outcome}`)).toEqual([
      'none  refused',
      'publickey ssh-ed25519 refused',
      'publickey ecdsa-sha2-nistp256 success',
    ])
  })

  it('is refused with a key that is not authorised, and says what the server would take', async () => {
    await expect(login(sshd, [publicKey(signers['stranger']!)])).rejects.toThrow(
      /tried publickey with ssh-ed25519 \(refused\); the server would take publickey/,
    )
  })

  it('signs with an algorithm that the server accepts', async () => {
    await withSshd(['PubkeyAcceptedAlgorithms rsa-sha2-256'], false, async (server) => {
      // 9.2 lists all that it knows, 10.0 what it accepts.
      const options = peer.version.startsWith('9.') ? { algorithms: ['rsa-sha2-256'] } : {}
      const auth = await login(server, [publicKey(signers['rsa']!, options)])
      expect(auth.attempts).toEqual([{ method: 'publickey', detail: 'rsa-sha2-256', outcome: 'success' }])
    })
  })

  it('goes through two keys, one after the other', async () => {
    await withSshd(['AuthenticationMethods publickey,publickey'], false, async (server) => {
      const auth = await login(server, [publicKey([signers['ed25519']!, signers['rsa']!])])
      expect(auth.attempts.map(({ outcome }) => outcome)).toEqual(['partial success', 'success'])
    })
  })

  it('shows the banner', async () => {
    await withSshd([`Banner ${keys['ed25519']!.path}.pub`], false, async (server) => {
      const banners: string[] = []
      await login(server, [publicKey(signers['ed25519']!)], { onBanner: (text) => void banners.push(text) })
      expect(banners).toEqual([`${keys['ed25519']!.publicKey}\n`])
    })
  })

  if (testUser) {
    const user = testUser.name
    const right = testUser.password
    it('logs in with a password, and not with another', async () => {
      await withSshd(['PasswordAuthentication yes'], false, async (server) => {
        await login(server, [password(right)], { user })
        await expect(login(server, [password('wrong')], { user })).rejects.toMatchObject({ code: 'AUTHENTICATION' })
      })
    })

    it('logs in by keyboard-interactive', async () => {
      await withSshd(['KbdInteractiveAuthentication yes'], true, (server) => login(server, [answering(right)], { user }).then(() => {}))
    })

    it('goes through a key, then a password, then questions, whatever the order of its own', async () => {
      const config = [
        'AuthenticationMethods publickey,password,keyboard-interactive',
        'PasswordAuthentication yes',
        'KbdInteractiveAuthentication yes',
      ]
      await withSshd(config, true, async (server) => {
        const auth = await login(server, [answering(right), password(right), publicKey(signers['ed25519']!)], { user })
        expect(auth.attempts.filter(({ outcome }) => outcome !== 'refused').map(({ method }) => method)).toEqual([
          'publickey',
          'password',
          'keyboard-interactive',
        ])
      })
    })
  }
})

describe.each(peers)('ssh $version against our server', (peer) => {
  let folder: string
  let keys: Record<string, KeyFile>
  let hostKey: Signer

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seashell-userauth-'))
    keys = Object.fromEntries(await Promise.all(keyTypes.map(async (type) => [type, await generateKey(peer, join(folder, type), type)])))
    hostKey = await generate(algorithms.publicKeys.get('ssh-ed25519'))
  })

  afterAll(() => rm(folder, { recursive: true }))

  async function serve(
    options: Partial<UserAuthServerOptions> & Pick<UserAuthServerOptions, 'methods'>,
    ssh: Partial<Parameters<typeof runSsh>[1]>,
  ): Promise<{ stderr: string; attempts: string[] }> {
    const attempts: string[] = []
    const onAttempt = ({ method, outcome }: ServerAttempt): void => void attempts.push(`${method} ${outcome}`)
    const services = { 'ssh-connection': () => new FarewellService() }
    const getService = (): UserAuthServer => new UserAuthServer({ ...options, services, onAttempt })
    const listener = createServer((socket) => attachStream(new SSHServerTransport({ algorithms, hostKeys: [hostKey], getService }), socket))
    listener.listen(0, '127.0.0.1')
    await once(listener, 'listening')
    const { port } = listener.address() as AddressInfo
    const { stderr } = await runSsh(peer, { port, hostKeys: 'any', user: 'alice', command: 'true', ...ssh })
    listener.close()
    return { stderr, attempts }
  }

  it.each(keyTypes)('is let in with a key of type %s', async (type) => {
    const key = keys[type]!
    const { stderr, attempts } = await serve({ methods: { publicKey: authorized(key) }, banner: 'Ahoy\r\n' }, { identity: key.path })
    expect(attempts).toEqual(['publickey success'])
    expect(stderr).toContain('authenticated, and goodbye')
    expect(stderr).toContain('Ahoy')
  })

  it('is not let in with another key', async () => {
    const { stderr, attempts } = await serve({ methods: { publicKey: authorized(keys['rsa']!) } }, { identity: keys['ed25519']!.path })
    expect(attempts).toEqual([])
    expect(stderr).toContain('Permission denied (publickey)')
  })

  it.each([
    ['secret', ['password success'], 'authenticated, and goodbye'],
    ['other', ['password refused'], 'Permission denied (password)'],
  ])('gives the password %j', async (given, expected, says) => {
    const { stderr, attempts } = await serve({ methods: { password: (request) => request.password === 'secret' } }, { password: given })
    expect(attempts).toEqual(expected)
    expect(stderr).toContain(says)
  })

  it('answers questions', async () => {
    const methods: UserAuthServerOptions['methods'] = {
      keyboardInteractive: async ({ ask }) => (await ask({ name: 'Gate', prompts: [{ prompt: 'Word: ', echo: false }] }))[0] === 'sesame',
    }
    const { stderr, attempts } = await serve({ methods }, { password: 'sesame' })
    expect(attempts).toEqual(['keyboard-interactive success'])
    expect(stderr).toContain('authenticated, and goodbye')
  })

  it('goes through a key and a password', async () => {
    const key = keys['ecdsa']!
    const options: Pick<UserAuthServerOptions, 'methods' | 'startWith'> = {
      methods: {
        publicKey: (request) => authorized(key)(request) && { partial: true, continue: ['password'] },
        password: (request, { successes }) => successes.length === 1 && request.password === 'secret',
      },
      startWith: ['publickey'],
    }
    const { stderr, attempts } = await serve(options, { identity: key.path, password: 'secret' })
    expect(attempts).toEqual(['publickey partial success', 'password success'])
    expect(stderr).toContain('authenticated, and goodbye')
  })

  it('is told when it has tried too often', async () => {
    const config = ['NumberOfPasswordPrompts 5']
    const { stderr, attempts } = await serve({ methods: { password: () => false }, maxAttempts: 3 }, { password: 'x', config })
    expect(attempts).toEqual(['password refused', 'password refused', 'password refused'])
    expect(stderr).toContain('3 attempts to authenticate have failed')
  })
})
