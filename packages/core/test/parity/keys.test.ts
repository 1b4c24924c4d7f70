// Twisted Conch's behaviours 58 to 90: keys, key exchange methods as far as core has a part in them, extension information.
import { describe, expect, it } from 'vitest'
import { AlgorithmRegistry, type KemKeyExchangeDefinition, type MacCipherDefinition, type MacDefinition } from '../../src/index.ts'
import { WireWriter } from '../../src/wire/index.ts'
import { defineToyCipher, defineToyKem, defineToyMac, shortHash, toyHash, toys, toySigner } from '../support/toys.ts'
import { authenticated, connected, disconnectOf, joined, numbers, settle, toyHostKey, type ToyTransport } from '../support/transports.ts'

const join = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))
const letter = (text: string): Uint8Array => new TextEncoder().encode(text)

interface Spied {
  readonly algorithms: AlgorithmRegistry
  /** What each constructor was given, in order. */
  readonly keys: Record<'encryptor' | 'decryptor' | 'mac', Uint8Array[]>
  readonly ivs: Record<'encryptor' | 'decryptor', Uint8Array[]>
  /** The shared secret, encoded, of each exchange. */
  readonly secrets: Uint8Array[]
}

/** Toys that write down which keys they are given. */
function spied(kem: KemKeyExchangeDefinition): Spied {
  const keys: Spied['keys'] = { encryptor: [], decryptor: [], mac: [] }
  const ivs: Spied['ivs'] = { encryptor: [], decryptor: [] }
  const secrets: Uint8Array[] = []
  const cipher = defineToyCipher('toy-xor', 16)
  const mac = defineToyMac('toy-sum', false)
  const encode = (secret: Uint8Array): void => {
    const writer = new WireWriter()
    secrets.push((kem.secretFormat === 'mpint' ? writer.writeMpint(secret) : writer.writeString(secret)).finish())
  }
  const spyCipher: MacCipherDefinition = Object.freeze({
    ...cipher,
    createEncryptor: (key, iv) => {
      keys.encryptor.push(key.slice())
      ivs.encryptor.push(iv.slice())
      return cipher.createEncryptor(key, iv)
    },
    createDecryptor: (key, iv) => {
      keys.decryptor.push(key.slice())
      ivs.decryptor.push(iv.slice())
      return cipher.createDecryptor(key, iv)
    },
  } satisfies MacCipherDefinition)
  const spyMac: MacDefinition = Object.freeze({
    ...mac,
    create: (key) => (keys.mac.push(key.slice()), mac.create(key)),
  } satisfies MacDefinition)
  const spyKem: KemKeyExchangeDefinition = Object.freeze({
    ...kem,
    async encapsulate(publicKey, random) {
      const outcome = await kem.encapsulate(publicKey, random)
      encode(outcome.sharedSecret)
      return outcome
    },
    async decapsulate(privateKey, ciphertext) {
      const secret = await kem.decapsulate(privateKey, ciphertext)
      encode(secret)
      return secret
    },
  } satisfies KemKeyExchangeDefinition)
  return { algorithms: new AlgorithmRegistry(toys).override([spyCipher, spyMac, spyKem]), keys, ivs, secrets }
}

const supported = (kem: string): Record<string, readonly string[]> => ({ ciphers: ['toy-xor'], macs: ['toy-sum'], keyExchanges: [kem] })

/** HASH(K ‖ H ‖ letter ‖ session_id), lengthened as RFC 4253 §7.2 says; written here once more. */
function derived(
  hash: typeof toyHash,
  secret: Uint8Array,
  exchangeHash: Uint8Array,
  which: string,
  sessionID: Uint8Array,
  length: number,
): Uint8Array {
  let key = hash(join(secret, exchangeHash, letter(which), sessionID))
  while (key.length < length) key = join(key, hash(join(secret, exchangeHash, key)))
  return key.slice(0, length)
}

