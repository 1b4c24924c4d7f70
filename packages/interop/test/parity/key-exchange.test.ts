// Twisted Conch's behaviours that are about numbers, groups and curves. The others are in packages/core/test/parity.
import { createDiffieHellman, createHash } from 'node:crypto'
import {
  type KemKeyExchangeDefinition,
  type KeyExchangeDefinition,
  type NegotiationError,
  type ScriptedKeyExchangeDefinition,
  SSHClientTransport,
  systemRandom,
} from '@seashell/core'
import { bigIntToBytes, bytesToBigInt, concatBytes, WireReader, WireWriter } from '@seashell/core/wire'
import { defineGroupExchange, dhGroup14Sha256, dhGroupExchangeSha256, type DiffieHellmanGroup, modpGroup14 } from '@seashell/kex-dh'
import { ecdhSha2Nistp256, ecdhSha2Nistp384 } from '@seashell/kex-ecdh'
import { createSigner } from '@seashell/keys'
import { dhGroupExchangeSha1 } from '@seashell/legacy'
import { nodeCrypto } from '@seashell/node'
import { describe, expect, it } from 'vitest'
import { everything, makeHostKey } from '../../src/matrix/index.ts'
import { joinTransports, type Message } from '../support/joined.ts'

const GROUP14 = 'diffie-hellman-group14-sha256'
const GEX = 'diffie-hellman-group-exchange-sha256'
const ed25519 = await makeHostKey('ssh-ed25519')

/** Joins two that know one method, each in its own way. */
function join(
  method: string,
  client: KeyExchangeDefinition,
  server: KeyExchangeDefinition,
  hostKey = ed25519,
  publicKeys = ['ssh-ed25519'],
) {
  const options = (definition: KeyExchangeDefinition) => ({
    algorithms: everything.clone().override(Object.freeze(definition)),
    supported: { keyExchanges: [method], publicKeys, ciphers: ['aes128-ctr'], macs: ['hmac-sha2-256'] },
  })
  return joinTransports(options(client), { ...options(server), hostKeys: [hostKey] })
}

function payloadOf(messages: readonly Message[], number: number): Uint8Array {
  const found = messages.find((message) => message.number === number)
  if (found === undefined) throw new Error(`no message ${number}`)
  return found.payload
}

/** Numbers of one message, and nothing behind them. */
function mpints(payload: Uint8Array, count: number): bigint[] {
  const reader = new WireReader(payload, 'mpints')
  const found = Array.from({ length: count }, () => bytesToBigInt(reader.readMpint()))
  reader.end()
  return found
}

function uint32s(payload: Uint8Array): number[] {
  const reader = new WireReader(payload, 'uint32s')
  return Array.from({ length: payload.length / 4 }, () => reader.readUint32())
}

function encodeMpint(value: bigint): Uint8Array {
  return new WireWriter().writeMpint(bigIntToBytes(value)).finish()
}

/** A group of any prime: what it is good for is not asked. */
function group(prime: bigint, generator = 2n): DiffieHellmanGroup {
  const primeLength = bigIntToBytes(prime).length
  return { ...modpGroup14, prime, generator, primeLength }
}

function serving(...moduli: readonly DiffieHellmanGroup[]): ScriptedKeyExchangeDefinition {
  return defineGroupExchange({ name: GEX, hash: dhGroupExchangeSha256.hash, moduli, sizes: { min: 16, preferred: 2048, max: 16_384 } })
}

function asking(min: number, preferred: number, max: number): ScriptedKeyExchangeDefinition {
  return defineGroupExchange({ name: GEX, hash: dhGroupExchangeSha256.hash, moduli: [], sizes: { min, preferred, max } })
}

/** What a client does that knows only the request of before RFC 4419: message 30, one number. With the arithmetic of node:crypto. */
const oldClient: ScriptedKeyExchangeDefinition = {
  ...dhGroupExchangeSha256,
  async runClient(io) {
    const request = new WireWriter().writeUint32(2048).finish()
    io.send(30, request)
    const given = (await io.receive(31)).payload
    const [p, g] = mpints(given, 2).map((number) => bigIntToBytes(number))
    const dh = createDiffieHellman(p!, g)
    const init = encodeMpint(bytesToBigInt(dh.generateKeys()))
    io.send(32, init)
    const reader = new WireReader((await io.receive(33)).payload, 'GEX_REPLY')
    const hostKey = reader.readString()
    const f = reader.readMpint()
    const signature = reader.readString()
    const transcript = concatBytes(request, given, init, encodeMpint(bytesToBigInt(f)))
    return { hostKey, signature, sharedSecret: new Uint8Array(dh.computeSecret(f)), transcript }
  },
}

