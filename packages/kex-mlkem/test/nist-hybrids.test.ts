import { createECDH, createHash } from 'node:crypto'
import { keyExchangeChecks, register, type Kem } from '@seashell/conformance'
import { concatBytes } from '@seashell/core/wire'
import { seededRandom, toHex } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { mlkem1024nistp384Sha384, mlkem768nistp256Sha256 } from '../src/index.ts'
import { mlkem1024, mlkem768 } from '../src/mlkem.ts'
import { nistp256, nistp384 } from '../src/nist-curves.ts'

const methods = [
  { kex: mlkem768nistp256Sha256, mlkem: mlkem768, classical: nistp256, curve: 'prime256v1', hash: 'sha256', length: 32 },
  { kex: mlkem1024nistp384Sha384, mlkem: mlkem1024, classical: nistp384, curve: 'secp384r1', hash: 'sha384', length: 48 },
] as const

describe.each(methods)('$kex.name', async (method) => {
  const { kex, mlkem, hash, length } = method
  const { encapsulationKeyLength, decapsulationKeyLength, ciphertextLength } = mlkem
  const pointLength = 1 + 2 * length
  const { publicKey } = await kex.generate(seededRandom('client'))
  const { ciphertext } = await kex.encapsulate(publicKey, seededRandom('server'))
  const points = hostilePoints(publicKey.subarray(encapsulationKeyLength))
  const refused = [
    ...Object.entries(points).flatMap(([what, point]) => [
      { what, value: concatBytes(publicKey.subarray(0, encapsulationKeyLength), point), by: 'server' as const },
      { what, value: concatBytes(ciphertext.subarray(0, ciphertextLength), point), by: 'client' as const },
    ]),
    { what: 'a coefficient of ML-KEM that is not reduced', value: new Uint8Array(publicKey).fill(0xff, 0, 3), by: 'server' as const },
  ]
  const lengths = {
    publicKey: encapsulationKeyLength + pointLength,
    privateKey: decapsulationKeyLength + length,
    ciphertext: ciphertextLength + pointLength,
    sharedSecret: length,
    generateRandom: [64, length * 1.5],
    encapsulateRandom: [32, length * 1.5],
  }
  register(keyExchangeChecks(kex, { reference: halves(method), refused, lengths, exchanges: 10 }), it)

  it(`exchanges and hashes strings, with ${hash}`, () => {
    expect(kex).toMatchObject({ publicFormat: 'string', secretFormat: 'string', postQuantum: true, provider: 'noble' })
    const data = seededRandom('data')(100)
    expect(Buffer.from(kex.hash(data))).toEqual(createHash(hash).update(data).digest())
  })

  it('keeps zeros in front of the x coordinate, which is always as long as the field', async () => {
    const client = await kex.generate(seededRandom('client'))
    const point = client.publicKey.subarray(encapsulationKeyLength)
    let [round, found] = [0, false]
    for (; !found; round++) found = ecdh(method, serverScalar(round)).computeSecret(point)[0] === 0
    const random = sequence(seededRandom('message')(32), seededRandom(`server ${round - 1}`)(length * 1.5))
    const { ciphertext: reply, sharedSecret } = await kex.encapsulate(client.publicKey, random)
    const expected = await halves(method).decapsulate(client.privateKey, reply)
    expect(toHex(sharedSecret)).toBe(toHex(expected))
    expect(toHex(await kex.decapsulate(client.privateKey, reply))).toBe(toHex(expected))
  })

  function serverScalar(round: number): Uint8Array {
    return method.classical.generate(seededRandom(`server ${round}`))
  }
})

/**
 * RFC 10042 §2 put together again: ECDH and the hash by node:crypto, ML-KEM by the functions that mlkem768.test.ts and mlkem1024.test.ts hold
 * against known answers. Only which scalar the random bytes make is the package's own.
 */
function halves(method: (typeof methods)[number]): Kem {
  const { mlkem, classical, hash } = method
  const combine = (...secrets: Uint8Array[]) => new Uint8Array(createHash(hash).update(Buffer.concat(secrets)).digest())
  return {
    generate(random) {
      const { encapsulationKey, decapsulationKey } = mlkem.generate(random)
      const scalar = classical.generate(random)
      return {
        publicKey: concatBytes(encapsulationKey, ecdh(method, scalar).getPublicKey()),
        privateKey: concatBytes(decapsulationKey, scalar),
      }
    },
    encapsulate(publicKey, random) {
      const { ciphertext, sharedSecret } = mlkem.encapsulate(publicKey.subarray(0, mlkem.encapsulationKeyLength), random)
      const party = ecdh(method, classical.generate(random))
      return {
        ciphertext: concatBytes(ciphertext, party.getPublicKey()),
        sharedSecret: combine(sharedSecret, party.computeSecret(publicKey.subarray(mlkem.encapsulationKeyLength))),
      }
    },
    decapsulate(privateKey, ciphertext) {
      const postQuantum = mlkem.decapsulate(
        privateKey.subarray(0, mlkem.decapsulationKeyLength),
        ciphertext.subarray(0, mlkem.ciphertextLength),
      )
      const party = ecdh(method, privateKey.subarray(mlkem.decapsulationKeyLength))
      return combine(postQuantum, party.computeSecret(ciphertext.subarray(mlkem.ciphertextLength)))
    },
  }
}

function ecdh({ curve }: (typeof methods)[number], scalar: Uint8Array) {
  const party = createECDH(curve)
  party.setPrivateKey(scalar)
  return party
}

/** What has the length of a point and is none that may be used. */
function hostilePoints(point: Uint8Array): Record<string, Uint8Array> {
  return {
    'a point that is not on the curve': point.with(point.length - 1, point.at(-1)! ^ 1),
    'a point in hybrid form': point.with(0, 6 + (point.at(-1)! & 1)),
    'a coordinate that is not reduced': new Uint8Array(point).fill(0xff, 1),
    'zeros, which are the point at infinity with more behind it': new Uint8Array(point.length),
  }
}

/** A random source that gives out these, in order, each whole. */
function sequence(...parts: readonly Uint8Array[]): (length: number) => Uint8Array {
  const left = parts.map((part) => part.slice())
  return (length) => {
    const part = left.shift()
    if (part?.length !== length) throw new Error(`asked for ${length} bytes where ${part?.length ?? 'none'} were to come`)
    return part
  }
}
