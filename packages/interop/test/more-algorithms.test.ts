import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SSHConnection } from '@seashell/connection'
import { AlgorithmRegistry, SSHClientTransport, SSHServerTransport, type Signer, systemRandom } from '@seashell/core'
import { openSSHsToTest, generateKey, type OpenSSH, runSsh, type Sshd, startSshd } from '@seashell/interop'
import { curve448Sha512 } from '@seashell/kex-curve25519'
import { dhGroup15Sha512, dhGroup17Sha512, dhGroup18Sha512 } from '@seashell/kex-dh'
import { mlkem1024nistp384Sha384, mlkem768nistp256Sha256 } from '@seashell/kex-mlkem'
import { sntrupKeyExchanges } from '@seashell/kex-sntrup'
import { createSigner, parsePrivateKey } from '@seashell/keys'
import { hmacSha1, hmacSha1Etm } from '@seashell/mac-hmac'
import { umacMACs } from '@seashell/mac-umac'
import { attachStream, connectSocket } from '@seashell/node'
import { compatible } from '@seashell/presets'
import { publicKey, UserAuthClient, UserAuthServer } from '@seashell/userauth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// What the families have besides the presets: who wants it registers it.
const keyExchanges = [
  ...sntrupKeyExchanges,
  mlkem768nistp256Sha256,
  mlkem1024nistp384Sha384,
  curve448Sha512,
  dhGroup15Sha512,
  dhGroup17Sha512,
  dhGroup18Sha512,
]
const macs = [...umacMACs, hmacSha1Etm, hmacSha1]
const present = new AlgorithmRegistry(compatible)
const isNew = ({ name }: { readonly name: string }) => !present.keyExchanges.names.includes(name) && !present.macs.names.includes(name)
const algorithms = new AlgorithmRegistry(compatible, [...keyExchanges, ...macs].filter(isNew))

/** Packets of many lengths, and more than one KiB, where UMAC begins to hash otherwise. */
const bulk = systemRandom(300_000)

/** Which list a name is in, and what the peer calls that list. */
interface Choice {
  readonly list: 'supportedKeyExchanges' | 'supportedMACs'
  readonly keyword: 'KexAlgorithms' | 'MACs'
  readonly name: string
}

/** The names that the peer has too, as `ssh -Q` tells. A MAC counts only beside a cipher that has none of its own. */
function shared(peer: OpenSSH): readonly Choice[] {
  const has = (query: string) => spawnSync(peer.ssh, ['-Q', query], { encoding: 'utf8', timeout: 10_000 }).stdout.split('\n')
  const [theirKeyExchanges, theirMACs] = [has('kex'), has('mac')]
  return [
    ...keyExchanges
      .filter(({ name }) => theirKeyExchanges.includes(name))
      .map(({ name }) => ({ list: 'supportedKeyExchanges', keyword: 'KexAlgorithms', name }) as const),
    ...macs.filter(({ name }) => theirMACs.includes(name)).map(({ name }) => ({ list: 'supportedMACs', keyword: 'MACs', name }) as const),
  ]
}

describe.each(openSSHsToTest())('OpenSSH $version', (peer) => {
  const choices = shared(peer)
  let folder: string
  let sshd: Sshd
  let key: Signer

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seashell-algorithms-'))
    const file = await generateKey(peer, join(folder, 'key'), 'ed25519')
    const { publicKeys } = algorithms
    key = createSigner(await parsePrivateKey(await readFile(file.path, 'utf8'), { publicKeys }), publicKeys)
    sshd = await startSshd(peer, {
      authorizedKeys: [file.publicKey],
      config: ['KexAlgorithms', 'MACs'].map((keyword) => `${keyword} ${namesOf(choices, keyword)}`),
    })
  })
  afterAll(async () => {
    await sshd.stop()
    await rm(folder, { recursive: true })
  })

  it('has all that it should have', () => {
    const names = choices.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining([...macs, dhGroup18Sha512].map(({ name }) => name)))
    // Debian's 9.2 has the name without a domain too, which OpenSSH itself added in 9.9.
    expect(names).toContain('sntrup761x25519-sha512@openssh.com')
  })

  it.each(choices)('as server: $name', async ({ list, name }) => {
    const transport = new SSHClientTransport({ algorithms, verifyHostKey: () => true })
    transport.supportedCiphers = ['aes128-ctr']
    transport[list] = [name]
    attachStream(transport, await connectSocket({ host: '127.0.0.1', port: sshd.port }))
    await transport.secured
    await using connection = new SSHConnection()
    const auth = new UserAuthClient({ user: sshd.user, service: connection, methods: [publicKey(key)] })
    transport.requestService(auth)
    await auth.authenticated
    const session = await connection.exec('cat; exit 7')
    const writing = session.write(bulk).then(() => session.end())
    const { stdout, code } = await session.output()
    await writing
    expect(code).toBe(7)
    expect(Buffer.compare(stdout, bulk)).toBe(0)
  })

  it.each(choices)('as client: $name', async ({ keyword, name }) => {
    const { port, stop } = await serveEcho(key)
    try {
      const config = ['Ciphers aes128-ctr', `${keyword} ${name}`]
      const { code, stdout, stderr } = await runSsh(peer, { port, hostKeys: 'any', user: 'alice', config, command: 'echo', stdin: bulk })
      expect(code, stderr).toBe(7)
      expect(Buffer.compare(stdout, bulk)).toBe(0)
    } finally {
      stop()
    }
  })
})

function namesOf(choices: readonly Choice[], keyword: string): string {
  return choices
    .filter((choice) => choice.keyword === keyword)
    .map(({ name }) => name)
    .join(',')
}

/** A server of ours that lets everybody in, and sends back what each command reads. */
async function serveEcho(hostKey: Signer): Promise<{ readonly port: number; stop: () => void }> {
  const listener: Server = createServer((socket) => {
    attachStream(new SSHServerTransport({ algorithms, hostKeys: [hostKey], getService: letInEverybody }), socket)
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  return { port: (listener.address() as AddressInfo).port, stop: () => void listener.close() }
}

function letInEverybody(): UserAuthServer {
  return new UserAuthServer({ methods: { none: () => true }, services: { 'ssh-connection': echoingConnection } })
}

function echoingConnection(): SSHConnection {
  return new SSHConnection({
    onSession: (session) => ({
      async exec() {
        for await (const chunk of session) await session.write(chunk)
        return 7
      },
    }),
  })
}
