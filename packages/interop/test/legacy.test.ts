import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type AlgorithmDefinition,
  type AlgorithmLists,
  AlgorithmRegistry,
  type KeyPair,
  type Signer,
  type SSHTransportBase,
  systemRandom,
} from '@seashell/core'
import {
  openSSHsToTest,
  findPlink,
  generateKey,
  type KeyFile,
  type OpenSSH,
  runPlink,
  runSsh,
  type Sshd,
  startSshd,
} from '@seashell/interop'
import { defineGroupExchange, dhGroupExchangeSha256, parseModuli } from '@seashell/kex-dh'
import { rsa2048Sha256 } from '@seashell/kex-rsa'
import { createSigner, fingerprint, parsePrivateKey } from '@seashell/keys'
import { legacyAlgorithms, legacyCiphers, legacyKeyExchanges, legacyMACs, legacyPublicKeys } from '@seashell/legacy'
import { compatible } from '@seashell/presets'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { echoThrough, serveEcho } from './support/echo.ts'

const more: readonly AlgorithmDefinition[] = [dhGroupExchangeSha256, rsa2048Sha256, ...legacyAlgorithms]
const names = new Set(more.map(({ name }) => name))
const algorithms = new AlgorithmRegistry(
  compatible.filter(({ name }) => !names.has(name)),
  more,
)

/** More than the hundred kilobytes after which keys are exchanged anew. */
const bulk = systemRandom(300_000)
const rekey = { bytes: 100_000 }

/** What is to be agreed on, by name. */
interface Choice {
  readonly keyExchange: string
  readonly publicKey: string
  readonly cipher: string
  readonly mac: string
}

const usual: Choice = { keyExchange: 'curve25519-sha256', publicKey: 'ssh-ed25519', cipher: 'aes128-ctr', mac: 'hmac-sha2-256' }
const keyTypes: Readonly<Record<string, string>> = { 'ssh-ed25519': 'ed25519', 'ssh-rsa': 'rsa', 'ssh-dss': 'dsa' }

/** Every legacy name that a peer has too, each in one choice at least: ciphers with both framings of a MAC. */
function choicesOf(keyExchanges: readonly string[], publicKeys: readonly string[], ciphers: readonly string[], macs: readonly string[]) {
  const [etm, plain] = [macs.filter((name) => name.includes('-etm')), macs.filter((name) => !name.includes('-etm'))]
  const pairs = Array.from({ length: Math.max(ciphers.length, etm.length, plain.length) }, (_, index) => {
    const cipher = ciphers[index % ciphers.length]!
    return [etm, plain].filter((list) => list.length > 0).map((list) => ({ cipher, mac: list[index % list.length]! }))
  }).flat()
  return [
    ...keyExchanges.map((keyExchange): Choice => ({ ...usual, keyExchange })),
    ...publicKeys.map((publicKey): Choice => ({ ...usual, publicKey })),
    ...pairs.map(({ cipher, mac }): Choice => ({ keyExchange: usual.keyExchange, publicKey: usual.publicKey, cipher, mac })),
  ]
}

function listsOf({ keyExchange, publicKey, cipher, mac }: Choice): Partial<AlgorithmLists> {
  return { keyExchanges: [keyExchange], publicKeys: [publicKey], ciphers: [cipher], macs: [mac] }
}

/** The names that `ssh -Q` has too. */
function shared(peer: OpenSSH, query: string, definitions: readonly AlgorithmDefinition[]): string[] {
  const theirs = spawnSync(peer.ssh, ['-Q', query], { encoding: 'utf8', timeout: 10_000 }).stdout.split('\n')
  return definitions.map(({ name }) => name).filter((name) => theirs.includes(name))
}

/** A signer that uses the one algorithm, though others have keys of the same format. */
async function signerOf(path: string, name: string): Promise<Signer> {
  const pair = await parsePrivateKey(await readFile(path, 'utf8'), { publicKeys: algorithms.publicKeys })
  return createSigner(pair, [algorithms.publicKeys.get(name)])
}

const peers = openSSHsToTest()

