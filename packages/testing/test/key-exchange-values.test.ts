import { createDiffieHellmanGroup, createECDH } from 'node:crypto'
import {
  byte,
  bytesOf,
  disconnected,
  hostile,
  type HostileCase,
  Msg,
  nodeAlgorithms,
  numberOf,
  portableAlgorithms,
  Reason,
  string,
} from '../src/index.ts'
import { type Value, valueCases, wrongLengths } from './support/values.ts'

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
  .map((value) => ({ name: `the point of low order ${value.toString('hex')}`, value, secret: Buffer.alloc(64) }))

const x448Points: readonly Value[] = [0n, 1n, p448 - 1n, p448, p448 + 1n].map((u) => ({
  name: `the point of low order ${u === 0n || u === 1n ? u : `p + ${u - p448}`}`,
  value: littleEndian(u, 56),
  secret: Buffer.alloc(64),
}))

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

for (const [provider, algorithms] of Object.entries({ portable: portableAlgorithms, 'node:crypto': nodeAlgorithms })) {
  hostile(
    `public values, as ${provider} judges them`,
    [
      ...valueCases('curve25519-sha256', [...x25519Points, ...wrongLengths(32)]),
      ...valueCases('curve448-sha512', [...x448Points, ...wrongLengths(56)]),
      ...Object.entries(ecCurves).flatMap(([name, curve]) => valueCases(name, ecPoints(curve))),
      ...Object.entries(groups).flatMap(([name, group]) => valueCases(name, fieldValues(group))),
      ...negative,
    ],
    { server: { algorithms }, client: { algorithms } },
  )
}
