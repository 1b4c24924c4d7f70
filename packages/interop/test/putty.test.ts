import { type AlgorithmLists, type KeyPair, type SSHTransportBase, systemRandom } from '@seashell/core'
import { findPlink, runPlink } from '@seashell/interop'
import { createSigner, fingerprint } from '@seashell/keys'
import { legacyCiphers } from '@seashell/legacy'
import { beforeAll, describe, expect, it } from 'vitest'
import { everything as algorithms } from '../src/matrix/index.ts'
import { serveEcho } from './support/echo.ts'

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

/** Every name in one choice at least: ciphers with both framings of a MAC. */
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
