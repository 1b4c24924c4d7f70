import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { publicKeyChecks, register } from '@seashell/conformance'
import { bigIntToBytes, bytesToBigInt, WireReader, WireWriter } from '@seashell/core/wire'
import { rsaSha2_256, rsaSha2_512 } from '@seashell/key-rsa'
import { fromHex, nistKey, nistSignatures } from '@seashell/test-support'
import { describe, it } from 'vitest'

const n = bytesToBigInt(fromHex(nistKey.n))
const e = bytesToBigInt(fromHex(nistKey.e))

describe.each([
  { definition: rsaSha2_256, name: 'rsa-sha2-256', hash: 'sha256' },
  { definition: rsaSha2_512, name: 'rsa-sha2-512', hash: 'sha512' },
] as const)('$name', ({ definition, name, hash }) => {
  const signatureBlob = (value: Uint8Array): Uint8Array => new WireWriter().writeString(name).writeString(value).finish()
  const { message, signature } = nistSignatures[name]
  const checks = publicKeyChecks(definition, {
    vectors: [
      {
        source: `NIST CAVP, SigGen15_186-3, mod 2048, ${hash}`,
        publicKey: publicBlob(n, e),
        privateKey: nistPrivateKey(),
        data: message,
        signature: signatureBlob(fromHex(signature)),
      },
    ],
    reference: {
      sign: (privateKey, data) => signatureBlob(sign(hash, data, importPrivateKey(privateKey))),
      verify: (publicKey, data, blob) => verify(hash, data, importPublicKey(publicKey), blob.subarray(-256)),
    },
    refusedKeys: refusedKeys(),
    refusedSignatures: [
      { what: 's with a zero in front', change: (blob) => signatureBlob(Uint8Array.of(0, ...blob.subarray(-256))) },
      { what: 's with a zero behind it', change: (blob) => signatureBlob(Uint8Array.of(...blob.subarray(-256), 0)) },
      { what: 's of n', change: (_, { publicKey }) => signatureBlob(bigIntToBytes(publicNumbers(publicKey)[1])) },
      { what: 's of zero', change: () => signatureBlob(new Uint8Array(256)) },
      { what: 's of no byte', change: () => signatureBlob(new Uint8Array()) },
      { what: 's + n', change: (blob, { publicKey }) => signatureBlob(plusModulus(blob.subarray(-256), publicKey)) },
    ],
    bits: 2048,
  })
  register(checks, it)
})

/** Public keys of sizes and exponents that nobody may accept. */
function refusedKeys() {
  const sizes = { 'of 2047 bits': 2n ** 2046n + 1n, 'of 16385 bits': 2n ** 16384n + 1n, 'of 100001 bits': 2n ** 100_000n + 1n }
  const moduli = { '0': 0n, '1': 1n, ...sizes, 'that is even': n - 1n }
  const exponents = { '0': 0n, '1': 1n, '2': 2n, '65536': 65536n, 'of 65 bits': 2n ** 64n + 1n, 'of 2001 bits': 2n ** 2000n + 1n }
  return [
    ...Object.entries(moduli).map(([what, modulus]) => ({ what: `a modulus ${what}`, publicKey: publicBlob(modulus, e) })),
    ...Object.entries(exponents).map(([what, exponent]) => ({ what: `an exponent ${what}`, publicKey: publicBlob(n, exponent) })),
  ]
}

function publicBlob(modulus: bigint, exponent: bigint): Uint8Array {
  return new WireWriter().writeString('ssh-rsa').writeMpint(bigIntToBytes(exponent)).writeMpint(bigIntToBytes(modulus)).finish()
}

/** The private fields of NIST's key; q⁻¹ mod p by Fermat. */
function nistPrivateKey(): Uint8Array {
  const [d, p, q] = [nistKey.d, nistKey.p, nistKey.q].map((hex) => bytesToBigInt(fromHex(hex))) as [bigint, bigint, bigint]
  const writer = new WireWriter()
  for (const number of [n, e, d, powerOf(q, p - 2n, p), p, q]) writer.writeMpint(bigIntToBytes(number))
  return writer.finish()
}

function powerOf(base: bigint, exponent: bigint, modulus: bigint): bigint {
  if (exponent === 0n) return 1n
  const half = powerOf((base * base) % modulus, exponent >> 1n, modulus)
  return exponent & 1n ? (half * base) % modulus : half
}

function plusModulus(value: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const [, modulus] = publicNumbers(publicKey)
  return bigIntToBytes(bytesToBigInt(value) + modulus)
}

function publicNumbers(publicKey: Uint8Array): [exponent: bigint, modulus: bigint] {
  const reader = new WireReader(publicKey)
  reader.readName()
  return [bytesToBigInt(reader.readMpint()), bytesToBigInt(reader.readMpint())]
}

function importPublicKey(publicKey: Uint8Array) {
  const [exponent, modulus] = publicNumbers(publicKey)
  return createPublicKey({ key: { kty: 'RSA', n: toJwk(modulus), e: toJwk(exponent) }, format: 'jwk' })
}

/** openssh-key-v1 has n, e, d, iqmp, p and q. */
function importPrivateKey(privateKey: Uint8Array) {
  const reader = new WireReader(privateKey)
  const next = (): bigint => bytesToBigInt(reader.readMpint())
  const [modulus, exponent, d, qi, p, q] = [next(), next(), next(), next(), next(), next()]
  const half = { dp: toJwk(d % (p - 1n)), dq: toJwk(d % (q - 1n)), qi: toJwk(qi) }
  const jwk = { kty: 'RSA', n: toJwk(modulus), e: toJwk(exponent), d: toJwk(d), p: toJwk(p), q: toJwk(q), ...half }
  return createPrivateKey({ key: jwk, format: 'jwk' })
}

function toJwk(number: bigint): string {
  return Buffer.from(bigIntToBytes(number)).toString('base64url')
}
