import { once } from 'node:events'
import { connect as connectTCP } from 'node:net'
import { Duplex } from 'node:stream'
import { AlgorithmRegistry } from '@seashell/core'
import { formatPrivateKey, generatePrivateKey, KnownHosts, type PrivateKey } from '@seashell/keys'
import { compatible } from '@seashell/presets'
import { messagesInClear, recordWrites } from '@seashell/test-support'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AlgorithmChoices, connect, type ConnectOptions, createServer, type ServerPreferences, type SSHServer } from '../src/index.ts'

const host = '127.0.0.1'
const algorithms = new AlgorithmRegistry(compatible)
const ed25519 = await generatePrivateKey(algorithms.publicKeys.get('ssh-ed25519'))
const ecdsa = await generatePrivateKey(algorithms.publicKeys.get('ecdsa-sha2-nistp256'))
const rsa = await generatePrivateKey(algorithms.publicKeys.get('rsa-sha2-512'), { bits: 2048 })

/** A server whose lists are in this order. */
async function serve(choices: AlgorithmChoices): Promise<SSHServer> {
  const hostKeys = await Promise.all([ed25519, ecdsa, rsa].map((key) => formatPrivateKey(key)))
  return await createServer({ hostKeys, choices, auth: { password: () => true } })
}

const servers = {
  usual: await serve({ publicKeys: ['ssh-ed25519', 'ecdsa-sha2-nistp256'] }),
  likesRSA: await serve({ publicKeys: ['rsa-sha2-256', 'rsa-sha2-512', 'ssh-ed25519'] }),
  likesECDSA: await serve({ publicKeys: ['ecdsa-sha2-nistp256', 'ssh-ed25519'] }),
  likesSntrup: await serve({ keyExchanges: ['sntrup761x25519-sha512', 'mlkem768x25519-sha256'], publicKeys: ['ssh-ed25519'] }),
  likesX25519: await serve({ keyExchanges: ['curve25519-sha256', 'mlkem768x25519-sha256'], publicKeys: ['ssh-ed25519'] }),
}
const ports = new Map<SSHServer, number>()
beforeAll(async () => {
  for (const server of Object.values(servers)) ports.set(server, (await server.listen()).port)
})
afterAll(() => Promise.all(Object.values(servers).map((server) => server.close())))

interface Seen {
  /** The messages in the first write to the stream. */
  readonly first: number[]
  readonly method: string
  readonly hostKey: string
  readonly learnt: ServerPreferences | undefined
}

/** What a connection begins with, and what it agrees on. */
async function connectAndLook(
  server: SSHServer,
  options: Partial<ConnectOptions> = {},
  known: readonly PrivateKey[] = [ed25519, ecdsa],
): Promise<Seen> {
  const port = ports.get(server)!
  const knownHosts = new KnownHosts()
  for (const { publicKey } of known) knownHosts.add(host, port, publicKey)
  const stream = connectTCP({ host, port })
  await once(stream, 'connect')
  const written = recordWrites(stream)
  await using client = await connect({ host, port, user: 'alice', password: 'x', knownHosts, stream, ...options })
  const { keyExchange, publicKey } = client.describe().negotiated!
  return { first: messagesInClear(written[0]!), method: keyExchange.name, hostKey: publicKey.name, learnt: client.serverPreferences }
}