describe('keys', () => {
  for (const [name, kem, hash] of [
    ['SHA-256 and a secret that is a string', defineToyKem('toy-kem-string', 'string'), toyHash],
    ['SHA-1 and a secret that is a number', defineToyKem('toy-kem-mpint', 'mpint', shortHash), shortHash],
  ] as const) {
    it(`conch 58, 60 and 67: six keys from six letters, each side the other’s mirror image, with ${name}`, async () => {
      const [ours, theirs] = [spied(kem), spied(kem)]
      const { client } = await connected({
        both: { supported: supported(kem.name) },
        client: { algorithms: ours.algorithms },
        server: { algorithms: theirs.algorithms },
      })
      const { sessionID } = client
      const key = (which: string, length: number): Uint8Array => derived(hash, ours.secrets[0]!, sessionID, which, sessionID, length)
      expect(ours.secrets).toStrictEqual(theirs.secrets)
      expect([ours.ivs.encryptor, ours.keys.encryptor]).toStrictEqual([[key('A', 16)], [key('C', 24)]])
      expect([ours.ivs.decryptor, ours.keys.decryptor]).toStrictEqual([[key('B', 16)], [key('D', 24)]])
      expect(ours.keys.mac).toStrictEqual([key('E', 36), key('F', 36)])
      expect([theirs.ivs.encryptor, theirs.keys.encryptor]).toStrictEqual([[key('B', 16)], [key('D', 24)]])
      expect([theirs.ivs.decryptor, theirs.keys.decryptor]).toStrictEqual([[key('A', 16)], [key('C', 24)]])
      expect(theirs.keys.mac).toStrictEqual([key('F', 36), key('E', 36)])
    })
  }

  it('conch 59: the first exchange hash is the session identifier; later keys come of the new hash and the old identifier', async () => {
    const kem = defineToyKem('toy-kem-string', 'string')
    const spy = spied(kem)
    const hashes: Uint8Array[] = []
    const signer = {
      ...toyHostKey,
      sign: (data: Uint8Array, algorithm: string) => (hashes.push(data.slice()), toyHostKey.sign(data, algorithm)),
    }
    const { client } = await authenticated({
      both: { supported: supported(kem.name) },
      client: { algorithms: spy.algorithms },
      server: { hostKeys: [signer] },
    })
    client.sendKexInit()
    await settle()
    expect(client.sessionID).toStrictEqual(hashes[0])
    expect(hashes[1]).not.toStrictEqual(hashes[0])
    expect(spy.keys.encryptor[1]).toStrictEqual(derived(toyHash, spy.secrets[1]!, hashes[1]!, 'C', hashes[0]!, 24))
  })
})

describe('NEWKEYS', () => {
  it('conch 61: is the last packet of key setup, and has no payload', async () => {
    const { client, server } = await connected()
    for (const { probe } of [client, server]) expect(probe.sent[2]).toStrictEqual({ number: 21, payload: new Uint8Array(0) })
  })

  it('conch 62: with a payload disconnects with 2, on both sides', async () => {
    for (const role of ['client', 'server'] as const) {
      const pair = joined()
      const [target, peer] = role === 'client' ? [pair.client, pair.server] : [pair.server, pair.client]
      peer.probe.newKeysGate = new Promise(() => {})
      await settle()
      peer.probe.inject(21, Uint8Array.of(1))
      expect((await target.closed)?.code).toBe('MALFORMED')
      expect(disconnectOf(target)?.reason).toBe(2)
    }
  })

  it('conch 63: puts the next encryptions into use', async () => {
    const pair = joined()
    pair.client.probe.newKeysGate = new Promise(() => {})
    await settle()
    expect([pair.server.nextEncryptions?.inCipType, pair.server.currentEncryptions.inCipType]).toStrictEqual(['toy-aead-own-key', 'none'])
    const { server } = await connected()
    expect([server.nextEncryptions, server.currentEncryptions.inCipType]).toStrictEqual([null, 'toy-aead-own-key'])
  })

  it('conch 64: that comes before our own keys are ready waits, and is applied when they are', async () => {
    let decide!: (trusted: boolean) => void
    const { client } = joined({ client: { verifyHostKey: () => new Promise((resolve) => (decide = resolve)) } })
    await settle()
    expect([client.isEncrypted('in'), client.buf.length > 0]).toStrictEqual([false, true])
    decide(true)
    await client.secured
    expect(client.isEncrypted('both')).toBe(true)
  })

  it('conch 65: connectionSecure is called when both directions are protected, once', async () => {
    const { client } = await authenticated()
    client.sendKexInit()
    await settle()
    expect(client.probe.told).toStrictEqual([['connectionSecure']])
  })

  it('conch 66: compression begins at NEWKEYS, in each direction, and for none there is nothing', async () => {
    const none = await connected()
    expect([none.client.outgoingCompression, none.client.incomingCompression]).toStrictEqual([null, null])
    const runs = await connected({ both: { supported: { compressions: ['toy-runs'] } } })
    for (const { outgoingCompression, incomingCompression } of [runs.client, runs.server]) {
      expect([outgoingCompression === null, incomingCompression === null]).toStrictEqual([false, false])
    }
    const delayed = await connected({ both: { supported: { compressions: ['toy-runs-delayed'] } } })
    expect(delayed.client.outgoingCompression).toBeNull()
    delayed.client.authenticationSucceeded()
    expect([delayed.client.outgoingCompression === null, delayed.client.incomingCompression === null]).toStrictEqual([false, false])
  })
})