describe('fixed groups', () => {
  it('conch 68: the client answers KEXINIT with message 30, one mpint, a number of the group', async () => {
    const { client, server } = join(GROUP14, dhGroup14Sha256, dhGroup14Sha256)
    await client.secured
    const [e] = mpints(payloadOf(server.received, 30), 1)
    expect(e! > 1n && e! < modpGroup14.prime - 1n).toBe(true)
    expect(server.received.slice(0, 2).map(({ number }) => number)).toEqual([20, 30])
  })
})

describe('group exchange', () => {
  it('conch 69: the client asks by message 34; for 2048 to 8192 bits rather than 1024 to 8192, since RFC 8270 forbids less', async () => {
    const { client, server } = join(GEX, dhGroupExchangeSha256, serving(modpGroup14))
    await client.secured
    expect(uint32s(payloadOf(server.received, 34))).toEqual([2048, 3072, 8192])
  })

  it('conch 71: the client answers the group, p and g, with message 32, a number of that group', async () => {
    const { client, server } = join(GEX, dhGroupExchangeSha256, serving(modpGroup14))
    await client.secured
    expect(mpints(payloadOf(client.received, 31), 2)).toEqual([modpGroup14.prime, modpGroup14.generator])
    const [e] = mpints(payloadOf(server.received, 32), 1)
    expect(e! > 1n && e! < modpGroup14.prime - 1n).toBe(true)
    expect(server.received.slice(0, 4).map(({ number }) => number)).toEqual([20, 34, 32, 21])
  })

  it('conch 75: the hash has the sizes asked for, then p and g, then e and f; computed here once more, with SHA-256 and SHA-1', async () => {
    for (const [definition, hash] of [
      [dhGroupExchangeSha256, 'sha256'],
      [dhGroupExchangeSha1, 'sha1'],
    ] as const) {
      let secret = new Uint8Array(0)
      const spy: ScriptedKeyExchangeDefinition = {
        ...definition,
        async runClient(io) {
          const outcome = await definition.runClient(io)
          secret = outcome.sharedSecret.slice()
          return outcome
        },
      }
      const { client, server } = join(definition.name, spy, definition)
      await client.secured
      const reply = new WireReader(payloadOf(client.received, 33), 'GEX_REPLY')
      const hostKey = reply.readString()
      const f = reply.readMpint()
      const input = new WireWriter()
        .writeString(client.ourVersionString)
        .writeString(server.ourVersionString)
        .writeString(client.ourKexInitPayload)
        .writeString(server.ourKexInitPayload)
        .writeString(hostKey)
        .writeBytes(payloadOf(server.received, 34))
        .writeBytes(payloadOf(client.received, 31))
        .writeBytes(payloadOf(server.received, 32))
        .writeMpint(f)
        .writeMpint(secret)
        .finish()
      expect(Buffer.from(client.sessionID)).toEqual(createHash(hash).update(input).digest())
    }
  })

  it('conch 80: the server understands the request of before the RFC, and the hash has only its four bytes', async () => {
    const { client, server } = join(GEX, oldClient, dhGroupExchangeSha256)
    await client.secured
    expect(uint32s(payloadOf(server.received, 30))).toEqual([2048])
    expect(mpints(payloadOf(client.received, 31), 2)).toEqual([modpGroup14.prime, modpGroup14.generator])
    expect(client.sessionID).toEqual(server.sessionID)
  })

  it('conch 81: the server answers message 34 with a group, and the hash has all twelve bytes, whatever became of them', async () => {
    const { client, server } = join(GEX, asking(1024, 1500, 9000), dhGroupExchangeSha256)
    await client.secured
    expect(uint32s(payloadOf(server.received, 34))).toEqual([1024, 1500, 9000])
    expect(mpints(payloadOf(client.received, 31), 2)).toEqual([modpGroup14.prime, modpGroup14.generator])
    expect(client.sessionID).toEqual(server.sessionID)
  })

  it('conch 82: the server answers message 32 with 33 and NEWKEYS, with rsa-sha2-512 too', async () => {
    // The portable one takes longer to find primes.
    const definition = everything.clone().override(nodeCrypto).publicKeys.get('rsa-sha2-512')
    const rsa = createSigner(await definition.privateKeys!.generate(systemRandom, { bits: 2048 }), [definition])
    for (const [hostKey, name] of [[ed25519, 'ssh-ed25519'] as const, [rsa, 'rsa-sha2-512'] as const]) {
      const { client } = join(GEX, dhGroupExchangeSha256, serving(modpGroup14), hostKey, [name])
      await client.secured
      expect(client.received.slice(0, 4).map(({ number }) => number)).toEqual([20, 31, 33, 21])
      const reply = new WireReader(payloadOf(client.received, 33), 'GEX_REPLY')
      expect(reply.readString()).toEqual(hostKey.publicKey)
      reply.readMpint()
      expect(new WireReader(reply.readString(), 'the signature').readName()).toBe(name)
    }
  })

  it('conch 84: the server gives the smallest prime that is as large as was asked for, else its largest: never a weaker one than need be', async () => {
    const [small, middle, large] = [2048, 2100, 2200].map((bits) => group(2n ** BigInt(bits - 1) + 1n))
    for (const [preferred, expected] of [
      [2048, small],
      [2049, middle],
      // The nearest would be 2100.
      [2120, large],
      [8000, large],
    ] as const) {
      const { client } = join(GEX, asking(2048, preferred, 8192), serving(large!, small!, middle!))
      await Promise.race([client.closed, client.secured.catch(() => {})])
      expect(mpints(payloadOf(client.received, 31), 2)[0]).toBe(expected!.prime)
    }
  })
})