describe.each(peers)('OpenSSH $version', (peer) => {
  const keyExchanges = shared(peer, 'kex', [dhGroupExchangeSha256, ...legacyKeyExchanges])
  const publicKeys = shared(peer, 'key', legacyPublicKeys)
  const [ciphers, macs] = [shared(peer, 'cipher', legacyCiphers), shared(peer, 'mac', legacyMACs)]
  const choices = choicesOf(keyExchanges, publicKeys, ciphers, macs)
  const identities: Record<string, KeyFile> = {}
  let folder: string
  let sshd: Sshd

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seashell-legacy-'))
    const types = ['ssh-ed25519', ...publicKeys]
    for (const name of types) identities[name] = await generateKey(peer, join(folder, name), keyTypes[name]!)
    sshd = await startSshd(peer, {
      hostKeyTypes: types.map((name) => keyTypes[name]!),
      authorizedKeys: Object.values(identities).map((identity) => identity.publicKey),
      config: [
        `KexAlgorithms +${keyExchanges.join(',')}`,
        `HostKeyAlgorithms +${publicKeys.join(',')}`,
        `PubkeyAcceptedAlgorithms +${publicKeys.join(',')}`,
        `Ciphers +${ciphers.join(',')}`,
        `MACs +${macs.join(',')}`,
      ],
    })
  })
  afterAll(async () => {
    await sshd.stop()
    await rm(folder, { recursive: true })
  })

  it('has what it should have', () => {
    const kept = Number.parseInt(peer.version, 10) < 10 ? ['ssh-rsa', 'ssh-dss'] : ['ssh-rsa']
    expect(keyExchanges.toSorted()).toEqual([
      'diffie-hellman-group-exchange-sha1',
      'diffie-hellman-group-exchange-sha256',
      'diffie-hellman-group1-sha1',
      'diffie-hellman-group14-sha1',
    ])
    expect([publicKeys, ciphers]).toEqual([kept, ['aes256-cbc', 'aes192-cbc', 'aes128-cbc', '3des-cbc']])
    expect(macs).toEqual(legacyMACs.map(({ name }) => name))
  })

  it.each(choices)('as server: $keyExchange, $publicKey, $cipher, $mac', async (choice) => {
    const key = await signerOf(identities[choice.publicKey]!.path, choice.publicKey)
    const options = { algorithms, supported: listsOf(choice), verifyHostKey: () => true, rekey }
    const { stdout, code, transport } = await echoThrough(sshd, key, options, bulk)
    expect(code).toBe(7)
    expect(Buffer.compare(stdout, bulk)).toBe(0)
    expect(agreedOn(transport)).toEqual(choice)
  })

  it.each(choices)('as client: $keyExchange, $publicKey, $cipher, $mac', async (choice) => {
    const identity = identities[choice.publicKey]!
    const hostKey = await signerOf(identity.path, choice.publicKey)
    const acceptedPublicKeys = [choice.publicKey]
    const server = await serveEcho(
      { algorithms, supported: listsOf(choice), hostKeys: [hostKey], acceptedPublicKeys },
      { publicKey: ({ publicKey }) => fingerprint(publicKey) === fingerprint(hostKey.publicKey) },
    )
    const { keyExchange, publicKey, cipher, mac } = choice
    const config = [`KexAlgorithms ${keyExchange}`, `HostKeyAlgorithms ${publicKey}`, `PubkeyAcceptedAlgorithms ${publicKey}`]
    config.push(`Ciphers ${cipher}`, `MACs ${mac}`, 'RekeyLimit 100K')
    try {
      const { port } = server
      const command = { command: 'echo', stdin: bulk }
      const result = await runSsh(peer, { port, hostKeys: [identity.publicKey], identity: identity.path, config, ...command })
      expect(result.code, result.stderr).toBe(7)
      expect(Buffer.compare(result.stdout, bulk)).toBe(0)
      expect(agreedOn(server.last())).toEqual(choice)
    } finally {
      server.stop()
    }
  })
})

describe.each(peers)('OpenSSH $version', (peer) => {
  it('takes the groups that a moduli file of OpenSSH gives our server', async () => {
    const moduli = parseModuli(await readFile('/etc/ssh/moduli', 'utf8'))
    const name = 'diffie-hellman-group-exchange-sha256'
    const ours = algorithms.clone().override(defineGroupExchange({ name, hash: dhGroupExchangeSha256.hash, moduli }))
    const definition = ours.publicKeys.get('ssh-ed25519')
    const hostKey = createSigner(await definition.privateKeys!.generate(systemRandom), [definition])
    const server = await serveEcho({ algorithms: ours, supported: { keyExchanges: [name] }, hostKeys: [hostKey] })
    try {
      const { code, stderr } = await runSsh(peer, {
        port: server.port,
        hostKeys: 'any',
        config: [`KexAlgorithms ${name}`],
        command: 'echo',
      })
      expect(code, stderr).toBe(7)
    } finally {
      server.stop()
    }
  })
})

const plink = findPlink()

describe.runIf(plink)(`PuTTY ${plink?.version}`, () => {
  // OpenSSH never had RSA key exchange and 3des-ctr, and has Blowfish and RC4 no more. PuTTY never had CAST-128 and MD5 with 96 bits.
  const choices = choicesOf(
    [
      'rsa2048-sha256',
      'rsa1024-sha1',
      'diffie-hellman-group-exchange-sha256',
      'diffie-hellman-group-exchange-sha1',
      'diffie-hellman-group1-sha1',
    ],
    ['ssh-rsa', 'ssh-dss'],
    legacyCiphers.map(({ name }) => name).filter((name) => !['cast128-cbc', 'arcfour'].includes(name)),
    ['hmac-sha1-96-etm@openssh.com', 'hmac-sha1-96', 'hmac-md5-etm@openssh.com', 'hmac-md5'],
  )
  const pairs: Record<string, KeyPair> = {}

  beforeAll(async () => {
    for (const name of ['ssh-ed25519', 'ssh-rsa', 'ssh-dss']) {
      pairs[name] = await algorithms.publicKeys.get(name).privateKeys!.generate(systemRandom)
    }
  })

  it.each(choices)('as client: $keyExchange, $publicKey, $cipher, $mac', async (choice) => {
    const hostKey = createSigner(pairs[choice.publicKey]!, [algorithms.publicKeys.get(choice.publicKey)])
    const server = await serveEcho({ algorithms, supported: listsOf(choice), hostKeys: [hostKey], rekey })
    try {
      const target = { port: server.port, hostKey: fingerprint(hostKey.publicKey) }
      const { code, stdout, stderr } = await runPlink(plink!, { ...target, command: 'echo', stdin: bulk })
      expect(code, stderr).toBe(7)
      expect(Buffer.compare(stdout, bulk)).toBe(0)
      expect(agreedOn(server.last())).toEqual(choice)
    } finally {
      server.stop()
    }
  })
})

/** What a connection agreed on in its last key exchange, which was not its first. */
function agreedOn(transport: SSHTransportBase): Choice | undefined {
  const { negotiated, keyExchanges } = transport.describe()
  if (negotiated === undefined || keyExchanges < 2) return undefined
  const { keyExchange, publicKey, clientToServer } = negotiated
  return { keyExchange: keyExchange.name, publicKey: publicKey.name, cipher: clientToServer.cipher.name, mac: clientToServer.mac!.name }
}
