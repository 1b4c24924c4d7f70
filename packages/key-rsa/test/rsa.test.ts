import { createPrivateKey, createPublicKey, generateKeyPairSync, sign as nodeSign, verify as nodeVerify } from 'node:crypto'
import type { JsonWebKey } from 'node:crypto'
import type { PublicKeyDefinition } from '@seashell/core'
import { bigIntToBytes, bytesToBigInt, isSSHError, trimLeadingZeros, WireReader, WireWriter } from '@seashell/core/wire'
import { rsaPublicKeys, rsaSha2_256, rsaSha2_512 } from '@seashell/key-rsa'
import { fromHex, seededRandom, toHex, wycheproof } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'

const operations = rsaSha2_512.privateKeys!
const hashes = [
  { definition: rsaSha2_256, hash: 'sha256' },
  { definition: rsaSha2_512, hash: 'sha512' },
] as const

type Numbers = Record<'n' | 'e' | 'd' | 'iqmp' | 'p' | 'q', bigint>

function publicBlob(n: Uint8Array, e: Uint8Array, format = 'ssh-rsa'): Uint8Array {
  return new WireWriter().writeString(format).writeMpint(e).writeMpint(n).finish()
}

function signatureBlob(value: Uint8Array, format: string): Uint8Array {
  return new WireWriter().writeString(format).writeString(value).finish()
}

function privateFields({ n, e, d, iqmp, p, q }: Numbers): Uint8Array {
  const writer = new WireWriter()
  for (const number of [n, e, d, iqmp, p, q]) writer.writeMpint(bigIntToBytes(number))
  return writer.finish()
}

function fromJwk(text: string | undefined): bigint {
  return bytesToBigInt(Buffer.from(text!, 'base64url'))
}

function toJwk(number: bigint): string {
  return Buffer.from(bigIntToBytes(number)).toString('base64url')
}

function numbersOf(jwk: JsonWebKey): Numbers {
  return { n: fromJwk(jwk.n), e: fromJwk(jwk.e), d: fromJwk(jwk.d), iqmp: fromJwk(jwk.qi), p: fromJwk(jwk.p), q: fromJwk(jwk.q) }
}

/** A public key blob of strings that may be no mpints. */
function unchecked(e: Uint8Array, n: Uint8Array): Uint8Array {
  return new WireWriter().writeString('ssh-rsa').writeString(e).writeString(n).finish()
}

function jwkOf({ n, e, d, iqmp, p, q }: Numbers): JsonWebKey {
  const exponents = { dp: toJwk(d % (p - 1n)), dq: toJwk(d % (q - 1n)) }
  return { kty: 'RSA', n: toJwk(n), e: toJwk(e), d: toJwk(d), p: toJwk(p), q: toJwk(q), qi: toJwk(iqmp), ...exponents }
}

function readNumbers(fields: Uint8Array): Numbers {
  const reader = new WireReader(fields)
  const next = () => bytesToBigInt(reader.readMpint())
  return { n: next(), e: next(), d: next(), iqmp: next(), p: next(), q: next() }
}

/** The error's code and fault, or what was returned instead of one. */
function failure(action: () => unknown): unknown {
  try {
    return action()
  } catch (error) {
    return isSSHError(error) ? `${error.code} ${error.fault}` : error
  }
}

/** q⁻¹ mod p, by Fermat. */
function inverse(q: bigint, p: bigint): bigint {
  let [result, base, exponent] = [1n, q % p, p - 2n]
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % p
    base = (base * base) % p
  }
  return result
}

for (const name of ['2048_sha256', '2048_sha512', '3072_sha256', '3072_sha512', '4096_sha256', '4096_sha512', '8192_sha256']) {
  const definition = name.endsWith('512') ? rsaSha2_512 : rsaSha2_256
  const file = wycheproof<{ publicKey: { modulus: string; publicExponent: string } }, { msg: string; sig: string }>(
    `rsa_signature_${name}_test.json`,
  )
  for (const [index, group] of (file?.testGroups ?? []).entries()) {
    it(`Project Wycheproof, ${name}, group ${index}: every case is as the file says`, async () => {
      const blob = publicBlob(fromHex(group.publicKey.modulus), fromHex(group.publicKey.publicExponent))
      for (const test of group.tests) {
        const verified = await definition.verify(blob, fromHex(test.msg), signatureBlob(fromHex(test.sig), definition.name))
        // What the file calls acceptable leaves out the NULL of the DigestInfo: we refuse it, as OpenSSH does.
        expect(verified, `${test.tcId}: ${test.comment}`).toBe(test.result === 'valid')
      }
    })
  }
}

