import { createDiffieHellmanGroup, createECDH, createHash } from 'node:crypto'
import { ml_kem1024, ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import {
  byte,
  bytesOf,
  disconnected,
  hostile,
  type HostileCase,
  keyExchangeMethods,
  type KeyExchangeMethod,
  mpint,
  Msg,
  nodeAlgorithms,
  numberOf,
  portableAlgorithms,
  Reason,
  string,
  survived,
  uint32,
} from '../src/index.ts'

/** A public value that nobody honest sends. */
interface Value {
  readonly name: string
  readonly value: Uint8Array
  /** The secret that it leads to, where the value alone decides about that. */
  readonly secret?: Uint8Array
}

/** The value has to be refused for what it is: a signature that does not verify would end the exchange as well. */
const refused = disconnected(Reason.KEY_EXCHANGE_FAILED, /^(?!.*signature)/)
const zeros = Buffer.alloc(64)

/** The value as a client's and as a server's. */
function valueCases(keyExchange: string, values: readonly Value[], method?: KeyExchangeMethod): readonly HostileCase[] {
  const peer = { keyExchange, ...(method && { method }) }
  return values.flatMap(({ name, value, secret }): HostileCase[] => [
    {
      name: `${keyExchange}: client: ${name}`,
      role: 'client',
      peer,
      async script(mallory) {
        await mallory.exchangeVersions()
        await mallory.exchangeKexInits()
        await mallory.exchangeKeys({ publicValue: value, secret: secret ?? zeros })
      },
      expect: refused,
    },
    {
      name: `${keyExchange}: server: ${name}`,
      role: 'server',
      peer,
      async script(mallory) {
        await mallory.exchangeVersions()
        await mallory.exchangeKexInits()
        await mallory.exchangeKeys({ publicValue: value, secret: secret ?? zeros })
      },
      expect: refused,
    },
  ])
}

// --- X25519, X448 (RFC 8731 §3; the points of RFC 7748 §7) ---------------------------------------------------------------------

function littleEndian(value: bigint, length: number): Buffer {
  return Buffer.from(Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex').toReversed())
}

const p25519 = 2n ** 255n - 19n
const p448 = 2n ** 448n - 2n ** 224n - 1n

const x25519Points: readonly Value[] = [
  ...[0n, 1n, p25519 - 1n, p25519, p25519 + 1n].map((u) => littleEndian(u, 32)),
  Buffer.from('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800', 'hex'),
  Buffer.from('5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157', 'hex'),
]
  .flatMap((point) => [point, Buffer.concat([point.subarray(0, 31), byte(point[31]! | 0x80)])])
  .map((value) => ({ name: `the point of low order ${value.toString('hex')}`, value, secret: zeros }))

const x448Points: readonly Value[] = [0n, 1n, p448 - 1n, p448, p448 + 1n].map((u) => ({
  name: `the point of low order ${u === 0n || u === 1n ? u : `p + ${u - p448}`}`,
  value: littleEndian(u, 56),
  secret: zeros,
}))

function wrongLengths(length: number): readonly Value[] {
  return [0, 1, length - 1, length + 1, 2 * length].map((wrong) => ({ name: `${wrong} bytes`, value: Buffer.alloc(wrong, 9) }))
}

// --- curves of NIST (RFC 5656 §4; SEC 1 §3.2.2) --------------------------------------------------------------------------------

const ecCurves = { 'ecdh-sha2-nistp256': 'prime256v1', 'ecdh-sha2-nistp384': 'secp384r1', 'ecdh-sha2-nistp521': 'secp521r1' } as const

function ecPoints(curve: string): readonly Value[] {
  const engine = createECDH(curve)
  const point = engine.generateKeys()
  const length = (point.length - 1) / 2
  const [x, y] = [point.subarray(1, 1 + length), point.subarray(1 + length)]
  const negated = Buffer.from(point)
  negated[point.length - 1]! ^= 1
  return [
    { name: 'off the curve', value: negated },
    { name: 'at (0, 0)', value: Buffer.concat([byte(4), Buffer.alloc(2 * length)]) },
    { name: 'at infinity', value: byte(0) },
    { name: 'at infinity, as long as a point', value: Buffer.alloc(point.length) },
    { name: 'compressed', value: engine.getPublicKey(null, 'compressed') },
    { name: 'in the hybrid form', value: engine.getPublicKey(null, 'hybrid') },
    { name: 'of coordinates above p', value: Buffer.concat([byte(4), Buffer.alloc(2 * length, 0xff)]) },
    { name: 'of another form', value: Buffer.concat([byte(5), x, y]) },
    { name: 'without its last byte', value: point.subarray(0, -1) },
    { name: 'with a byte more', value: Buffer.concat([point, byte(0)]) },
    { name: 'of coordinates alone', value: Buffer.concat([x, y]) },
    { name: 'of another curve', value: createECDH(curve === 'secp384r1' ? 'prime256v1' : 'secp384r1').generateKeys() },
    { name: 'nothing', value: Buffer.alloc(0) },
  ]
}

// --- finite fields (RFC 4253 §8, RFC 8268 §4) ----------------------------------------------------------------------------------

const groups = { 'diffie-hellman-group14-sha256': 'modp14', 'diffie-hellman-group16-sha512': 'modp16' } as const

function fieldValues(group: string): readonly Value[] {
  const p = numberOf(createDiffieHellmanGroup(group).getPrime())
  const known = [
    { name: '0', value: 0n, secret: 0n },
    { name: '1', value: 1n, secret: 1n },
    { name: 'p − 1', value: p - 1n, secret: 1n },
    { name: 'p', value: p, secret: 0n },
    { name: 'p + 1', value: p + 1n, secret: 1n },
    { name: '2p − 1', value: 2n * p - 1n, secret: 1n },
    { name: 'a number of 2 KiB', value: 2n ** 16_384n + 1n, secret: 1n },
  ]
  return known.map(({ name, value, secret }) => ({ name, value: bytesOf(value), secret: bytesOf(secret) }))
}

const negative: readonly HostileCase[] = [
  {
    name: 'diffie-hellman-group14-sha256: client: −1',
    source: 'RFC 4251 §5',
    role: 'client',
    peer: { keyExchange: 'diffie-hellman-group14-sha256' },
    async script(mallory) {
      await mallory.exchangeVersions()
      await mallory.exchangeKexInits()
      await mallory.send(Msg.KEX_INIT, string(byte(0xff)))
    },
    expect: disconnected(Reason.KEY_EXCHANGE_FAILED, /negative/),
  },
]

// --- ML-KEM with X25519 (RFC 10042 §2; FIPS 203 §7.2, §7.3) --------------------------------------------------------------------

const x25519 = keyExchangeMethods['curve25519-sha256']!

/** What a server answers, on its own copy of ML-KEM and on node:crypto's X25519; `tamper` changes the ciphertext behind the secret's back. */
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

/** Encapsulation keys with a coefficient that is not reduced: 12 bits each, of which 3329 is the least. */
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

function asClient(keyExchange: string, values: readonly Value[]): readonly HostileCase[] {
  return valueCases(keyExchange, values, mlkem768x25519()).filter(({ role }) => role === 'client')
}

function asServer(keyExchange: string, values: readonly Value[]): readonly HostileCase[] {
  return valueCases(keyExchange, values, mlkem768x25519()).filter(({ role }) => role === 'server')
}

const hybrids: readonly HostileCase[] = [
  ...asClient('mlkem768x25519-sha256', [
    ...mlkemKeys(mlkemKey, hybridPoint),
    { name: 'a point of low order behind the key', value: Buffer.concat([mlkemKey, Buffer.alloc(32)]) },
    ...wrongLengths(1216),
    { name: 'the key without the point', value: Buffer.from(mlkemKey) },
  ]),
  ...asServer('mlkem768x25519-sha256', [
    { name: 'a point of low order behind the ciphertext', value: Buffer.alloc(1120) },
    ...wrongLengths(1120),
  ]),
  ...asClient('mlkem768nistp256-sha256', [
    ...mlkemKeys(mlkemKey, p256Point),
    { name: 'a compressed point behind the key', value: Buffer.concat([mlkemKey, Buffer.alloc(33, 2)]) },
    { name: 'a point off the curve behind the key', value: Buffer.concat([mlkemKey, byte(4), Buffer.alloc(64, 1)]) },
  ]),
  ...asServer('mlkem768nistp256-sha256', [
    { name: 'a point off the curve', value: Buffer.concat([Buffer.alloc(1088), byte(4), Buffer.alloc(64, 1)]) },
  ]),
  ...asClient('mlkem1024nistp384-sha384', mlkemKeys(ml_kem1024.keygen().publicKey, p384Point)),
  ...asClient('sntrup761x25519-sha512', [
    ...wrongLengths(1190),
    { name: 'a point of low order behind the key', value: Buffer.alloc(1190) },
  ]),
  ...asServer('sntrup761x25519-sha512', [
    ...wrongLengths(1071),
    { name: 'a point of low order behind the ciphertext', value: Buffer.alloc(1071) },
  ]),
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
    expect: disconnected(Reason.KEY_EXCHANGE_FAILED, /signature/),
  })),
]

