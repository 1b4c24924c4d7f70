import { createECDH, createHash, randomBytes } from 'node:crypto'
import { ml_kem1024, ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import { expect } from 'vitest'
import {
  byte,
  disconnected,
  hostile,
  type HostileCase,
  keyExchangeMethods,
  type KeyExchangeMethod,
  Msg,
  nodeAlgorithms,
  portableAlgorithms,
  Reason,
  string,
  survived,
} from '../src/index.ts'
import { type Value, valueCases, wrongLengths } from './support/values.ts'

const x25519 = keyExchangeMethods['curve25519-sha256']!

/** mlkem768x25519-sha256 (RFC 10042 §2) on a copy of ML-KEM of its own and on node:crypto's X25519; `tamper` changes the ciphertext behind the secret's back. */
function mlkem768x25519(tamper: (ciphertext: Uint8Array) => Uint8Array = (ciphertext) => ciphertext): KeyExchangeMethod {
  return {
    hash: 'sha256',
    encodePublic: string,
    encodeSecret: string,
    client() {
      const [pair, side] = [ml_kem768.keygen(), x25519.client()]
      return {
        publicValue: Buffer.concat([pair.publicKey, side.publicValue]),
        secret: (theirs) => combine(ml_kem768.decapsulate(theirs.subarray(0, 1088), pair.secretKey), side.secret(theirs.subarray(1088))),
      }
    },
    server(theirs) {
      const { cipherText, sharedSecret } = ml_kem768.encapsulate(theirs.subarray(0, 1184))
      const side = x25519.server(theirs.subarray(1184))
      return { publicValue: Buffer.concat([tamper(cipherText), side.publicValue]), secret: combine(sharedSecret, side.secret) }
    },
  }
}

function combine(...secrets: readonly Uint8Array[]): Buffer {
  return createHash('sha256').update(Buffer.concat(secrets)).digest()
}

/** Encapsulation keys with a coefficient that is not reduced: 12 bits each, of which 3329 is the least (FIPS 203 §7.2). */
function mlkemKeys(publicKey: Uint8Array, classical: Uint8Array): readonly Value[] {
  const [first, last] = [Buffer.from(publicKey), Buffer.from(publicKey)]
  first.set([0x01, (first[1]! & 0xf0) | 0x0d])
  const end = publicKey.length - 32
  last.set([(last[end - 2]! & 0x0f) | 0xf0, 0xff], end - 2)
  const whole = [
    { name: 'a key whose first coefficient is q', value: first },
    { name: 'a key whose last coefficient is 4095', value: last },
    { name: 'a key of nothing but ones', value: Buffer.alloc(publicKey.length, 0xff) },
  ]
  return whole.map(({ name, value }) => ({ name, value: Buffer.concat([value, classical]) }))
}

const hybridPoint = x25519.client().publicValue
const mlkemKey = ml_kem768.keygen().publicKey
const p256Point = createECDH('prime256v1').generateKeys()
const p384Point = createECDH('secp384r1').generateKeys()

/** Ciphertexts that nobody has encrypted, with points that are right. */
const noise: Readonly<Record<string, Buffer>> = {
  'sntrup761x25519-sha512': Buffer.concat([randomBytes(1039), hybridPoint]),
  'mlkem768nistp256-sha256': Buffer.concat([randomBytes(1088), p256Point]),
  'mlkem1024nistp384-sha384': Buffer.concat([randomBytes(1568), p384Point]),
}

const asClient = { roles: ['client'], method: mlkem768x25519() } as const
const asServer = { roles: ['server'], method: mlkem768x25519() } as const

const mlkemValues: readonly HostileCase[] = [
  ...valueCases(
    'mlkem768x25519-sha256',
    [
      ...mlkemKeys(mlkemKey, hybridPoint),
      { name: 'a point of low order behind the key', value: Buffer.concat([mlkemKey, Buffer.alloc(32)]) },
      ...wrongLengths(1216),
      { name: 'the key without the point', value: Buffer.from(mlkemKey) },
    ],
    asClient,
  ),
  ...valueCases(
    'mlkem768x25519-sha256',
    [{ name: 'a point of low order behind the ciphertext', value: Buffer.alloc(1120) }, ...wrongLengths(1120)],
    asServer,
  ),
  ...valueCases(
    'mlkem768nistp256-sha256',
    [
      ...mlkemKeys(mlkemKey, p256Point),
      { name: 'a compressed point behind the key', value: Buffer.concat([mlkemKey, Buffer.alloc(33, 2)]) },
      { name: 'a point off the curve behind the key', value: Buffer.concat([mlkemKey, byte(4), Buffer.alloc(64, 1)]) },
      ...wrongLengths(1249),
    ],
    asClient,
  ),
  ...valueCases(
    'mlkem768nistp256-sha256',
    [{ name: 'a point off the curve', value: Buffer.concat([Buffer.alloc(1088), byte(4), Buffer.alloc(64, 1)]) }, ...wrongLengths(1153)],
    asServer,
  ),
  ...valueCases('mlkem1024nistp384-sha384', [...mlkemKeys(ml_kem1024.keygen().publicKey, p384Point), ...wrongLengths(1665)], asClient),
  ...valueCases('mlkem1024nistp384-sha384', wrongLengths(1665), asServer),
]

const sntrupValues: readonly HostileCase[] = [
  ...valueCases(
    'sntrup761x25519-sha512',
    [...wrongLengths(1190), { name: 'a point of low order behind the key', value: Buffer.alloc(1190) }],
    asClient,
  ),
  ...valueCases(
    'sntrup761x25519-sha512',
    [...wrongLengths(1071), { name: 'a point of low order behind the ciphertext', value: Buffer.alloc(1071) }],
    asServer,
  ),
]

const wrongSecret = disconnected(Reason.KEY_EXCHANGE_FAILED, /signature/)

const tampered: readonly HostileCase[] = [
  ...(['client', 'server'] as const).map((role): HostileCase => ({
    name: `mlkem768x25519-sha256: ${role}: nothing wrong`,
    role,
    peer: { keyExchange: 'mlkem768x25519-sha256', method: mlkem768x25519() },
    script: (mallory) => mallory.secure(),
    expect: survived,
  })),
  ...[0, 543, 1087].map((index): HostileCase => ({
    name: `mlkem768x25519-sha256: server: a ciphertext with byte ${index} changed, which makes another secret and no error`,
    source: 'FIPS 203 §7.3',
    role: 'server',
    peer: { keyExchange: 'mlkem768x25519-sha256', method: mlkem768x25519((ciphertext) => ciphertext.with(index, ciphertext[index]! ^ 1)) },
    script: (mallory) => mallory.secure(),
    expect: wrongSecret,
  })),
  ...['sntrup761x25519-sha512', 'mlkem768nistp256-sha256', 'mlkem1024nistp384-sha384'].map((keyExchange): HostileCase => ({
    name: `${keyExchange}: server: a ciphertext of noise, which makes some secret and no error`,
    source: 'RFC 9941 §3, FIPS 203 §7.3',
    role: 'server',
    peer: { keyExchange, method: { ...mlkem768x25519(), hash: keyExchange.endsWith('sha384') ? 'sha384' : 'sha512' } },
    async script(peer) {
      await peer.exchangeVersions()
      await peer.exchangeKexInits()
      await peer.exchangeKeys({ publicValue: noise[keyExchange]!, secret: Buffer.alloc(64) })
    },
    expect: wrongSecret,
  })),
  ...Object.entries({ ones: Buffer.alloc(1158, 0xff), zeros: Buffer.alloc(1158), noise: randomBytes(1158) }).map(
    ([name, key]): HostileCase => ({
      name: `sntrup761x25519-sha512: client: a key of ${name}, which every 1158 bytes are: it is answered`,
      role: 'client',
      peer: { keyExchange: 'sntrup761x25519-sha512', method: { ...mlkem768x25519(), hash: 'sha512' } },
      async script(peer) {
        await peer.exchangeVersions()
        await peer.exchangeKexInits()
        await peer.send(Msg.KEX_INIT, string(Buffer.concat([key, hybridPoint])))
        await peer.receive(Msg.KEX_REPLY)
        peer.line.destroy()
      },
      async expect({ peer, ended }) {
        expect(peer.received.map(({ number }) => number)).toContain(Msg.KEX_REPLY)
        await ended
      },
    }),
  ),
]

for (const [provider, algorithms] of Object.entries({ portable: portableAlgorithms, 'node:crypto': nodeAlgorithms })) {
  hostile(`values of post-quantum methods, as ${provider} judges them`, [...mlkemValues, ...sntrupValues, ...tampered], {
    server: { algorithms },
    client: { algorithms },
  })
}