describe('against node:crypto', () => {
  const data = fromHex('0102030405')

  for (const { definition, hash } of hashes) {
    it(`${definition.name}: verifies what node:crypto signs with its own keys, and signs the same`, async () => {
      for (const [modulusLength, publicExponent] of [
        [2048, 65537],
        [2048, 3],
        [3072, 65537],
        [2056, 17],
      ] as const) {
        const { privateKey } = generateKeyPairSync('rsa', { modulusLength, publicExponent })
        const numbers = numbersOf(privateKey.export({ format: 'jwk' }))
        const signature = signatureBlob(nodeSign(hash, data, privateKey), definition.name)
        const key = definition.privateKeys!.read(new WireReader(privateFields(numbers)))
        expect(definition.bitLength(key.publicKey)).toBe(modulusLength)
        expect(await definition.verify(key.publicKey, data, signature)).toBe(true)
        expect(toHex(await definition.privateKeys!.sign(key.privateKey, data))).toBe(toHex(signature))
      }
    })

    it(`${definition.name}: generates keys that node:crypto takes, and signatures that it verifies`, async () => {
      const key = await definition.privateKeys!.generate(seededRandom(definition.name), { bits: 2048 })
      const numbers = readNumbers(key.privateKey)
      const { n, e, p, q } = numbers
      expect([n.toString(2).length, e, p * q]).toEqual([2048, 65537n, n])
      const nodeKey = createPrivateKey({ key: jwkOf(numbers), format: 'jwk' })
      const signature = new WireReader(await definition.privateKeys!.sign(key.privateKey, data))
      expect(signature.readName()).toBe(definition.name)
      expect(nodeVerify(hash, data, createPublicKey(nodeKey), signature.readString())).toBe(true)
      expect(operations.read(new WireReader(key.privateKey))).toEqual(key)
    })
  }
})

describe('signatures that are refused', async () => {
  const key = await operations.generate(seededRandom('refused'), { bits: 2048 })
  const data = fromHex('00010203')

  it('of the other hash, of SHA-1, or named as another', async () => {
    const signature = await rsaSha2_256.privateKeys!.sign(key.privateKey, data)
    const sha1 = nodeSign('sha1', data, createPrivateKey({ key: jwkOf(readNumbers(key.privateKey)), format: 'jwk' }))
    expect(await rsaSha2_256.verify(key.publicKey, data, signature)).toBe(true)
    expect(await rsaSha2_512.verify(key.publicKey, data, signature)).toBe(false)
    expect(await rsaSha2_512.verify(key.publicKey, data, signatureBlob(signature.subarray(-256), 'rsa-sha2-512'))).toBe(false)
    expect(await rsaSha2_256.verify(key.publicKey, data, signatureBlob(signature.subarray(-256), 'ssh-rsa'))).toBe(false)
    for (const format of ['ssh-rsa', 'rsa-sha2-256']) {
      expect(await rsaSha2_256.verify(key.publicKey, data, signatureBlob(sha1, format))).toBe(false)
    }
  })

  it('but one that lost the zeros in front is taken, as OpenSSH takes it', async () => {
    for (let counter = 0; ; counter++) {
      const message = bigIntToBytes(BigInt(counter), 4)
      const value = (await operations.sign(key.privateKey, message)).subarray(-256)
      if (value[0] !== 0) continue
      expect(await rsaSha2_512.verify(key.publicKey, message, signatureBlob(trimLeadingZeros(value), 'rsa-sha2-512'))).toBe(true)
      return
    }
  })
})

