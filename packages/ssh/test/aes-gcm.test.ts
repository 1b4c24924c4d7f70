import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { cipherChecks, register } from '@seashell/conformance'
import { type AeadCipherDefinition, AlgorithmRegistry, type CipherDefinition } from '@seashell/core'
import { formatPrivateKey, generatePrivateKey, KnownHosts } from '@seashell/keys'
import { nodeCrypto } from '@seashell/node'
import { compatible } from '@seashell/presets'
import { opensslGcm, seededRandom } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { connect, createServer, defaultAlgorithms } from '../src/index.ts'

/** The longest packet that is WebAssembly's, from its length field to its tag. */
const SHORT = 1024

const names = ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com']

function aead(definition: CipherDefinition): AeadCipherDefinition {
  if (definition.integrity !== 'aead') throw new Error(`${definition.name} is no AEAD`)
  return definition
}

describe.each(names)('%s where nobody chooses', (name) => {
  const ours = aead(defaultAlgorithms().ciphers.get(name))
  const portable = aead(new AlgorithmRegistry(compatible).ciphers.get(name))
  const onNode = aead(new AlgorithmRegistry(compatible).override(nodeCrypto).ciphers.get(name))

  it('is WebAssembly’s for short packets and OpenSSL’s for long ones', () => {
    expect(ours.provider).toBe('wasm, node:crypto')
    const opener = ours.createOpener(new Uint8Array(ours.keyLength), new Uint8Array(12))
    const openssl = opensslGcm(new Uint8Array(ours.keyLength), new Uint8Array(12))
    // WebAssembly decrypts in place, Node into new memory.
    const [short, long] = [SHORT, SHORT + 1].map((length) => new Uint8Array(openssl(0, new Uint8Array(length - 16))))
    expect(opener.open(0, short!).buffer).toBe(short!.buffer)
    expect(opener.open(0, long!).buffer).not.toBe(long!.buffer)
  })

  register(cipherChecks(ours, { reference: portable }), it)

  it('seals and opens 300 packets of all lengths, mixed, as noble and node:crypto do, over the end of the invocation counter', () => {
    const random = seededRandom(name)
    const [key, iv] = [random(ours.keyLength), Uint8Array.of(...random(4), ...new Uint8Array(7).fill(0xff), 0x80)]
    const ends = [ours, onNode, portable].map((each) => ({ sealer: each.createSealer(key, iv), opener: each.createOpener(key, iv) }))
    const seeds = new Uint16Array(random(600).buffer)
    for (const [round, seed] of seeds.entries()) {
      // One in three far below, one about where it changes, and one far above, in no order.
      const bodyLength = [seed % 200, SHORT - 20 - 32 + (seed % 64), SHORT + (seed % 4000)][seed % 3]!
      const packet = random(4 + bodyLength + 16)
      const sealed = ends.map(({ sealer }) => {
        const copy = new Uint8Array(packet)
        sealer.seal(round, copy)
        return copy
      })
      const isSame = sealed.every((each) => Buffer.compare(each, sealed[0]!) === 0)
      if (!isSame) expect.fail(`packet ${round} with a body of ${bodyLength} bytes is another than noble's and node:crypto's`)
      const bodies = ends.map(({ opener }, index) => opener.open(round, sealed[(index + 1) % 3]!))
      const isOpened = bodies.every((body) => Buffer.compare(body, packet.subarray(4, -16)) === 0)
      if (!isOpened) expect.fail(`packet ${round} with a body of ${bodyLength} bytes is another after it was opened`)
    }
  })

  it.each([
    ['short', SHORT, SHORT + 1],
    ['long', SHORT + 1, SHORT],
  ])('opens nothing more after a forged %s packet', (_, length, otherLength) => {
    const random = seededRandom('forged')
    const [key, iv] = [random(ours.keyLength), random(12)]
    const [opener, openssl] = [ours.createOpener(key, iv), opensslGcm(key, iv)]
    const forged = openssl(0, random(length - 16))
    const refusal = expect.objectContaining({ code: 'MAC', fault: 'peer', reason: 5 })
    expect(() => opener.open(0, forged.with(4, forged[4]! ^ 1))).toThrow(refusal)
    expect(() => opener.open(0, new Uint8Array(forged))).toThrow(refusal)
    expect(() => opener.open(1, new Uint8Array(openssl(1, random(otherLength - 16))))).toThrow(refusal)
  })

  it('is closed for packets of all lengths by destroy', () => {
    const [key, iv] = [new Uint8Array(ours.keyLength), new Uint8Array(12)]
    const [sealer, opener] = [ours.createSealer(key, iv), ours.createOpener(key, iv)]
    sealer.destroy()
    opener.destroy()
    const closed = expect.objectContaining({ code: 'CLOSED', fault: 'caller' })
    for (const length of [SHORT, SHORT + 1]) {
      expect(() => sealer.seal(0, new Uint8Array(length))).toThrow(closed)
      expect(() => opener.open(0, new Uint8Array(length))).toThrow(closed)
    }
  })

  it('carries short and long writes to a command and back, with keys exchanged every 64 KiB', async () => {
    const hostKey = await generatePrivateKey(defaultAlgorithms().publicKeys.get('ssh-ed25519'))
    await using server = await createServer({
      hostKeys: [await formatPrivateKey(hostKey)],
      auth: { password: () => true },
      onSession: (session) => ({
        async exec() {
          for await (const chunk of session) await session.write(chunk)
          return 0
        },
      }),
    })
    const { port } = await server.listen()
    const knownHosts = new KnownHosts()
    knownHosts.add('127.0.0.1', port, hostKey.publicKey)
    const rekey = { bytes: 65_536 }
    await using client = await connect({
      host: '127.0.0.1',
      port,
      user: 'alice',
      password: '-',
      knownHosts,
      rekey,
      choices: { ciphers: name },
    })
    const random = seededRandom('writes')
    const data = random(400_000)
    const session = await client.exec('echo')
    const output = session.output()
    for (let [offset, length] = [0, 1]; offset < data.length; offset += length, length = (length * 7) % 5003) {
      await session.write(data.subarray(offset, offset + length))
      await setImmediate()
    }
    await session.end()
    const { stdout } = await output
    expect(createHash('sha256').update(stdout).digest('hex')).toBe(createHash('sha256').update(data).digest('hex'))
    expect(client.describe()).toMatchObject({ negotiated: { clientToServer: { cipher: { name } } } })
    expect(client.describe().keyExchanges).toBeGreaterThan(5)
  })
})
