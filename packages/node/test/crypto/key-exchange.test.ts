import { type KemEvidence, keyExchangeChecks, type RefusedValue, register } from '@seashell/conformance'
import type { KemKeyExchangeDefinition } from '@seashell/core'
import { bigIntToBytes, bytesToBigInt, isSSHError } from '@seashell/core/wire'
import { curve25519Sha256, curve25519Sha256LibSSH } from '@seashell/kex-curve25519'
import * as dh from '@seashell/kex-dh'
import { ecdhSha2Nistp256, ecdhSha2Nistp384, ecdhSha2Nistp521 } from '@seashell/kex-ecdh'
import { attempt, fromHex, kexRefusal as refusal, lowOrderPoints, seededRandom, toHex, wycheproof } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { expectEveryOverride, nodeDefinition } from './portable.ts'

// RFC 7748 §6.1.
const rfc7748 = {
  source: 'RFC 7748 §6.1',
  clientRandom: '77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a',
  publicKey: '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a',
  serverRandom: '5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb',
  ciphertext: 'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f',
  sharedSecret: '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742',
}

const lowOrder: readonly RefusedValue[] = lowOrderPoints.map((value) => ({ what: `the point of low order ${value}`, value }))

// RFC 5903 §8: our random bytes are reduced modulo n−1 and one is added, so the private key less one makes that private key.
const rfc5903 = {
  nistp256: {
    i: 'C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433',
    g: 'DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C37725811805271A0461CDB8252D61F1C456FA3E59AB1F45B33ACCF5F58389E0577B8990BB3',
    r: 'D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF6356FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB',
    z: 'D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE',
  },
  nistp384: {
    i: '099F3C7034D4A2C699884D73A375A67F7624EF7C6B3C0F160647B67414DCE655E35B538041E649EE3FAEF896783AB194',
    g: `667842D7D180AC2CDE6F74F37551F55755C7645C20EF73E31634FE72B4C55EE6DE3AC808ACB4BDB4C88732AEE95F41AA
      9482ED1FC0EEB9CAFC4984625CCFC23F65032149E0E144ADA024181535A0F38EEB9FCFF3C2C947DAE69B4C634573A81C`,
    r: `E558DBEF53EECDE3D3FCCFC1AEA08A89A987475D12FD950D83CFA41732BC509D0D1AC43A0336DEF96FDA41D0774A3571
      DCFBEC7AACF3196472169E838430367F66EEBE3C6E70C416DD5F0C68759DD1FFF83FA40142209DFF5EAAD96DB9E6386C`,
    z: '11187331C279962D93D604243FD592CB9D0A926F422E47187521287E7156C5C4D603135569B9E9D09CF5D4A270F59746',
  },
  nistp521: {
    i: '0037ADE9319A89F4DABDB3EF411AACCCA5123C61ACAB57B5393DCE47608172A095AA85A30FE1C2952C6771D937BA9777F5957B2639BAB072462F68C27A57382D4A52',
    g: `0015417E84DBF28C0AD3C278713349DC7DF153C897A1891BD98BAB4357C9ECBEE1E3BF42E00B8E380AEAE57C2D107564941885942AF5A7F4601723C4195D176CED3E
      017CAE20B6641D2EEB695786D8C946146239D099E18E1D5A514C739D7CB4A10AD8A788015AC405D7799DC75E7B7D5B6CF2261A6A7F1507438BF01BEB6CA3926F9582`,
    r: `00D0B3975AC4B799F5BEA16D5E13E9AF971D5E9B984C9F39728B5E5739735A219B97C356436ADC6E95BB0352F6BE64A6C2912D4EF2D0433CED2B6171640012D9460F
      015C68226383956E3BD066E797B623C27CE0EAC2F551A10C2C724D9852077B87220B6536C5C408A1D2AEBB8E86D678AE49CB57091F4732296579AB44FCD17F0FC56A`,
    z: '01144C7D79AE6956BC8EDB8E7C787C4521CB086FA64407F97894E5E6B2D79B04D1427E73CA4BAA240A34786859810C06B3C715A3A8CC3151F2BEE417996D19F3DDEA',
  },
}

function ecdhEvidence({ i, g, r, z }: (typeof rfc5903)['nistp256'], length: number): KemEvidence {
  const point = fromHex(`04${g}`)
  const halves = [point.slice(1, 1 + length), point.slice(1 + length)] as const
  const changed = point.with(2 * length, point.at(-1)! ^ 1)
  const compressed = Uint8Array.of(2 + (point.at(-1)! & 1), ...halves[0])
  return {
    vectors: [{ source: 'RFC 5903 §8', privateKey: i, publicKey: point, ciphertext: `04${r}`, sharedSecret: z }],
    lengths: { publicKey: 1 + 2 * length, privateKey: length, ciphertext: 1 + 2 * length, sharedSecret: length },
    refused: [
      { what: 'a point beside the curve', value: changed },
      { what: 'the point in compressed form', value: compressed },
      { what: 'the point in compressed form, filled to the length of the other', value: Uint8Array.of(...compressed, ...halves[1]) },
      { what: 'the point in hybrid form', value: point.with(0, 6 + (point.at(-1)! & 1)) },
      { what: 'infinity', value: Uint8Array.of(0) },
      { what: 'the point with a zero in front of y', value: Uint8Array.of(4, ...halves[0], 0, ...halves[1]) },
      { what: 'infinity as coordinates', value: new Uint8Array(point.length).with(0, 4) },
      { what: 'a coordinate that is not reduced', value: Uint8Array.of(4, ...new Uint8Array(length).fill(0xff), ...halves[1]) },
    ],
    exchanges: 20,
  }
}