// --- group exchange (RFC 4419) -------------------------------------------------------------------------------------------------

const gex = 'diffie-hellman-group-exchange-sha256'
const prime = createDiffieHellmanGroup('modp14').getPrime()
const p = numberOf(prime)

function gexGroup(name: string, modulus: bigint, generator: bigint): HostileCase {
  return {
    name: `${gex}: server: a group with ${name}`,
    source: 'RFC 4419 §3',
    role: 'server',
    peer: { keyExchange: gex, method: x25519 },
    async script(mallory) {
      await mallory.exchangeVersions()
      await mallory.exchangeKexInits()
      await mallory.receive(Msg.KEX_DH_GEX_REQUEST)
      await mallory.send(Msg.KEX_DH_GEX_GROUP, mpint(bytesOf(modulus)), mpint(bytesOf(generator)))
    },
    expect: refused,
  }
}

function gexRequest(name: string, ...sizes: readonly number[]): HostileCase {
  return {
    name: `${gex}: client: a request for ${name}`,
    source: 'RFC 4419 §3',
    role: 'client',
    peer: { keyExchange: gex, method: x25519 },
    async script(mallory) {
      await mallory.exchangeVersions()
      await mallory.exchangeKexInits()
      await mallory.send(Msg.KEX_DH_GEX_REQUEST, ...sizes.map(uint32))
    },
    expect: refused,
  }
}