describe('curves', () => {
  it('conch 52: a curve that nobody knows cannot be listed, and one that only the peer knows is not agreed on', async () => {
    const transport = new SSHClientTransport({ algorithms: everything })
    const list = (): void => {
      transport.supportedKeyExchanges = ['ecdh-sha2-1.2.3.4']
    }
    expect(list).toThrow(expect.objectContaining({ code: 'UNKNOWN_ALGORITHM', fault: 'caller' }))
    const strange = Object.freeze({ ...ecdhSha2Nistp256, name: 'ecdh-sha2-1.2.3.4' })
    const algorithms = everything.clone().use(strange)
    const { server } = joinTransports({ algorithms, supported: { keyExchanges: [strange.name] } }, { hostKeys: [ed25519] })
    const error = await server.closed
    expect(error).toMatchObject({ code: 'NEGOTIATION', reason: 3 })
    expect((error as NegotiationError).theirs).toContain(strange.name)
    // A point of another curve than the name says is no public key.
    const other = join('ecdh-sha2-nistp256', { ...ecdhSha2Nistp384, name: 'ecdh-sha2-nistp256' }, ecdhSha2Nistp256)
    expect(await other.server.closed).toMatchObject({ code: 'KEY_EXCHANGE', fault: 'peer', reason: 3 })
  })
})

describe('defects of Conch', () => {
  it('conch C17: the server keeps to min and max, or refuses', async () => {
    for (const asked of [asking(4096, 4096, 8192), asking(1024, 1024, 1536)]) {
      const { client, server } = join(GEX, asked, serving(modpGroup14))
      expect(await server.closed).toMatchObject({ code: 'KEY_EXCHANGE', fault: 'peer', reason: 3 })
      expect(client.received.map(({ number }) => number)).not.toContain(31)
    }
  })

  it('conch C17: the client takes no group that is too small, too large, even, or has a trivial generator', async () => {
    const p = modpGroup14.prime
    const groups = [group(2n ** 1023n + 1n), group(2n ** 8999n + 1n), group(p - 1n), group(p, 1n), group(p, p - 1n)]
    for (const bad of groups) {
      // The client asks for what the server has, and takes it no more than any other.
      const { client } = join(GEX, dhGroupExchangeSha256, givingAnything(bad))
      expect(await client.closed).toMatchObject({ code: 'KEY_EXCHANGE', fault: 'peer', reason: 3 })
    }
  })

  it('conch C17: neither side takes a public value of 0, 1, p−1 or p', async () => {
    const { prime } = modpGroup14
    for (const value of [0n, 1n, prime - 1n, prime]) {
      const publicKey = bigIntToBytes(value)
      const badClient: KemKeyExchangeDefinition = { ...dhGroup14Sha256, generate: () => ({ publicKey, privateKey: Uint8Array.of(2) }) }
      const { server } = join(GROUP14, badClient, dhGroup14Sha256)
      expect(await server.closed).toMatchObject({ code: 'KEY_EXCHANGE', fault: 'peer', reason: 3 })
      const badServer: KemKeyExchangeDefinition = {
        ...dhGroup14Sha256,
        encapsulate: () => ({ ciphertext: publicKey, sharedSecret: Uint8Array.of(1) }),
      }
      const { client } = join(GROUP14, dhGroup14Sha256, badServer)
      expect(await client.closed).toMatchObject({ code: 'KEY_EXCHANGE', fault: 'peer', reason: 3 })
    }
  })
})

/** A server that gives one group, whatever it is asked for. */
function givingAnything({ prime, generator }: DiffieHellmanGroup): ScriptedKeyExchangeDefinition {
  return {
    ...dhGroupExchangeSha256,
    async runServer(io) {
      await io.receive(34)
      io.send(31, concatBytes(encodeMpint(prime), encodeMpint(generator)))
      await io.receive(32)
      throw new Error('the client took the group')
    },
  }
}
