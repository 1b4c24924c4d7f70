import { constants, createPublicKey, publicEncrypt } from 'node:crypto'
import { sha256 } from '@noble/hashes/sha2.js'
import { keyExchangeChecks, register, type RefusedMessage } from '@seashell/conformance'
import type { KexMessage, KexOutcome, Random } from '@seashell/core'
import { WireReader, WireWriter } from '@seashell/core/wire'
import { seededRandom, toHex } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { defineRsaKeyExchange, rsa2048Sha256 } from '../src/index.ts'
import { generateNodeKeyPair, nodeRsaExchange } from './node-rsa-exchange.ts'

const keyPairs = Array.from({ length: 4 }, () => generateNodeKeyPair(2048))
const small = generateNodeKeyPair(1024)
const refusal = { name: 'SSHError', code: 'KEY_EXCHANGE', fault: 'peer', reason: 3 }

/** Our own keys take a second each: the kit, which needs hundreds, gets one of node:crypto's, as chance has it. */
const pooled = defineRsaKeyExchange({
  name: 'rsa2048-sha256',
  hash: sha256,
  minimumBits: 2048,
  generateKey(random) {
    const { publicKey, privateKey } = keyPairs[random(1)[0]! % keyPairs.length]!
    return { publicKey, privateKey: new Uint8Array(privateKey) }
  },
})

const strings = (...values: (Uint8Array | string)[]): Uint8Array => {
  const writer = new WireWriter()
  for (const value of values) writer.writeString(value)
  return writer.finish()
}
const mpint = (magnitude: Uint8Array): Uint8Array => new WireWriter().writeMpint(magnitude).finish()
const transient = (value: Uint8Array): Uint8Array => strings('host key', value)
const rsa = (e: Uint8Array, n: Uint8Array): Uint8Array => new WireWriter().writeString('ssh-rsa').writeMpint(e).writeMpint(n).finish()

const refused: RefusedMessage[] = [
  { what: 'a transient key of 1024 bits', number: 30, payload: transient(small.publicKey) },
  { what: 'a transient key with an even modulus', number: 30, payload: transient(rsa(Uint8Array.of(3), new Uint8Array(256).fill(0xfe))) },
  { what: 'a transient key with the exponent 1', number: 30, payload: transient(rsa(Uint8Array.of(1), new Uint8Array(256).fill(0xff))) },
  { what: 'a transient key of another format', number: 30, payload: transient(strings('ssh-ed25519', new Uint8Array(32))) },
  { what: 'a transient key with more after it', number: 30, payload: transient(Uint8Array.of(...keyPairs[0]!.publicKey, 0)) },
  { what: 'an encrypted secret of 0', number: 31, payload: strings(new Uint8Array(256)) },
  { what: 'an encrypted secret of one byte more', number: 31, payload: strings(new Uint8Array(257)) },
  { what: 'an encrypted secret of one byte less', number: 31, payload: strings(new Uint8Array(255)) },
  { what: 'an encrypted secret that is above the modulus', number: 31, payload: strings(new Uint8Array(256).fill(0xff)) },
  { what: 'an encrypted secret that was not', number: 31, payload: strings(seededRandom('no secret')(256).fill(0, 0, 1)) },
]

describe('rsa2048-sha256', () => {
  register(keyExchangeChecks(pooled, { reference: nodeRsaExchange(keyPairs[0]!, 'sha256'), refused, exchanges: 6 }), it)
})

/** What a server with the first key comes to, when a client sends that. */
async function serve(encrypted: Uint8Array, random: Random = seededRandom('server')): Promise<KexOutcome> {
  const fixed = defineRsaKeyExchange({
    name: 'rsa2048-sha256',
    hash: sha256,
    minimumBits: 2048,
    generateKey: () => ({ publicKey: keyPairs[0]!.publicKey, privateKey: new Uint8Array(keyPairs[0]!.privateKey) }),
  })
  return await fixed.runServer({
    random,
    hostKey: Uint8Array.of(1),
    send: () => undefined,
    receive: async () => ({ number: 31, payload: strings(encrypted) }),
    sign: async () => Uint8Array.of(2),
  })
}

function encryptedByNode(message: Uint8Array, oaepHash = 'sha256', oaepLabel = ''): Uint8Array {
  const key = createPublicKey(keyPairs[0]!.nodeKey)
  return publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash, oaepLabel: Buffer.from(oaepLabel) }, message)
}

describe('a server', () => {
  it('takes secrets of up to KLEN − 2·HLEN − 49 bits, and no negative ones (RFC 4432 §4)', async () => {
    const largest = new Uint8Array(186).fill(0xff).fill(0x7f, 0, 1)
    expect(toHex((await serve(encryptedByNode(mpint(largest)))).sharedSecret)).toBe(toHex(largest))
    // For more bits OAEP has no room, but for those of a negative number.
    const negative = new WireWriter().writeString(new Uint8Array(186).fill(0xff)).finish()
    await expect(serve(encryptedByNode(negative))).rejects.toMatchObject({ code: 'MALFORMED', fault: 'peer' })
  })

  it.each([
    ['with another hash', encryptedByNode(mpint(Uint8Array.of(5)), 'sha1')],
    ['with a label', encryptedByNode(mpint(Uint8Array.of(5)), 'sha256', 'label')],
  ])('refuses a secret that was encrypted %s', async (_, encrypted) => {
    await expect(serve(encrypted)).rejects.toMatchObject(refusal)
  })

  it.each([
    ['nothing', new Uint8Array(0)],
    ['no length', Uint8Array.of(0, 0, 1)],
    ['more after it', Uint8Array.of(0, 0, 0, 1, 5, 0)],
  ])('refuses a decrypted secret with %s', async (_, message) => {
    await expect(serve(encryptedByNode(message))).rejects.toMatchObject({ code: 'MALFORMED', fault: 'peer' })
  })
})

describe('the definition', () => {
  it('generates a key of 2048 bits for each exchange', async () => {
    const sent: KexMessage[] = []
    const end = new Error('enough')
    for (const seed of ['one', 'other']) {
      const running = rsa2048Sha256.runServer({
        random: seededRandom(seed),
        hostKey: Uint8Array.of(1),
        send: (number, payload) => void sent.push({ number, payload }),
        receive: () => Promise.reject(end),
        sign: async () => Uint8Array.of(2),
      })
      await expect(running).rejects.toBe(end)
    }
    const moduli = sent.map(({ payload }) => {
      const reader = new WireReader(payload)
      reader.readString()
      const blob = new WireReader(reader.readString())
      expect(blob.readName()).toBe('ssh-rsa')
      expect(toHex(blob.readMpint())).toBe('010001')
      return blob.readMpint()
    })
    expect(moduli.map((modulus) => [modulus.length, modulus[0]! >= 0x80])).toEqual([
      [256, true],
      [256, true],
    ])
    expect(toHex(moduli[0]!)).not.toBe(toHex(moduli[1]!))
  })

  it('is what RFC 4432 §6 says', () => {
    expect(rsa2048Sha256).toMatchObject({ name: 'rsa2048-sha256', hash: sha256, secretFormat: 'mpint', postQuantum: false })
    expect(rsa2048Sha256).not.toHaveProperty('insecure')
  })
})
