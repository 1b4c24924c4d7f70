import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { buildExamples, openSSHsToTest, generateKey, startSshd, type KeyFile, type OpenSSH, type Sshd } from '@seashell/interop'
import { defaultAlgorithms } from '@seashell/ssh'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Folder, knownHostsOf, makeFolder } from './support.ts'

const algorithms = defaultAlgorithms()
const CURVES = ['256', '384', '521']

beforeAll(buildExamples, 240_000)

/** What ours and an OpenSSH have in common, in our order. */
function shared(peer: OpenSSH): Record<'kex' | 'aead' | 'ctr' | 'macs' | 'hostKeys' | 'compressions', readonly string[]> {
  const theirs = (query: string): string[] => execFileSync(peer.ssh, ['-Q', query], { encoding: 'utf8' }).trim().split('\n')
  const common = (names: readonly string[], query: string): string[] => names.filter((name) => theirs(query).includes(name))
  const ciphers = common(algorithms.ciphers.defaults, 'cipher')
  // Certificates and security keys as host keys are the business of packages/interop: an sshd does not have them of itself.
  const hasOwnKeys = (name: string): boolean => algorithms.publicKeys.get(name).privateKeys !== undefined
  const isAead = (name: string): boolean => algorithms.ciphers.get(name).integrity === 'aead'
  return {
    kex: common(algorithms.keyExchanges.defaults, 'kex'),
    aead: ciphers.filter((name) => isAead(name)),
    ctr: ciphers.filter((name) => !isAead(name)),
    macs: common(algorithms.macs.defaults, 'mac'),
    hostKeys: common(algorithms.publicKeys.defaults.filter(hasOwnKeys), 'key-sig'),
    compressions: common(algorithms.compressions.defaults, 'compression'),
  }
}

interface Row {
  readonly kex: string
  readonly cipher: string
  readonly mac: string | undefined
  readonly hostKey: string
  readonly compression: string
}

/** The list, again and again. */
function pick(list: readonly string[], index: number): string {
  return list[index % list.length] ?? ''
}

/** As few connections as have each of them once: ciphers that need a MAC go through all of these. */
function rows({ kex, aead, ctr, macs, hostKeys, compressions }: ReturnType<typeof shared>): Row[] {
  const withMac = Array.from({ length: Math.max(macs.length, ctr.length) }, (_, index) => [pick(ctr, index), pick(macs, index)] as const)
  const protections = [...aead.map((cipher) => [cipher, undefined] as const), ...withMac]
  return Array.from({ length: Math.max(protections.length, kex.length, hostKeys.length) }, (_, index) => {
    const [cipher, mac] = protections[index % protections.length] ?? ['', undefined]
    return { kex: pick(kex, index), cipher, mac, hostKey: pick(hostKeys, index), compression: pick(compressions, index) }
  })
}

describe.each(openSSHsToTest())('with OpenSSH $version', (peer) => {
  const names = shared(peer)
  const plan = rows(names)
  let folder: Folder
  let identity: KeyFile
  let sshd: Sshd
  let knownHosts: string

  beforeAll(async () => {
    folder = await makeFolder()
    identity = await generateKey(peer, join(folder.path, 'id'), 'ed25519')
    const curves = await Promise.all(CURVES.map((bits) => generateKey(peer, join(folder.path, `host_${bits}`), 'ecdsa', ['-b', bits])))
    sshd = await startSshd(peer, {
      authorizedKeys: [identity.publicKey],
      hostKeyTypes: ['ed25519', 'rsa'],
      config: [
        `KexAlgorithms ${names.kex.join(',')}`,
        `Ciphers ${[...names.aead, ...names.ctr].join(',')}`,
        `MACs ${names.macs.join(',')}`,
        'Compression yes',
        ...curves.map(({ path }) => `HostKey ${path}`),
      ],
    })
    knownHosts = await folder.write('known_hosts', knownHostsOf({ port: sshd.port, hostKeys: [...sshd.hostKeys, ...curves] }))
  })

  afterAll(async () => {
    await sshd.stop()
    await folder.remove()
  })

  const target = (): string[] => [
    '-v',
    `-p${sshd.port}`,
    `-i${identity.path}`,
    `-oUserKnownHostsFile=${knownHosts}`,
    `${sshd.user}@127.0.0.1`,
  ]

  test('all that is shared is used below', () => {
    const used = new Set(plan.flatMap((row) => Object.values<string | undefined>({ ...row })))
    expect(
      Object.values(names)
        .flat()
        .filter((name) => !used.has(name)),
    ).toEqual([])
    expect(names.kex).toContain('curve25519-sha256')
    expect(names.ctr).toContain('aes128-ctr')
  })

  test.concurrent.each(plan)('$kex, $hostKey, $cipher, $mac, $compression', async ({ kex, hostKey, cipher, mac, compression }) => {
    const data = randomBytes(300_000)
    const chosen = [`KexAlgorithms=${kex}`, `HostKeyAlgorithms=${hostKey}`, `Compression=${compression === 'none' ? 'no' : 'yes'}`]
    const args = [...chosen.flatMap((option) => ['-o', option]), '-c', cipher, ...(mac === undefined ? [] : ['-m', mac])]
    const { code, stdout, stderr } = await folder.run([...args, ...target(), 'cat'], { stdin: data })
    expect([code, stdout.equals(data)], stderr).toEqual([0, true])
    expect(stderr).toContain(`key exchange: ${kex} (`)
    expect(stderr).toContain(`host key: ${hostKey} (`)
    const parts = [cipher, mac, compression === 'none' ? 'no compression' : compression].filter((part) => part !== undefined)
    for (const direction of ['client to server', 'server to client']) {
      const line = stderr.split('\n').find((each) => each.includes(`${direction}: `))
      for (const part of parts) expect(line).toContain(part)
    }
  })

  test.concurrent('nothing chosen: the best that both have, post-quantum where they can, and no compression', async () => {
    const { stderr } = await folder.run([...target(), 'true'])
    expect(stderr).toContain(`key exchange: ${names.kex[0]} (`)
    expect(stderr).toContain(`client to server: ${names.aead[0]} (`)
    expect(stderr).toContain('no compression')
  })

  test.concurrent('-C: compressed, from the login on', async () => {
    const data = 'a line that repeats itself\n'.repeat(20_000)
    const { code, stdout, stderr } = await folder.run(['-C', ...target(), 'cat'], { stdin: data })
    expect([code, stdout.toString() === data]).toEqual([0, true])
    expect(stderr).toContain('zlib@openssh.com')
  })

  test.concurrent("OpenSSH's list syntax chooses", async () => {
    const { stderr } = await folder.run(['-c', '^aes256-ctr', '-m', '-*-etm@openssh.com,umac-*,hmac-sha2-256', ...target(), 'true'])
    expect(stderr).toContain('client to server: aes256-ctr')
    expect(stderr).toMatch(/client to server: .*hmac-sha2-512 \(/)
  })

  test.concurrent('nothing in common: both lists are shown', async () => {
    const server = await startSshd(peer, { authorizedKeys: [identity.publicKey], config: ['Ciphers aes128-ctr'] })
    try {
      const hosts = await folder.write('known_hosts_aes', knownHostsOf(server))
      const { code, stderr } = await folder.run([
        '-c',
        'aes256-ctr',
        '-p',
        `${server.port}`,
        '-o',
        `UserKnownHostsFile=${hosts}`,
        '127.0.0.1',
        'true',
      ])
      expect([code, stderr]).toEqual([255, expect.stringMatching(/^seashell: .*aes256-ctr.*aes128-ctr.*\n$/)])
    } finally {
      await server.stop()
    }
  })
})
