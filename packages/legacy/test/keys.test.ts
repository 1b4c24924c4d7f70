import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { publicKeyChecks, register } from '@seashell/conformance'
import { bigIntToBytes, bytesToBigInt, WireReader, WireWriter } from '@seashell/core/wire'
import { fromHex, seededRandom } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { legacyPublicKeys, sshDss, sshRsa } from '../src/index.ts'
import { dsaNumbersOf, nodeDsaKey } from './node-dsa.ts'

const mpints = (writer: WireWriter, ...magnitudes: Uint8Array[]): Uint8Array => {
  for (const magnitude of magnitudes) writer.writeMpint(magnitude)
  return writer.finish()
}
const numbersOf = (fields: Uint8Array): Buffer[] => {
  const reader = new WireReader(fields)
  const numbers: Buffer[] = []
  while (reader.remainingLength > 0) numbers.push(Buffer.from(reader.readMpint()))
  return numbers
}
const numbersOfBlob = (blob: Uint8Array): Buffer[] => {
  const reader = new WireReader(blob)
  reader.readName()
  return numbersOf(reader.readRemaining())
}
const valueOf = (signature: Uint8Array): Uint8Array => {
  const reader = new WireReader(signature)
  reader.readName()
  return reader.readString()
}
const signatureBlob = (format: string, value: Uint8Array): Uint8Array => new WireWriter().writeString(format).writeString(value).finish()
const jwk = (numbers: Record<string, Buffer>): Record<string, string> =>
  Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, value.toString('base64url')]))
const rsaBlob = (e: bigint, n: bigint): Uint8Array => mpints(new WireWriter().writeString('ssh-rsa'), bigIntToBytes(e), bigIntToBytes(n))

describe('ssh-rsa', () => {
  const reference = {
    verify(publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array) {
      const [e, n] = numbersOfBlob(publicKey)
      const key = createPublicKey({ key: { kty: 'RSA', ...jwk({ e: e!, n: n! }) }, format: 'jwk' })
      return verify('sha1', data, key, valueOf(signature))
    },
    sign(privateKey: Uint8Array, data: Uint8Array) {
      const [n, e, d, qi, p, q] = numbersOf(privateKey) as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer]
      const reduced = (prime: Buffer): Buffer => Buffer.from(bigIntToBytes(bytesToBigInt(d) % (bytesToBigInt(prime) - 1n)))
      const numbers = jwk({ n, e, d, qi, p, q, dp: reduced(p), dq: reduced(q) })
      return signatureBlob('ssh-rsa', sign('sha1', data, createPrivateKey({ key: { kty: 'RSA', ...numbers }, format: 'jwk' })))
    },
  }
  const refusedKeys = [
    { what: 'a modulus of 1023 bits', publicKey: rsaBlob(65537n, 2n ** 1022n + 1n) },
    { what: 'a modulus of 16 385 bits', publicKey: rsaBlob(65537n, 2n ** 16384n + 1n) },
    { what: 'an even modulus', publicKey: rsaBlob(65537n, 2n ** 2047n) },
    { what: 'an exponent of 1', publicKey: rsaBlob(1n, 2n ** 2047n + 1n) },
  ]
  const refusedSignatures = [
    { what: 'a signature named as one with SHA-2', change: (value: Uint8Array) => signatureBlob('rsa-sha2-256', valueOf(value)) },
    {
      what: 'a signature with a zero more in front',
      change: (value: Uint8Array) => signatureBlob('ssh-rsa', Buffer.from([0, ...valueOf(value)])),
    },
  ]
  register(publicKeyChecks(sshRsa, { reference, refusedKeys, refusedSignatures, bits: 2048 }), it)

  it('takes keys of 1024 bits, which is what old peers have', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const { n, e } = privateKey.export({ format: 'jwk' })
    const publicKey = mpints(new WireWriter().writeString('ssh-rsa'), Buffer.from(e!, 'base64url'), Buffer.from(n!, 'base64url'))
    const data = Uint8Array.of(1, 2, 3)
    expect(sshRsa.bitLength(publicKey)).toBe(1024)
    expect(await sshRsa.verify(publicKey, data, signatureBlob('ssh-rsa', sign('sha1', data, privateKey)))).toBe(true)
  })
})

