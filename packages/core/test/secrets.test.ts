import { describe, expect, it } from 'vitest'
import {
  type AeadCipherDefinition,
  type AlgorithmDefinition,
  AlgorithmRegistry,
  type CipherDefinition,
  type Hash,
  type KeyExchangeDefinition,
  type KexOutcome,
  type MacDefinition,
} from '../src/index.ts'
import { MSG_NEWKEYS } from '../src/messages.ts'
import { WireWriter } from '../src/wire/index.ts'
import { toys } from './support/toys.ts'
import { authenticated, join, type Pair, type PairOptions, settle, toyClient, toyHostKey, toyServer } from './support/transports.ts'

/** Algorithms that keep every secret that passes through them: the arrays themselves, no copies. */
class Watch {
  readonly secrets: Uint8Array[] = []
  /** What they were before they were wiped, where they were long enough to be told from others by it. */
  readonly copies: Uint8Array[] = []
  #alive = 0
  created = 0
  readonly algorithms: AlgorithmRegistry

  constructor() {
    this.algorithms = new AlgorithmRegistry(toys.map((definition) => this.#watched(definition)))
  }

  /** How many keys are in use. */
  get alive(): number {
    return this.#alive
  }

  get unwiped(): number {
    return this.secrets.filter((secret) => secret.some((byte) => byte !== 0)).length
  }

  keep<Secret extends Uint8Array>(secret: Secret): Secret {
    this.secrets.push(secret)
    this.copies.push(secret.slice())
    return secret
  }

  #watched(definition: AlgorithmDefinition): AlgorithmDefinition {
    if (definition.kind === 'cipher') return Object.freeze(this.#cipher(definition))
    if (definition.kind === 'mac') return Object.freeze(this.#mac(definition))
    return definition.kind === 'key-exchange' ? Object.freeze(this.#keyExchange(definition)) : definition
  }

  #engine<Engine extends { destroy(): void }>(engine: Engine, ...keys: readonly Uint8Array[]): Engine {
    for (const key of keys) this.keep(key)
    this.created++
    this.#alive++
    let destroyed = false
    const destroy = engine.destroy.bind(engine)
    engine.destroy = () => {
      if (!destroyed) this.#alive--
      destroyed = true
      destroy()
    }
    return engine
  }

  #cipher(cipher: CipherDefinition): CipherDefinition {
    if (cipher.integrity === 'aead') return this.#aead(cipher)
    return {
      ...cipher,
      createEncryptor: (key, iv) => this.#engine(cipher.createEncryptor(key, iv), key, iv),
      createDecryptor: (key, iv) => this.#engine(cipher.createDecryptor(key, iv), key, iv),
    }
  }

  #aead(cipher: AeadCipherDefinition): AeadCipherDefinition {
    return {
      ...cipher,
      createSealer: (key, iv) => this.#engine(cipher.createSealer(key, iv), key, iv),
      createOpener: (key, iv) => this.#engine(cipher.createOpener(key, iv), key, iv),
    }
  }

  #mac(mac: MacDefinition): MacDefinition {
    return { ...mac, create: (key) => this.#engine(mac.create(key), key) }
  }

  #keyExchange(method: KeyExchangeDefinition): KeyExchangeDefinition {
    const hash = this.#hash(method.hash)
    const outcome = <Outcome extends KexOutcome>(of: Outcome): Outcome => (this.keep(of.sharedSecret), of)
    if (method.shape === 'scripted') {
      return {
        ...method,
        hash,
        runClient: async (io) => outcome(await method.runClient(io)),
        runServer: (io) => method.runServer({ ...io, random: io.random, sign: (of) => io.sign(outcome(of)) }).then(outcome),
      }
    }
    return {
      ...method,
      hash,
      generate: async (random) => {
        const pair = await method.generate(random)
        this.keep(pair.privateKey)
        return pair
      },
      encapsulate: async (publicKey, random) => {
        const encapsulated = await method.encapsulate(publicKey, random)
        this.keep(encapsulated.sharedSecret)
        return encapsulated
      },
      decapsulate: async (...given) => this.keep(await method.decapsulate(...given)),
    }
  }

  /** What goes in is the secret and more; what comes out are keys, or the exchange hash, which begins with versions and is no secret. */
  #hash(hash: Hash): Hash {
    return (data) => {
      const input = Buffer.from(data.buffer, data.byteOffset, data.length)
      const secret = this.copies.some((copy) => copy.length > 6 && input.includes(Buffer.from(copy)))
      const digest = hash(data)
      if (secret) this.keep(data)
      return secret && !input.includes('SSH-2.0-') ? this.keep(digest) : digest
    }
  }
}

const lists = [
  { ciphers: ['toy-aead-own-key'] },
  { ciphers: ['toy-aead-clear'] },
  { ciphers: ['toy-aead-with-body'] },
  { ciphers: ['toy-xor'], macs: ['toy-sum'] },
  { ciphers: ['toy-xor'], macs: ['toy-sum-etm'] },
  { keyExchanges: ['toy-kem-mpint'] },
  { keyExchanges: ['toy-scripted'] },
]