function dhEvidence({ prime, primeLength: length, exponentLength }: dh.DiffieHellmanGroup, exchanges = 3): KemEvidence {
  const refused = { 'p−1': prime - 1n, p: prime, 'p+1': prime + 1n, '2p': 2n * prime }
  return {
    lengths: { publicKey: length, privateKey: exponentLength, ciphertext: length, sharedSecret: length },
    refused: Object.entries(refused).map(([what, value]) => ({ what, value: bigIntToBytes(value) })),
    exchanges,
  }
}

const x25519Evidence: KemEvidence = {
  vectors: [rfc7748],
  lengths: { publicKey: 32, privateKey: 32, ciphertext: 32, sharedSecret: 32, generateRandom: [32], encapsulateRandom: [32] },
  refused: lowOrder,
}

const cases: readonly { portable: KemKeyExchangeDefinition; evidence: KemEvidence }[] = [
  { portable: curve25519Sha256, evidence: x25519Evidence },
  { portable: curve25519Sha256LibSSH, evidence: x25519Evidence },
  { portable: ecdhSha2Nistp256, evidence: ecdhEvidence(rfc5903.nistp256, 32) },
  { portable: ecdhSha2Nistp384, evidence: ecdhEvidence(rfc5903.nistp384, 48) },
  { portable: ecdhSha2Nistp521, evidence: ecdhEvidence(rfc5903.nistp521, 66) },
  { portable: dh.dhGroup14Sha256, evidence: dhEvidence(dh.modpGroup14, 8) },
  { portable: dh.dhGroup15Sha512, evidence: dhEvidence(dh.modpGroup15) },
  { portable: dh.dhGroup16Sha512, evidence: dhEvidence(dh.modpGroup16) },
  { portable: dh.dhGroup17Sha512, evidence: dhEvidence(dh.modpGroup17) },
  { portable: dh.dhGroup18Sha512, evidence: dhEvidence(dh.modpGroup18) },
]

it('every key exchange of nodeCrypto is held against the portable one', () => {
  expectEveryOverride(['key-exchange'], cases)
})

describe.each(cases)('$portable.name on node:crypto', ({ portable, evidence }) => {
  const ours = nodeDefinition(portable)
  register(keyExchangeChecks(ours, { ...evidence, reference: portable }), it)

  it('makes of the same random bytes what the portable definition makes', async () => {
    for (let round = 0; round < 4; round++) {
      const [one, other] = await Promise.all([ours, portable].map((kex) => exchange(kex, `${round}`)))
      expect(one).toEqual(other)
    }
  })

  it('hashes as the portable definition does', () => {
    for (const length of [0, 1, 55, 64, 1000]) {
      const data = seededRandom('hash')(length)
      expect(toHex(ours.hash(data))).toBe(toHex(portable.hash(data)))
    }
  })

  it('refuses a private key of another length as the portable definition does', async () => {
    const { privateKey, publicKey } = await portable.generate(seededRandom('c'))
    for (const key of [privateKey.subarray(1), new Uint8Array(privateKey.length)]) {
      expect(await outcome(() => ours.decapsulate(key, publicKey))).toEqual(await outcome(() => portable.decapsulate(key, publicKey)))
    }
  })
})

describe.each([
  { portable: dh.dhGroup14Sha256, group: dh.modpGroup14 },
  { portable: dh.dhGroup16Sha512, group: dh.modpGroup16 },
])('$portable.name on node:crypto', ({ portable, group }) => {
  const ours = nodeDefinition(portable)

  // −y lies outside the subgroup that 2 generates: OpenSSL could tell, as RFC 8268 does not ask of anybody.
  it.each([
    ['2', 2n],
    ['3', 3n],
    ['p−2', group.prime - 2n],
    ['p−4', group.prime - 4n],
  ])('takes the public value %s, as the portable definition does', async (_, value) => {
    const { privateKey } = await ours.generate(seededRandom('c'))
    for (const peer of [bigIntToBytes(value), bigIntToBytes(value, group.primeLength), bigIntToBytes(value, group.primeLength + 9)]) {
      expect(toHex(await ours.decapsulate(privateKey, peer))).toBe(toHex(await portable.decapsulate(privateKey, peer)))
    }
  })
})