// RFC 6979 A.2.1: DSA, 1024 bits, with SHA-1.
const rfc6979 = {
  p: `86f5ca03dcfeb225063ff830a0c769b9dd9d6153ad91d7ce27f787c43278b447e6533b86b18bed6e8a48b784a14c252c5be0dbf60b86d6385bd2f12fb763ed88
      73abfd3f5ba2e0a8c0a59082eac056935e529daf7c610467899c77adedfc846c881870b7b19b2b58f9be0521a17002e3bdd6b86685ee90b3d9a1b02b782b1779`,
  q: '996f967f6c8e388d9e28d01e205fba957a5698b1',
  g: `07b0f92546150b62514bb771e2a0c0ce387f03bda6c56b505209ff25fd3c133d89bbcd97e904e09114d9a7defdeadfc9078ea544d2e401aeecc40bb9fbbf78fd
      87995a10a1c27cb7789b594ba7efb5c4326a9fe59a070e136db77175464adca417be5dce2f40d10a46a3a3943f26ab7fd9c0398ff8c76ee0a56826a8a88f1dbd`,
  x: '411602cb19a6ccc34494d79d98ef1e7ed5af25f7',
  y: `5df5e01ded31d0297e274e1691c192fe5868fef9e19a84776454b100cf16f65392195a38b90523e2542ee61871c0440cb87c322fc4b4d2ec5e1e7ec766e1be8d
      4ce935437dc11c3c8fd426338933ebfe739cb3465f4d3668c5e473508253b1e682f65cbdc4fae93c2ea212390e54905a86e2223170b44eaa7da5dd9ffcfb7f3b`,
  signatures: [
    { text: 'sample', r: '2e1a0c2562b2912caaf89186fb0f42001585da55', s: '29efb6b0aff2d7a68eb70ca313022253b9a88df5' },
    { text: 'test', r: '42ab2052fd43e123f0607f115052a67dcd9c5c77', s: '183916b0230d45b9931491d4c6b0bd2fb4aaf088' },
  ],
}
const numberOf = (hex: string): bigint => BigInt(`0x${hex.replaceAll(/\s/g, '')}`)
const [p, q, g, x, y] = [numberOf(rfc6979.p), numberOf(rfc6979.q), numberOf(rfc6979.g), numberOf(rfc6979.x), numberOf(rfc6979.y)]

const magnitudes = (numbers: bigint[]): Uint8Array[] => numbers.map((number) => bigIntToBytes(number))
const dssBlob = (...numbers: bigint[]): Uint8Array => mpints(new WireWriter().writeString('ssh-dss'), ...magnitudes(numbers))
const dssFields = (...numbers: bigint[]): Uint8Array => mpints(new WireWriter(), ...magnitudes(numbers))
const dssSignature = (r: bigint, s: bigint): Uint8Array =>
  signatureBlob('ssh-dss', Buffer.concat([bigIntToBytes(r, 20), bigIntToBytes(s, 20)]))
const half = (signature: Uint8Array, index: number): bigint => bytesToBigInt(valueOf(signature).subarray(index * 20, index * 20 + 20))

const vectors = rfc6979.signatures.map(({ text, r, s }) => ({
  source: `RFC 6979 A.2.1, '${text}'`,
  publicKey: dssBlob(p, q, g, y),
  privateKey: dssFields(p, q, g, y, x),
  data: Buffer.from(text),
  signature: signatureBlob('ssh-dss', fromHex(r + s)),
}))

const refusedDsaKeys = [
  { what: 'a p of 1023 bits', publicKey: dssBlob(2n ** 1022n + 1n, q, g, y) },
  { what: 'a p of 3080 bits', publicKey: dssBlob(2n ** 3079n + 1n, q, g, y) },
  { what: 'a p of 200 000 bits', publicKey: dssBlob(2n ** 200_000n + 1n, q, g, y) },
  { what: 'a q that does not divide p − 1', publicKey: dssBlob(p, q + 2n, g, y) },
  { what: 'a q of 159 bits', publicKey: dssBlob(p, q >> 1n, g, y) },
  { what: 'a q of 0', publicKey: dssBlob(p, 0n, g, y) },
  { what: 'an even p', publicKey: dssBlob(p + 1n, q, g, y) },
  { what: 'a y that is no power of g', publicKey: dssBlob(p, q, g, 3n) },
  ...Object.entries({ 0: 0n, 1: 1n, 'p−1': p - 1n, p, 'p+g': p + g }).flatMap(([name, value]) => [
    { what: `a g of ${name}`, publicKey: dssBlob(p, q, value, y) },
    { what: `a y of ${name}`, publicKey: dssBlob(p, q, g, value) },
  ]),
]