const badSignature = new WireWriter().writeString('toy-sign').writeString('bad').finish()

// conch 68, 69, 71, 75, 80 to 82 and 84 are about numbers and groups: they are tested in packages/interop/test/parity.
describe('key exchange methods', () => {
  it('conch 70, 72 and 83: init is message 30, reply 31, for every method of one message each way', async () => {
    for (const method of ['toy-kem-string', 'toy-kem-mpint']) {
      const { client, server } = await connected({ both: { supported: { keyExchanges: [method] } } })
      expect([numbers(client.probe.sent).slice(0, 3), numbers(server.probe.sent).slice(0, 3)]).toStrictEqual([
        [20, 30, 21],
        [20, 31, 21],
      ])
    }
  })

  it('conch 73 and C22: the client asks about the host key before it goes on; with the key, not an MD5 of it', async () => {
    const asked: Uint8Array[] = []
    const { client } = joined({ client: { verifyHostKey: (hostKey) => (asked.push(hostKey.slice()), new Promise(() => {})) } })
    await settle()
    expect(asked).toStrictEqual([toyHostKey.publicKey])
    expect(numbers(client.probe.sent)).toStrictEqual([20, 30])
  })

  it('conch 74 and 78: the session identifier is the hash of what both sides have said, computed here once more', async () => {
    for (const method of ['toy-kem-string', 'toy-kem-mpint'] as const) {
      const kem = toys.find(({ name }) => name === method) as KemKeyExchangeDefinition
      const spy = spied(kem)
      const { client, server } = await connected({
        both: { supported: { keyExchanges: [method] } },
        client: { algorithms: spy.algorithms, comment: 'c' },
      })
      const reply = server.probe.sent.find(({ number }) => number === 31)!.payload
      const init = client.probe.sent.find(({ number }) => number === 30)!.payload
      const hostKeyLength = 4 + toyHostKey.publicKey.length
      expect(reply.subarray(4, hostKeyLength)).toStrictEqual(toyHostKey.publicKey)
      const value = reply.subarray(hostKeyLength, hostKeyLength + 4 + new DataView(reply.buffer, reply.byteOffset).getUint32(hostKeyLength))
      const input = new WireWriter()
        .writeString('SSH-2.0-SeaShell c')
        .writeString('SSH-2.0-SeaShell')
        .writeString(client.ourKexInitPayload)
        .writeString(server.ourKexInitPayload)
        .writeString(toyHostKey.publicKey)
        .writeBytes(init)
        .writeBytes(value)
        .writeBytes(spy.secrets[0]!)
        .finish()
      expect(client.sessionID).toStrictEqual(kem.hash(input))
    }
  })

  it('conch 76: a bad signature disconnects with 3, in every method', async () => {
    for (const method of ['toy-kem-string', 'toy-kem-mpint', 'toy-scripted']) {
      const { client } = joined({
        both: { supported: { keyExchanges: [method] } },
        server: { hostKeys: [{ ...toyHostKey, sign: async () => badSignature }] },
      })
      expect(await client.closed).toMatchObject({ code: 'KEY_EXCHANGE', fault: 'peer' })
      expect(disconnectOf(client)?.reason).toBe(3)
    }
  })

  it('conch 77: a host key that is refused disconnects with 9', async () => {
    const { client } = joined({ client: { verifyHostKey: () => false } })
    await client.closed
    expect(disconnectOf(client)).toStrictEqual({ reason: 9, description: 'the host key of type TOY-KEY was refused' })
  })

  it('conch 79: the signature is of the negotiated algorithm, also where one key has several', async () => {
    for (const algorithm of ['toy-sign', 'toy-sign-2']) {
      const { client } = await connected({ client: { supported: { publicKeys: [algorithm] } } })
      expect(client.keyAlg).toBe(algorithm)
    }
  })

  it('conch 85: every algorithm finds the host key of its format; one without a key is not on offer', async () => {
    const other = toySigner('toy-other-key', ['toy-other-sign'])
    for (const [algorithm, key] of [
      ['toy-sign', toyHostKey],
      ['toy-sign-2', toyHostKey],
      ['toy-other-sign', other],
    ] as const) {
      const { client } = await connected({ client: { supported: { publicKeys: [algorithm] } }, server: { hostKeys: [toyHostKey, other] } })
      expect(client.hostKey).toStrictEqual(key.publicKey)
    }
    expect(joined().server.supportedPublicKeys).not.toContain('toy-other-sign')
  })
})