/** Cipher and MAC in each direction, or one that is both, on both sides. */
const enginesOf = (supported: (typeof lists)[number]): number => ('macs' in supported ? 8 : 4)

describe('keys, initial vectors and shared secrets', () => {
  it.each(lists)('are wiped as soon as they are in use, and what uses them when it is replaced and at the end: %o', async (supported) => {
    const watch = new Watch()
    const { client, server } = await authenticated({ both: { algorithms: watch.algorithms, supported } })
    expect(watch.secrets.length).toBeGreaterThan(12)
    expect([watch.unwiped, watch.alive]).toStrictEqual([0, enginesOf(supported)])
    for (const transport of [client, server]) {
      transport.sendKexInit()
      await settle()
    }
    expect([watch.unwiped, watch.created, watch.alive]).toStrictEqual([0, 3 * enginesOf(supported), enginesOf(supported)])
    client.loseConnection()
    await settle()
    expect([watch.unwiped, watch.alive]).toStrictEqual([0, 0])
  })

  it('are wiped wherever the connection is cut', async () => {
    for (const supported of lists) {
      for (let cut = 1; cut < 9; cut++) {
        const watch = new Watch()
        const { client, server } = cutAfter(cut, { both: { algorithms: watch.algorithms, supported } })
        await settle()
        for (const transport of [client, server]) transport.connectionLost()
        await settle()
        expect([cut, watch.unwiped, watch.alive]).toStrictEqual([cut, 0, 0])
      }
    }
  })

  const bad = new WireWriter().writeString('toy-sign').writeString('bad').finish()
  const failures: readonly (readonly [string, PairOptions])[] = [
    ['the host key is refused', { client: { verifyHostKey: () => false } }],
    ['the decision throws', { client: { verifyHostKey: () => Promise.reject(new Error('no')) } }],
    ['the signature is wrong', { server: { hostKeys: [{ ...toyHostKey, sign: async () => bad }] } }],
    ['nobody signs', { server: { hostKeys: [{ ...toyHostKey, sign: () => Promise.reject(new Error('no')) }] } }],
  ]
  it.each(failures)('are wiped where %s', async (_what, options) => {
    for (const supported of lists) {
      const watch = new Watch()
      const { client, server } = join(
        toyClient({ algorithms: watch.algorithms, supported, ...options.client }),
        toyServer({ algorithms: watch.algorithms, supported, ...options.server }),
      )
      await Promise.all([client.closed, server.closed])
      await settle()
      expect(watch.secrets.length).toBeGreaterThan(1)
      expect([watch.unwiped, watch.alive]).toStrictEqual([0, 0])
    }
  })

  it('are wiped where a cipher does not take its key', async () => {
    const watch = new Watch()
    const aead = watch.algorithms.ciphers.get('toy-aead-own-key') as AeadCipherDefinition
    const broken = Object.freeze({
      ...aead,
      createOpener(key: Uint8Array, iv: Uint8Array): never {
        for (const secret of [key, iv]) watch.keep(secret)
        throw new Error('no')
      },
    })
    const { client, server } = join(
      toyClient({ algorithms: watch.algorithms.clone().override(broken) }),
      toyServer({ algorithms: watch.algorithms }),
    )
    expect(await client.closed).toMatchObject({ fault: 'local' })
    server.connectionLost()
    await settle()
    expect([watch.unwiped, watch.alive]).toStrictEqual([0, 0])
  })
})

/** Transports whose stream is cut when they have had so many messages between them. */
function cutAfter(count: number, { both }: PairOptions): Pair {
  let left = count
  const pair = join(toyClient(both), toyServer(both))
  for (const transport of [pair.client, pair.server]) {
    const dispatch = transport.dispatchMessage.bind(transport)
    transport.dispatchMessage = (...given) => {
      dispatch(...given)
      if (--left === 0) for (const each of [pair.client, pair.server]) each.connectionLost()
    }
  }
  return pair
}

describe('what is said of a transport', () => {
  it('has no secret in it: description, events, errors, and the transport as JSON', async () => {
    const watch = new Watch()
    const { client, server } = await authenticated({ both: { algorithms: watch.algorithms } })
    client.sendKexInit()
    await settle()
    server.sendPacket(100, new Uint8Array(20_000))
    client.sendPacket(MSG_NEWKEYS)
    await settle()
    const said = [client, server].map((transport) => [transport, transport.describe(), transport.probe.events, transport.service])
    const text = JSON.stringify([said, await server.closed, (await server.closed)?.message, (await server.closed)?.stack])
    const long = watch.copies.filter((copy) => copy.length >= 6 && copy.length < 100)
    expect(long.length).toBeGreaterThan(20)
    for (const secret of long) for (const form of formsOf(secret)) expect(text).not.toContain(form)
    // The test would see what it looks for.
    expect(JSON.stringify({ key: long[0] })).toContain(formsOf(long[0]!)[2])
  })
})

/** How bytes can show in a text: hexadecimal, base64, and as JSON has an array. */
function formsOf(secret: Uint8Array): readonly [string, string, string] {
  const json = JSON.stringify(secret).slice(1, -1)
  return [Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -1), json]
}