const refusedDsaSignatures = [
  { what: 'r and s of zero', change: () => dssSignature(0n, 0n) },
  { what: 'r of zero', change: (signature: Uint8Array) => dssSignature(0n, half(signature, 1)) },
  { what: 's of zero', change: (signature: Uint8Array) => dssSignature(half(signature, 0), 0n) },
  { what: '2^160 − 1 as s', change: (signature: Uint8Array) => dssSignature(half(signature, 0), 2n ** 160n - 1n) },
  { what: 'DER', change: (signature: Uint8Array) => signatureBlob('ssh-dss', Uint8Array.of(0x30, 0x2c, 2, 20, ...valueOf(signature))) },
]

describe('ssh-dss', () => {
  const reference = {
    verify: (publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array) =>
      verify('sha1', data, { key: nodeDsaKey(numbersOfBlob(publicKey)), dsaEncoding: 'ieee-p1363' }, valueOf(signature)),
  }
  const evidence = { vectors, reference, refusedKeys: refusedDsaKeys, refusedSignatures: refusedDsaSignatures }
  register(publicKeyChecks(sshDss, evidence), it)

  it('does not take a half that is larger by q, though modulo q it is the same', async () => {
    let tried = 0
    for (const { publicKey, data, signature } of vectors) {
      const [r, s] = [half(signature, 0), half(signature, 1)]
      for (const [larger, other] of [
        [r + q, s],
        [r, s + q],
      ] as const) {
        if (larger >> 160n > 0n || other >> 160n > 0n) continue
        tried++
        expect(await sshDss.verify(publicKey, data, dssSignature(larger, other))).toBe(false)
      }
    }
    expect(tried).toBeGreaterThan(1)
  })

  it('says false, and throws nothing, where a key’s owner has chosen a q that is no prime', async () => {
    // An even q: the q-th power of −1 is 1, which is all that is asked of g and y.
    const even = 2n ** 159n + 2n
    const modulus = even * 2n ** 864n + 1n
    const publicKey = dssBlob(modulus, even, modulus - 1n, modulus - 1n)
    expect(sshDss.bitLength(publicKey)).toBe(1024)
    expect(await sshDss.verify(publicKey, Uint8Array.of(1), dssSignature(2n, 2n))).toBe(false)
  })

  it('verifies what node:crypto signs, and signs what node:crypto verifies, with keys of either', async () => {
    const data = seededRandom('data')(100)
    for (const modulusLength of [1024, 2048]) {
      const { privateKey } = generateKeyPairSync('dsa', { modulusLength, divisorLength: 160 })
      const publicKey = mpints(new WireWriter().writeString('ssh-dss'), ...dsaNumbersOf(privateKey))
      const value = sign('sha1', data, { key: privateKey, dsaEncoding: 'ieee-p1363' })
      expect(await sshDss.verify(publicKey, data, signatureBlob('ssh-dss', value))).toBe(true)
      expect(sshDss.bitLength(publicKey)).toBe(modulusLength)
    }
    const pair = await sshDss.privateKeys!.generate(seededRandom('dsa'))
    const value = valueOf(await sshDss.privateKeys!.sign(pair.privateKey, data))
    const key = nodeDsaKey(numbersOfBlob(pair.publicKey))
    expect(verify('sha1', data, { key, dsaEncoding: 'ieee-p1363' }, value)).toBe(true)
  })

  it('refuses private keys whose halves do not belong together, and to generate other sizes', () => {
    const refusal = expect.objectContaining({ code: 'KEY', fault: 'caller' })
    for (const wrong of [0n, x + 1n, x + q, 2n ** 200n]) {
      expect(() => sshDss.privateKeys!.read(new WireReader(dssFields(p, q, g, y, wrong)))).toThrow(refusal)
    }
    const other = expect.objectContaining({ code: 'ARGUMENT', fault: 'caller' })
    expect(() => sshDss.privateKeys!.generate(seededRandom('dsa'), { bits: 2048 })).toThrow(other)
  })
})

it('both are named, and typed as OpenSSH types them', () => {
  expect(legacyPublicKeys.map(({ name, keyFormat, typeName }) => [name, keyFormat, typeName])).toEqual([
    ['ssh-rsa', 'ssh-rsa', 'RSA'],
    ['ssh-dss', 'ssh-dss', 'DSA'],
  ])
})