describe('extension information', () => {
  it('conch 86 and 87: is a count and pairs, where the peer announced support, and nothing otherwise', async () => {
    const { server } = await connected()
    server.sendExtInfo(new Map([['a', letter('b')]]))
    expect(server.probe.sent.at(-1)).toStrictEqual({
      number: 7,
      payload: new WireWriter().writeUint32(1).writeString('a').writeString('b').finish(),
    })
    const silent: ToyTransport = joined().server
    silent.sendExtInfo()
    expect(numbers(silent.probe.sent)).not.toContain(7)
  })

  it('conch 88: what comes is kept as a map', async () => {
    const { client } = await connected()
    expect(client.peerExtensions.get('server-sig-algs')).toStrictEqual(letter('toy-sign,toy-sign-2,toy-other-sign'))
  })

  it('conch 89 and 90: the server says server-sig-algs right behind its first NEWKEYS and behind no later one', async () => {
    const { server } = await authenticated()
    expect(numbers(server.probe.sent)).toStrictEqual([20, 31, 21, 7])
    server.sendKexInit()
    await settle()
    expect(numbers(server.probe.sent)).toStrictEqual([20, 31, 21, 7, 20, 31, 21])
  })
})

describe('defects of Conch', () => {
  it('conch C5: NEWKEYS without keys ends the connection', async () => {
    const { client, server } = joined({ client: { verifyHostKey: () => new Promise(() => {}) } })
    server.probe.newKeysGate = new Promise(() => {})
    client.probe.inject(21)
    await settle()
    expect([server.isEncrypted('in'), server.isEncrypted('both')]).toStrictEqual([false, false])
    expect(numbers(server.probe.received)).not.toContain(100)
    expect((await server.closed)?.code).toBe('PROTOCOL')
  })

  it('conch C6: what we send after our own NEWKEYS is under the new keys, before the peer’s has come', async () => {
    const { client, server, serverStream } = joined()
    client.probe.newKeysGate = new Promise(() => {})
    await settle()
    expect([server.isEncrypted('out'), server.isEncrypted('in')]).toStrictEqual([true, false])
    const before = serverStream.written.length
    server.sendDebug('in the clear?')
    await settle()
    expect(Buffer.from(serverStream.written[before]!).toString('latin1')).not.toContain('in the clear?')
  })

  it('conch C7 and C8: signature and host key have to be of the negotiated algorithm', async () => {
    const otherSignature = { ...toyHostKey, sign: (data: Uint8Array) => toyHostKey.sign(data, 'toy-sign-2') }
    const { client } = joined({ server: { hostKeys: [otherSignature] } })
    expect(await client.closed).toMatchObject({ code: 'KEY', fault: 'peer', reason: 3 })
    const { client: second, server } = joined()
    Object.defineProperty(server, 'hostKeyFor', { value: () => toySigner('toy-other-key', ['toy-sign']) })
    expect(await second.closed).toMatchObject({ code: 'KEY', fault: 'peer', reason: 3 })
  })

  it('conch C11: new keys come by themselves', async () => {
    const { client } = await authenticated({ client: { rekey: { packets: 8 } } })
    for (let count = 0; count < 20; count++) {
      client.sendPacket(100, new Uint8Array(1))
      await settle()
    }
    expect(client.probe.exchange.completed).toBeGreaterThanOrEqual(3)
  })
})