describe('connect() with the preferences that an earlier client has learnt', () => {
  it.each([
    ['the same as ours', 'usual', 'mlkem768x25519-sha256', 'ssh-ed25519', [ed25519, ecdsa]],
    ['another host key, the only one that is known', 'likesECDSA', 'mlkem768x25519-sha256', 'ecdsa-sha2-nistp256', [ecdsa]],
    ['another signature of the same host key', 'likesRSA', 'mlkem768x25519-sha256', 'rsa-sha2-256', [rsa]],
    ['another post-quantum method', 'likesSntrup', 'sntrup761x25519-sha512', 'ssh-ed25519', [ed25519, ecdsa]],
  ] as const)(
    'guesses right where the server prefers %s: KEXINIT and the first message leave as one',
    async (_what, name, method, hostKey, known) => {
      const server = servers[name]
      const { first, learnt } = await connectAndLook(server, {}, known)
      expect(first).toEqual([20])
      expect(learnt).toEqual({ keyExchange: method, publicKey: hostKey })
      expect(await connectAndLook(server, { serverPreferences: learnt }, known)).toEqual({ first: [20, 30], method, hostKey, learnt })
    },
  )

  it('gives no security away for it: a method that is not post-quantum does not overtake one that is', async () => {
    const { learnt } = await connectAndLook(servers.likesX25519)
    expect(learnt).toEqual({ keyExchange: 'curve25519-sha256', publicKey: 'ssh-ed25519' })
    const { first, method } = await connectAndLook(servers.likesX25519, { serverPreferences: learnt })
    expect([first, method]).toEqual([[20], 'mlkem768x25519-sha256'])
  })

  it('has no host key come first that is not known', async () => {
    const { learnt } = await connectAndLook(servers.likesECDSA)
    const { first, hostKey } = await connectAndLook(servers.likesECDSA, { serverPreferences: learnt }, [ed25519])
    expect([first, hostKey]).toEqual([[20], 'ssh-ed25519'])
  })

  it('has the host key come first that known_hosts has come first: an older entry of the server’s favourite type does no harm', async () => {
    const older = await generatePrivateKey(algorithms.publicKeys.get('ecdsa-sha2-nistp256'))
    const { learnt } = await connectAndLook(servers.likesECDSA)
    expect(learnt?.publicKey).toBe('ecdsa-sha2-nistp256')
    for (const known of [
      [older, ed25519],
      [ed25519, older],
      [ed25519, ecdsa],
    ]) {
      const { first, hostKey } = await connectAndLook(servers.likesECDSA, { serverPreferences: learnt }, known)
      expect([first, hostKey]).toEqual([[20], 'ssh-ed25519'])
    }
  })

  it('refuses a key that has changed with them as without them', async () => {
    const older = await generatePrivateKey(algorithms.publicKeys.get('ecdsa-sha2-nistp256'))
    const serverPreferences = { keyExchange: 'mlkem768x25519-sha256', publicKey: 'ecdsa-sha2-nistp256' }
    await expect(connectAndLook(servers.likesECDSA, { serverPreferences }, [older])).rejects.toMatchObject({ code: 'HOST_KEY' })
  })

  it('leaves lists alone that the caller has chosen, and guesses where they happen to agree', async () => {
    const likesSntrup = { keyExchange: 'sntrup761x25519-sha512', publicKey: 'ssh-ed25519' }
    const choices = { keyExchanges: ['mlkem768x25519-sha256', 'sntrup761x25519-sha512'] }
    const unmoved = await connectAndLook(servers.likesSntrup, { serverPreferences: likesSntrup, choices })
    expect([unmoved.first, unmoved.method]).toEqual([[20], 'mlkem768x25519-sha256'])
    const weaker = { keyExchange: 'curve25519-sha256', publicKey: 'ssh-ed25519' }
    const agreed = await connectAndLook(servers.likesX25519, { serverPreferences: weaker, choices: { keyExchanges: '^curve25519-sha256' } })
    expect([agreed.first, agreed.method]).toEqual([[20, 30], 'curve25519-sha256'])
  })

  it.each([
    ['null, for want of any', null, 'got null'],
    ['text that was not parsed', '{"keyExchange":"curve25519-sha256","publicKey":"ssh-ed25519"}', 'got "{'],
    ['other fields', { kex: 'curve25519-sha256', hostKey: 'ssh-ed25519' }, 'expected keyExchange'],
  ])('refuses what cannot be preferences, before it connects: %s', async (_what, kept: unknown, message) => {
    const stream = new Duplex({ read: () => {}, write: () => expect.fail('nothing is to be sent') })
    const options = { host, user: 'alice', password: 'x', knownHosts: new KnownHosts(), stream }
    await expect(connect({ ...options, serverPreferences: kept as ServerPreferences })).rejects.toMatchObject({
      code: 'ARGUMENT',
      fault: 'caller',
      message: expect.stringContaining(message),
    })
  })

  it.each([
    ['the method', { keyExchange: 'sntrup761x25519-sha512', publicKey: 'ssh-ed25519' }, ed25519],
    ['the host key', { keyExchange: 'mlkem768x25519-sha256', publicKey: 'ecdsa-sha2-nistp256' }, ecdsa],
  ])('stands all the same where the server has come to prefer something else: %s', async (_what, serverPreferences, known) => {
    const { first, method, hostKey } = await connectAndLook(servers.usual, { serverPreferences }, [known])
    expect({ first, keyExchange: method, publicKey: hostKey }).toEqual({ first: [20, 30], ...serverPreferences })
  })
})
