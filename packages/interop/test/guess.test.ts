// Our client's guesses at the first message of key exchange (RFC 4253 §7), taken and passed over by real servers.
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect as connectTCP } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey, type KeyFile, type OpenSSH, openSSHsToTest, startSshd, type Sshd } from '@seashell/interop'
import { KnownHosts } from '@seashell/keys'
import { connect, type ConnectOptions, type ServerPreferences } from '@seashell/ssh'
import { messagesInClear, recordWrites } from '@seashell/test-support'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const host = '127.0.0.1'

/** What these tests guess, as far as a server has it. */
function methodsOf({ version }: OpenSSH): readonly string[] {
  const postQuantum = Number.parseFloat(version) < 9.9 ? 'sntrup761x25519-sha512@openssh.com' : 'mlkem768x25519-sha256'
  return ['curve25519-sha256', 'ecdh-sha2-nistp256', postQuantum]
}

interface Seen {
  /** The messages in clear of each write up to NEWKEYS. */
  readonly writes: readonly (readonly number[])[]
  readonly method: string
  readonly hostKey: string
  readonly learnt: ServerPreferences | undefined
  /** What the command said, under the keys that came of it. */
  readonly code: number | undefined
}

const plain = [[20], [30], [21]]
const right = [[20, 30], [21]]
const wrong = [[20, 30], [30], [21]]

describe.each(openSSHsToTest())('sshd $version', (peer) => {
  let folder: string
  let identity: KeyFile
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seashell-guess-'))
    identity = await generateKey(peer, join(folder, 'id'), 'ed25519')
  })
  afterAll(() => rm(folder, { recursive: true }))

  async function connectAndLook({ port, user, hostKeys }: Sshd, options: Partial<ConnectOptions>): Promise<Seen> {
    const stream = connectTCP({ host, port })
    await once(stream, 'connect')
    const written = recordWrites(stream)
    const knownHosts = new KnownHosts(hostKeys.map(({ publicKey }) => `[${host}]:${port} ${publicKey}\n`).join(''))
    await using client = await connect({ host, port, user, privateKeys: [await readFile(identity.path)], knownHosts, stream, ...options })
    const { keyExchange, publicKey } = client.describe().negotiated!
    const { code } = await (await client.exec('exit 7')).output()
    return { writes: inClear(written), method: keyExchange.name, hostKey: publicKey.name, learnt: client.serverPreferences, code }
  }

  describe.each(methodsOf(peer))('that likes %s best', (method) => {
    const other = method === 'curve25519-sha256' ? 'ecdh-sha2-nistp256' : 'curve25519-sha256'
    let sshd: Sshd
    beforeAll(async () => {
      const config = [`KexAlgorithms ${method},${other}`, 'LogLevel DEBUG2']
      sshd = await startSshd(peer, { hostKeyTypes: ['ecdsa', 'ed25519'], authorizedKeys: [identity.publicKey], config })
    })
    afterAll(() => sshd.stop())

    /** What the server logs from now on. */
    const logged = (): (() => string) => {
      const { length } = sshd.log()
      return () => sshd.log().slice(length)
    }

    it('is guessed nothing at first, and right by who has been there and knows that key: a round trip less', async () => {
      const choices = { keyExchanges: [method, other] }
      const known = (await connectAndLook(sshd, { choices })).hostKey
      expect(known).toBe('ssh-ed25519')
      const knownHosts = knownOf(sshd, 'ecdsa')
      const first = await connectAndLook(sshd, { choices, knownHosts })
      const learnt = { keyExchange: method, publicKey: 'ecdsa-sha2-nistp256' }
      expect(first).toEqual({ writes: plain, method, hostKey: 'ecdsa-sha2-nistp256', learnt, code: 7 })
      const log = logged()
      expect(await connectAndLook(sshd, { choices, knownHosts, serverPreferences: first.learnt })).toEqual({ ...first, writes: right })
      await expect.poll(log).toContain('proposals match')
      expect(log()).not.toContain('skipped packet')
    })

    it('is shown no other key than known_hosts has come first, and guessed nothing', async () => {
      const choices = { keyExchanges: [method, other] }
      const serverPreferences = { keyExchange: method, publicKey: 'ecdsa-sha2-nistp256' }
      const stale = await generateKey(peer, join(folder, `stale-${method}`), 'ecdsa')
      const knownHosts = new KnownHosts(`${knownOf(sshd, 'ed25519').toString()}[${host}]:${sshd.port} ${stale.publicKey}\n`)
      for (const known of [knownOf(sshd, 'ecdsa', 'ed25519'), knownHosts]) {
        const seen = await connectAndLook(sshd, { choices, serverPreferences, knownHosts: known })
        expect(seen).toMatchObject({ writes: plain, method, hostKey: 'ssh-ed25519', code: 7 })
      }
    })

    it.each([
      ['the method', [other, method], ['ecdsa-sha2-nistp256', 'ssh-ed25519']],
      ['the host key', [method, other], ['ssh-ed25519', 'ecdsa-sha2-nistp256']],
    ])('passes a guess over that is wrong about %s', async (_what, keyExchanges, publicKeys) => {
      const [keyExchange, publicKey] = [keyExchanges[0]!, publicKeys[0]!]
      const log = logged()
      const seen = await connectAndLook(sshd, { choices: { keyExchanges, publicKeys }, serverPreferences: { keyExchange, publicKey } })
      expect(seen).toMatchObject({ writes: wrong, method: keyExchange, hostKey: publicKey, code: 7 })
      await expect.poll(log).toContain('skipped packet (type 30)')
    })
  })

  it('as it comes, with its usual lists and host keys, is guessed right by who has been there and knows the first of them', async () => {
    const hostKeyTypes = ['rsa', 'ecdsa', 'ed25519']
    const sshd = await startSshd(peer, { hostKeyTypes, authorizedKeys: [identity.publicKey] })
    try {
      const knownHosts = knownOf(sshd, 'rsa')
      const first = await connectAndLook(sshd, { knownHosts })
      expect(first).toMatchObject({ writes: plain, hostKey: 'rsa-sha2-512', code: 7 })
      expect(first.learnt?.publicKey).toBe('rsa-sha2-512')
      expect(await connectAndLook(sshd, { knownHosts, serverPreferences: first.learnt })).toEqual({ ...first, writes: right })
    } finally {
      await sshd.stop()
    }
  })
})

/** What known_hosts has, where it knows the keys of these types. */
function knownOf({ port, hostKeys }: Sshd, ...types: readonly string[]): KnownHosts {
  const known = hostKeys.filter(({ publicKey }) => types.some((type) => publicKey.split(' ')[0]!.includes(type)))
  return new KnownHosts(known.map(({ publicKey }) => `[${host}]:${port} ${publicKey}\n`).join(''))
}

/** The first write has the identification line before it; what follows NEWKEYS is not in clear. */
function inClear(written: readonly Uint8Array[]): readonly (readonly number[])[] {
  const writes: (readonly number[])[] = []
  for (const [index, bytes] of written.entries()) {
    const numbers = index === 0 ? messagesInClear(bytes) : messagesInClear(new Uint8Array(Buffer.concat([Buffer.from('\n'), bytes])))
    const end = numbers.indexOf(21)
    writes.push(end < 0 ? numbers : numbers.slice(0, end + 1))
    if (end >= 0) break
  }
  return writes
}