describe.each([
  // The first seeds that make such numbers, found by trying.
  { portable: dh.dhGroup14Sha256, group: dh.modpGroup14, publicSeed: 'client 87', secretSeed: 'client 34' },
  { portable: dh.dhGroup16Sha512, group: dh.modpGroup16, publicSeed: 'client 112', secretSeed: 'client 370' },
])('$portable.name on node:crypto', ({ portable, group, publicSeed, secretSeed }) => {
  const ours = nodeDefinition(portable)

  it('keeps zeros in front of public values and secrets', async () => {
    const { publicKey } = await ours.generate(seededRandom(publicSeed))
    expect(publicKey[0]).toBe(0)
    expect(toHex(publicKey)).toBe(toHex((await portable.generate(seededRandom(publicSeed))).publicKey))
    const [{ privateKey }, server] = await Promise.all([ours.generate(seededRandom(secretSeed)), ours.generate(seededRandom('server'))])
    const secret = await ours.decapsulate(privateKey, server.publicKey)
    expect(secret[0]).toBe(0)
    expect(toHex(secret)).toBe(toHex(await portable.decapsulate(privateKey, server.publicKey)))
  })

  it.each([
    ['0', 0n],
    ['1', 1n],
    ['p−1', group.prime - 1n],
    ['one that is not below p', group.prime],
    ['one that is not below p', group.prime + 2n],
  ])('refuses %s by itself, whatever OpenSSL would say', async (what, value) => {
    const message = `expected a public value between 1 and p−1, both excluded (RFC 8268 §4); got ${what}`
    const secret = attempt(() => ours.decapsulate(new Uint8Array(64).fill(1), bigIntToBytes(value)))
    await expect(secret).rejects.toMatchObject({ ...refusal, message })
  })

  it('refuses a public value that leads to the secret 1, which only an exponent of the length of p can', async () => {
    const secret = attempt(() => ours.decapsulate(bigIntToBytes((group.prime - 1n) / 2n), Uint8Array.of(4)))
    const message = expect.stringMatching(/^expected a public value that leads to a secret between 1 and p−1/)
    // Later ones leave it to us.
    const refusedByOpenSSL = process.versions.openssl.startsWith('3.0.')
    await expect(secret).rejects.toMatchObject({ ...refusal, message, ...(refusedByOpenSSL && { cause: expect.any(Error) }) })
  })
})

const x25519 = wycheproof<object, { public: string; private: string; shared: string }>('x25519_test.json')
if (x25519 !== undefined) {
  it(`X25519 on node:crypto agrees with the ${x25519.numberOfTests} cases of Project Wycheproof`, async () => {
    const kex = nodeDefinition(curve25519Sha256)
    for (const { tcId, flags, public: peer, private: scalar, shared } of x25519.testGroups.flatMap(({ tests }) => tests)) {
      const secret = async () => await kex.decapsulate(fromHex(scalar), fromHex(peer))
      if (flags.includes('ZeroSharedSecret')) await expect(secret(), `case ${tcId}`).rejects.toMatchObject(refusal)
      else expect(toHex(await secret()), `case ${tcId}`).toBe(shared)
    }
  })
}

for (const [portable, file, length] of [
  [ecdhSha2Nistp256, 'ecdh_secp256r1_ecpoint_test.json', 32],
  [ecdhSha2Nistp384, 'ecdh_secp384r1_ecpoint_test.json', 48],
  [ecdhSha2Nistp521, 'ecdh_secp521r1_ecpoint_test.json', 66],
] as const) {
  const vectors = wycheproof<object, { public: string; private: string; shared: string }>(file)
  if (vectors === undefined) continue
  it(`${portable.name} on node:crypto agrees with the ${vectors.numberOfTests} cases of Project Wycheproof`, async () => {
    const kex = nodeDefinition(portable)
    for (const { tcId, result, public: peer, private: scalar, shared } of vectors.testGroups.flatMap(({ tests }) => tests)) {
      const privateKey = bigIntToBytes(bytesToBigInt(fromHex(scalar)), length)
      const secret = async () => await kex.decapsulate(privateKey, fromHex(peer))
      if (result === 'valid') expect(toHex(await secret()), `case ${tcId}`).toBe(shared)
      else await expect(secret(), `case ${tcId}`).rejects.toMatchObject(refusal)
    }
  })
}

/** One exchange, and all it left behind. */
async function exchange(kex: KemKeyExchangeDefinition, seed: string): Promise<readonly string[]> {
  const { publicKey, privateKey } = await kex.generate(seededRandom(`client ${seed}`))
  const { ciphertext, sharedSecret } = await kex.encapsulate(publicKey, seededRandom(`server ${seed}`))
  return [publicKey, privateKey, ciphertext, sharedSecret].map(toHex)
}

/** What came of it: bytes, or the error's code and fault, and what it tells the caller. */
async function outcome(call: () => Uint8Array | PromiseLike<Uint8Array>): Promise<unknown> {
  try {
    return toHex(await call())
  } catch (error) {
    // What a peer did wrong is put in the words of whoever found it; what the caller did is not.
    return isSSHError(error) ? [error.code, error.fault, error.fault === 'caller' && error.message] : error
  }
}
