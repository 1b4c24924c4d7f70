import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { generateKey, type KeyFile } from '@seashell/interop'
import { defaultAlgorithms } from '@seashell/ssh'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Fixture, peers, prepare, type Server, startServer } from './server.ts'

let fixture: Fixture
let server: Server
let hostKeys: KeyFile[]

beforeAll(async () => {
  const [peer] = peers
  if (peer === undefined) return
  fixture = await prepare()
  const types = [['rsa'], ['ecdsa', '-b', '256'], ['ecdsa', '-b', '384'], ['ecdsa', '-b', '521']] as const
  const made = types.map(([type, ...args]) => generateKey(peer, join(fixture.folder, [type, ...args].join('')), type, args))
  hostKeys = [fixture.hostKey, ...(await Promise.all(made))]
  server = await startServer(fixture, ['--host-key', ...hostKeys.map(({ path }) => path)])
}, 300_000)

afterAll(async () => {
  if (peers.length === 0) return
  await server.stop()
  await fixture.remove()
})

const algorithms = defaultAlgorithms()
const data = randomBytes(100_000)

describe.each(peers)('ssh $version', (peer) => {
  const known = (kind: string): string[] => execFileSync(peer.ssh, ['-Q', kind], { encoding: 'utf8' }).trim().split('\n')
  const shared = (names: readonly string[], kind: string): string[] => names.filter((name) => known(kind).includes(name))
  // Certificates and security keys as host keys are the business of packages/interop: this server has neither.
  const hostKeyNames = algorithms.publicKeys.defaults.filter((name) => algorithms.publicKeys.get(name).privateKeys !== undefined)
  const cases = [
    ...shared(algorithms.keyExchanges.defaults, 'kex').map((name) => [name, [`KexAlgorithms ${name}`]] as const),
    ...shared(algorithms.ciphers.defaults, 'cipher').map((name) => [name, [`Ciphers ${name}`]] as const),
    ...shared(algorithms.macs.defaults, 'mac').map((name) => [name, ['Ciphers aes128-ctr', `MACs ${name}`]] as const),
    ...shared(hostKeyNames, 'HostKeyAlgorithms').map((name) => [name, [`HostKeyAlgorithms ${name}`]] as const),
    ['zlib@openssh.com', ['Compression yes']] as const,
  ]

  test.concurrent.each(cases)('%s carries a session, and is what was agreed on', async (name, config) => {
    const result = await server.ssh(peer, {
      config,
      args: ['-v'],
      hostKeys: hostKeys.map(({ publicKey }) => publicKey),
      command: 'cat; exit 3',
      stdin: data,
    })
    expect(result.code).toBe(3)
    expect(result.stdout.equals(data)).toBe(true)
    expect(result.stderr).toMatch(new RegExp(`kex: .*${name.replaceAll('.', String.raw`\.`)}`))
  })

  test('what nobody chose is post-quantum where both can', async () => {
    const result = await server.ssh(peer, { args: ['-v'], command: 'true' })
    const both = algorithms.keyExchanges.defaults.filter((name) => known('kex').includes(name))
    const expected = both.find((name) => name.startsWith('mlkem')) ?? both.find((name) => name.startsWith('sntrup'))
    expect(expected).toBeDefined()
    expect(result.stderr).toContain(`kex: algorithm: ${expected}`)
    expect(result.stderr).toMatch(/compression: none/)
  })
})