describe('public keys that are refused, as errors of the peer', async () => {
  const key = await operations.generate(seededRandom('public'), { bits: 2048 })
  const { n, e } = readNumbers(key.privateKey)
  const signature = await operations.sign(key.privateKey, new Uint8Array())

  function refused(definition: PublicKeyDefinition, blob: Uint8Array): void {
    expect(failure(() => definition.bitLength(blob))).toBe('KEY peer')
    expect(failure(() => definition.verify(blob, new Uint8Array(), signature))).toBe('KEY peer')
  }

  it('a negative modulus or exponent', () => {
    refused(rsaSha2_512, unchecked(Uint8Array.of(0xff), bigIntToBytes(n)))
    refused(rsaSha2_512, unchecked(bigIntToBytes(e), Uint8Array.of(0xff, ...bigIntToBytes(n))))
  })
})

it('the smallest and the largest modulus, and the largest exponent, are taken', () => {
  const [n, e] = [2n ** 2047n + 1n, 65537n].map((number) => bigIntToBytes(number)) as [Uint8Array, Uint8Array]
  expect(rsaSha2_512.bitLength(publicBlob(n, e))).toBe(2048)
  expect(rsaSha2_512.bitLength(publicBlob(bigIntToBytes(2n ** 16383n + 1n), e))).toBe(16384)
  expect(rsaSha2_512.bitLength(publicBlob(n, bigIntToBytes(2n ** 64n - 1n)))).toBe(2048)
})

describe('private keys', async () => {
  const key = await operations.generate(seededRandom('private'), { bits: 2048 })
  const numbers = readNumbers(key.privateKey)
  const read = (changed: Partial<Numbers>) => failure(() => operations.read(new WireReader(privateFields({ ...numbers, ...changed }))))

  it('are refused, as errors of the caller, where a number does not belong to the others', () => {
    for (const name of ['n', 'e', 'd', 'iqmp', 'p', 'q'] as const) {
      for (const value of [0n, 1n, numbers[name] + 2n, numbers[name] * 2n, 2n ** 20_000n]) {
        expect(read({ [name]: value }), `${name} ${value.toString(2).length} bits`).toBe('KEY caller')
      }
    }
    expect(read({ p: 1n, q: numbers.n, iqmp: 0n })).toBe('KEY caller')
    expect(read({ iqmp: numbers.iqmp + numbers.p })).toBe('KEY caller')
  })

  it('may have the primes in either order', async () => {
    const { p, q } = numbers
    const swapped = operations.read(new WireReader(privateFields({ ...numbers, p: q, q: p, iqmp: inverse(p, q) })))
    expect(await operations.sign(swapped.privateKey, new Uint8Array(3))).toEqual(await operations.sign(key.privateKey, new Uint8Array(3)))
  })

  it('give no signature where a number was damaged after reading: it would give the primes away', () => {
    for (const name of ['d', 'iqmp', 'p', 'q'] as const) {
      const damaged = privateFields({ ...numbers, [name]: numbers[name] ^ 4n })
      expect(failure(() => operations.sign(damaged, new Uint8Array(3)))).toBe('KEY local')
    }
  })

  it('are generated with 2048 to 16384 bits, an even number of them', () => {
    for (const bits of [0, 1024, 2047, 2049, 16386, 3072.5, Number.NaN]) {
      expect(failure(() => operations.generate(seededRandom('bits'), { bits }))).toBe('ARGUMENT caller')
    }
  })

  it('are generated with 3072 bits where nothing else is asked for', async () => {
    expect(rsaSha2_512.bitLength((await operations.generate(seededRandom('default'))).publicKey)).toBe(3072)
  })

  it('are generated with an even number of bits that is no multiple of eight', async () => {
    expect(rsaSha2_512.bitLength((await operations.generate(seededRandom('odd'), { bits: 2050 })).publicKey)).toBe(2050)
  })
})

it('rsaPublicKeys is frozen, and has SHA-512 first', () => {
  expect(rsaPublicKeys.map(({ name }) => name)).toEqual(['rsa-sha2-512', 'rsa-sha2-256'])
  expect(Object.isFrozen(rsaPublicKeys)).toBe(true)
})