function gexValue(name: string, value: bigint): HostileCase {
  return {
    name: `${gex}: client: ${name}`,
    source: 'RFC 4419 §3',
    role: 'client',
    peer: { keyExchange: gex, method: x25519 },
    async script(mallory) {
      await mallory.exchangeVersions()
      await mallory.exchangeKexInits()
      await mallory.send(Msg.KEX_DH_GEX_REQUEST, ...[2048, 2048, 2048].map(uint32))
      await mallory.receive(Msg.KEX_DH_GEX_GROUP)
      await mallory.send(Msg.KEX_DH_GEX_INIT, mpint(bytesOf(value)))
    },
    expect: refused,
  }
}

const groupExchange: readonly HostileCase[] = [
  gexGroup('p of 0', 0n, 2n),
  gexGroup('p of 23', 23n, 5n),
  gexGroup('p of 1024 bits', numberOf(createDiffieHellmanGroup('modp2').getPrime()), 2n),
  gexGroup('p of 16,384 bits', 2n ** 16_383n + 1n, 2n),
  gexGroup('p that is even', p - 1n, 2n),
  gexGroup('g of 0', p, 0n),
  gexGroup('g of 1', p, 1n),
  gexGroup('g of p − 1', p, p - 1n),
  gexGroup('g of p', p, p),
  gexRequest('1024 bits at most', 512, 1024, 1024),
  gexRequest('more bits than there are', 100_000, 2 ** 31, 2 ** 32 - 1),
  gexRequest('sizes in the wrong order', 8192, 4096, 2048),
  gexValue('0', 0n),
  gexValue('1', 1n),
  gexValue('p − 1', p - 1n),
  gexValue('p', p),
]

for (const [provider, algorithms] of Object.entries({ portable: portableAlgorithms, 'node:crypto': nodeAlgorithms })) {
  hostile(
    `public values, as ${provider} judges them`,
    [
      ...valueCases('curve25519-sha256', [...x25519Points, ...wrongLengths(32)]),
      ...valueCases('curve448-sha512', [...x448Points, ...wrongLengths(56)]),
      ...Object.entries(ecCurves).flatMap(([name, curve]) => valueCases(name, ecPoints(curve))),
      ...Object.entries(groups).flatMap(([name, group]) => valueCases(name, fieldValues(group))),
      ...negative,
      ...hybrids,
      ...groupExchange,
    ],
    { server: { algorithms }, client: { algorithms } },
  )
}
