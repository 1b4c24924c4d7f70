import { createHash, createPublicKey, verify } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js'
import { publicKeyChecks, register } from '@seashell/conformance'
import { concatBytes, encodeAscii, WireReader, WireWriter } from '@seashell/core/wire'
import { mldsaPublicKeys, sshMldsa44Ed25519 } from '@seashell/key-mldsa'
import { seededRandom, toHex } from '@seashell/test-support'
import { beforeAll, describe, expect, it } from 'vitest'

const NAME = 'ssh-mldsa44-ed25519@openssh.com'
const operations = sshMldsa44Ed25519.privateKeys!
const seeds = seededRandom('mldsa44-ed25519')(64)
const data = encodeAscii('what is signed')
const label = encodeAscii('COMPSIG-MLDSA44-Ed25519-SHA512')

/** M' of draft-ietf-lamps-pq-composite-sigs §2.2, written out anew. */
const representative = (message: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from('CompositeAlgorithmSignatures2025'), label, Buffer.from([0]), createHash('sha512').update(message).digest()])

const blobOf = (...parts: readonly Uint8Array[]): Uint8Array =>
  new WireWriter(4096)
    .writeString(NAME)
    .writeString(concatBytes(...parts))
    .finish()

function partsOf(blob: Uint8Array, at: number): [Uint8Array, Uint8Array] {
  const reader = new WireReader(blob)
  reader.readName()
  const value = reader.readString()
  return [value.subarray(0, at), value.subarray(at)]
}

describe('the conformance kit', () => {
  const checks = publicKeyChecks(sshMldsa44Ed25519, {
    unverified: 'no vector may be kept here, and no peer that has the algorithm runs here: see the README',
    refusedKeys: [0, 32, 1312, 1343, 1345].map((length) => ({
      what: `a key of ${length} bytes`,
      publicKey: blobOf(new Uint8Array(length)),
    })),
    refusedSignatures: [
      { what: 'zeros', change: () => blobOf(new Uint8Array(2484)) },
      { what: 'ML-DSA’s signature alone', change: (blob) => blobOf(partsOf(blob, 2420)[0]) },
      { what: 'Ed25519’s signature alone', change: (blob) => blobOf(partsOf(blob, 2420)[1]) },
      { what: 'the signatures in each other’s place', change: (blob) => blobOf(...partsOf(blob, 2420).toReversed()) },
    ],
  })
  register(checks, it)
})

describe('the two signatures', () => {
  let publicKey: Uint8Array
  let mldsaSignature: Uint8Array
  let ed25519Signature: Uint8Array
  const mldsa = ml_dsa44.keygen(seeds.subarray(0, 32))
  const ed25519Key = ed25519.getPublicKey(seeds.subarray(32))

  beforeAll(async () => {
    const pair = await operations.generate(() => seeds.slice())
    publicKey = pair.publicKey
    ;[mldsaSignature, ed25519Signature] = partsOf(await operations.sign(pair.privateKey, data), 2420)
  })

  const isRight = async (...parts: readonly Uint8Array[]): Promise<boolean> =>
    await sshMldsa44Ed25519.verify(publicKey, data, blobOf(...parts))

  it('belong to the keys of their seeds', () => {
    expect(toHex(publicKey)).toBe(toHex(blobOf(mldsa.publicKey, ed25519Key)))
  })

  it('are over the message representative of the draft: Ed25519’s as node:crypto sees it', () => {
    const x = Buffer.from(ed25519Key).toString('base64url')
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    expect(verify(null, representative(data), key, ed25519Signature)).toBe(true)
  })

  it('are over the message representative of the draft: ML-DSA’s with the label for its context', () => {
    expect(ml_dsa44.verify(mldsaSignature, representative(data), mldsa.publicKey, { context: label })).toBe(true)
    expect(ml_dsa44.verify(mldsaSignature, representative(data), mldsa.publicKey)).toBe(false)
  })

  it('have to be right both', async () => {
    const other = representative(encodeAscii('something else'))
    expect(await isRight(mldsaSignature, ed25519Signature)).toBe(true)
    expect(await isRight(ml_dsa44.sign(other, mldsa.secretKey, { context: label }), ed25519Signature)).toBe(false)
    expect(await isRight(mldsaSignature, ed25519.sign(other, seeds.subarray(32)))).toBe(false)
  })

  it('may be hedged, as OpenSSH’s are', async () => {
    const hedged = ml_dsa44.sign(representative(data), mldsa.secretKey, { context: label, extraEntropy: seededRandom('hedge')(32) })
    expect(toHex(hedged)).not.toBe(toHex(mldsaSignature))
    expect(await isRight(hedged, ed25519Signature)).toBe(true)
  })

  it('are of no use where they were made alone, without the composite’s label', async () => {
    const plain = { mldsa: ml_dsa44.sign(data, mldsa.secretKey), ed25519: ed25519.sign(data, seeds.subarray(32)) }
    expect(await isRight(plain.mldsa, plain.ed25519)).toBe(false)
    expect(await isRight(mldsaSignature, plain.ed25519)).toBe(false)
    expect(await isRight(plain.mldsa, ed25519Signature)).toBe(false)
    expect(await isRight(ml_dsa44.sign(representative(data), mldsa.secretKey), ed25519Signature)).toBe(false)
  })
})

describe('a private key', () => {
  it('has both seeds, as OpenSSH stores them, and is refused where its public key is another', async () => {
    const { publicKey, privateKey } = await operations.generate(() => seeds.slice())
    const [mldsaKey, ed25519Key] = partsOf(publicKey, 1312)
    const fields = new WireReader(privateKey)
    expect(fields.readString()).toHaveLength(1344)
    expect(toHex(fields.readString())).toBe(toHex(seeds))
    fields.end()
    for (const key of [
      concatBytes(mldsaKey, ed25519Key.with(0, ed25519Key[0]! ^ 1)),
      concatBytes(mldsaKey.with(0, mldsaKey[0]! ^ 1), ed25519Key),
    ]) {
      const wrong = new WireWriter(2048).writeString(key).writeString(seeds).finish()
      expect(() => operations.read(new WireReader(wrong))).toThrow(expect.objectContaining({ code: 'KEY', fault: 'caller' }))
    }
    const short = new WireWriter(2048).writeString(concatBytes(mldsaKey, ed25519Key)).writeString(seeds.subarray(1)).finish()
    expect(() => operations.read(new WireReader(short))).toThrow('found 1344 and 63')
  })
})

describe('the definition', () => {
  it('is frozen, and so is the list', () => {
    expect([sshMldsa44Ed25519, operations, mldsaPublicKeys].every((value) => Object.isFrozen(value))).toBe(true)
    expect(mldsaPublicKeys).toEqual([sshMldsa44Ed25519])
  })
})
