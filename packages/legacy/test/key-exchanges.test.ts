import { createDiffieHellman, createHash, getDiffieHellman } from 'node:crypto'
import { type Kem, keyExchangeChecks, register } from '@seashell/conformance'
import type { KexMessage } from '@seashell/core'
import { bigIntToBytes, WireReader, WireWriter } from '@seashell/core/wire'
import { modpGroup14 } from '@seashell/kex-dh'
import { rsa2048Sha256 } from '@seashell/kex-rsa'
import { seededRandom, toHex } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { dhGroup14Sha1, dhGroup1Sha1, dhGroupExchangeSha1, legacyKeyExchanges, rsa1024Sha1 } from '../src/index.ts'
import { group1 } from '../src/key-exchange/group1.ts'

/** Diffie-Hellman by node:crypto, on one of its groups. */
function nodeKem(name: string): Kem {
  const { prime, generator } = { prime: getDiffieHellman(name).getPrime(), generator: getDiffieHellman(name).getGenerator() }
  const partyWith = (privateKey: Uint8Array) => {
    const party = createDiffieHellman(prime, generator)
    party.setPrivateKey(privateKey)
    // With a private key set it only computes the public one.
    party.generateKeys()
    return party
  }
  return {
    generate(random) {
      const privateKey = random(64)
      return { publicKey: partyWith(privateKey).getPublicKey(), privateKey }
    },
    encapsulate(publicKey, random) {
      const party = partyWith(random(64))
      return { ciphertext: party.getPublicKey(), sharedSecret: party.computeSecret(publicKey) }
    },
    decapsulate: (privateKey, ciphertext) => partyWith(privateKey).computeSecret(ciphertext),
  }
}

describe.each([
  { kex: dhGroup14Sha1, group: modpGroup14, node: 'modp14' },
  { kex: dhGroup1Sha1, group: group1, node: 'modp2' },
])('$kex.name', ({ kex, group, node }) => {
  const outOfRange = { 'p−1': group.prime - 1n, p: group.prime, 'p+1': group.prime + 1n, 'a number of one byte more': group.prime << 8n }
  const refused = Object.entries(outOfRange).map(([what, value]) => ({ what, value: bigIntToBytes(value) }))
  register(keyExchangeChecks(kex, { reference: nodeKem(node), refused, exchanges: 6 }), it)
})

it('group 1 is Oakley’s second, as node:crypto has it', () => {
  expect(toHex(bigIntToBytes(group1.prime))).toBe(getDiffieHellman('modp2').getPrime('hex'))
})

describe('diffie-hellman-group-exchange-sha1', () => {
  const tooSmall = new WireWriter()
    .writeMpint(bigIntToBytes(2n ** 1022n + 1n))
    .writeMpint(Uint8Array.of(2))
    .finish()
  const evidence = {
    unverified: 'its messages are those of diffie-hellman-group-exchange-sha256, which kex-dh holds against node:crypto',
    refused: [{ what: 'a group of 1023 bits', number: 31, payload: tooSmall }],
    exchanges: 3,
  }
  register(keyExchangeChecks(dhGroupExchangeSha1, evidence), it)

  it('asks for 1024 to 8192 bits, preferably 2048, and takes a group of 1024', async () => {
    const sent: KexMessage[] = []
    const group = new WireWriter().writeMpint(bigIntToBytes(group1.prime)).writeMpint(Uint8Array.of(2)).finish()
    const reply = new WireWriter().writeString('host key').writeMpint(Uint8Array.of(4)).writeString('signature').finish()
    const messages = [group, reply]
    const { sharedSecret } = await dhGroupExchangeSha1.runClient({
      random: seededRandom('client'),
      send: (number, payload) => void sent.push({ number, payload }),
      receive: async (number) => ({ number, payload: messages.shift()! }),
    })
    expect(toHex(sent[0]!.payload)).toBe('000004000000080000002000')
    expect(sharedSecret).toHaveLength(128)
  })
})

/** A client that is sent a key of that size, of which nobody needs to know the factors. */
function client(bits: number) {
  const sent: KexMessage[] = []
  const modulus = bigIntToBytes(2n ** BigInt(bits) - 1n)
  const key = new WireWriter()
    .writeString('ssh-rsa')
    .writeMpint(Uint8Array.of(1, 0, 1))
    .writeMpint(modulus)
    .finish()
  const messages = [new WireWriter().writeString('host key').writeString(key).finish(), new WireWriter().writeString('signature').finish()]
  const running = rsa1024Sha1.runClient({
    random: seededRandom('client'),
    send: (number, payload) => void sent.push({ number, payload }),
    receive: async (number) => ({ number, payload: messages.shift()! }),
  })
  return { sent, running }
}

describe('rsa1024-sha1', () => {
  it('is rsa2048-sha256 but for the hash and the smallest key', async () => {
    const { sent, running } = client(1024)
    const { sharedSecret } = await running
    expect(sent[0]!.number).toBe(31)
    expect(new WireReader(sent[0]!.payload).readString()).toHaveLength(128)
    // KLEN − 2·HLEN − 49 = 1024 − 320 − 49 bits.
    expect(sharedSecret).toHaveLength(Math.ceil(655 / 8))
    expect({ ...rsa1024Sha1, ...anyOf }).toEqual({ ...rsa2048Sha256, ...anyOf })
  })

  it('takes no smaller one', async () => {
    await expect(client(1016).running).rejects.toMatchObject({ code: 'KEY_EXCHANGE', fault: 'peer' })
  })

  const anyOf = {
    name: expect.any(String),
    insecure: expect.any(String),
    hash: expect.any(Function),
    runClient: expect.any(Function),
    runServer: expect.any(Function),
  }
})

it('all of them hash with SHA-1', () => {
  const data = seededRandom('data')(100)
  for (const { hash } of legacyKeyExchanges) expect(Buffer.from(hash(data))).toEqual(createHash('sha1').update(data).digest())
})
