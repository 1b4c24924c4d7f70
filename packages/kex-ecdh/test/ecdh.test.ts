import { createECDH } from 'node:crypto'
import type { Random } from '@seashell/core'
import { bigIntToBytes, bytesToBigInt } from '@seashell/core/wire'
import { fromHex, seededRandom, toHex, wycheproof } from '@seashell/testing'
import { describe, expect, it } from 'vitest'
import { ecdhSha2Nistp256, ecdhSha2Nistp384, ecdhSha2Nistp521 } from '../src/index.ts'
import { attempt, refusal } from './contract.ts'

const curves = [
  { kex: ecdhSha2Nistp256, name: 'prime256v1', file: 'ecdh_secp256r1_ecpoint_test.json', length: 32, zerosSeed: 'client 210', zeros: 1 },
  { kex: ecdhSha2Nistp384, name: 'secp384r1', file: 'ecdh_secp384r1_ecpoint_test.json', length: 48, zerosSeed: 'client 34', zeros: 1 },
  { kex: ecdhSha2Nistp521, name: 'secp521r1', file: 'ecdh_secp521r1_ecpoint_test.json', length: 66, zerosSeed: 'client 1189', zeros: 2 },
]

describe('known answers of RFC 5903 §8', () => {
  it.each([
    {
      kex: ecdhSha2Nistp256,
      i: 'C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433',
      gix: 'DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C3772581180',
      giy: '5271A0461CDB8252D61F1C456FA3E59AB1F45B33ACCF5F58389E0577B8990BB3',
      r: 'C6EF9C5D78AE012A011164ACB397CE2088685D8F06BF9BE0B283AB46476BEE53',
      grx: 'D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF63',
      gry: '56FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB',
      girx: 'D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE',
    },
    {
      kex: ecdhSha2Nistp384,
      i: '099F3C7034D4A2C699884D73A375A67F7624EF7C6B3C0F160647B67414DCE655 E35B538041E649EE3FAEF896783AB194',
      gix: '667842D7D180AC2CDE6F74F37551F55755C7645C20EF73E31634FE72B4C55EE6 DE3AC808ACB4BDB4C88732AEE95F41AA',
      giy: '9482ED1FC0EEB9CAFC4984625CCFC23F65032149E0E144ADA024181535A0F38E EB9FCFF3C2C947DAE69B4C634573A81C',
      r: '41CB0779B4BDB85D47846725FBEC3C9430FAB46CC8DC5060855CC9BDA0AA2942 E0308312916B8ED2960E4BD55A7448FC',
      grx: 'E558DBEF53EECDE3D3FCCFC1AEA08A89A987475D12FD950D83CFA41732BC509D 0D1AC43A0336DEF96FDA41D0774A3571',
      gry: 'DCFBEC7AACF3196472169E838430367F66EEBE3C6E70C416DD5F0C68759DD1FF F83FA40142209DFF5EAAD96DB9E6386C',
      girx: '11187331C279962D93D604243FD592CB9D0A926F422E47187521287E7156C5C4 D603135569B9E9D09CF5D4A270F59746',
    },
    {
      kex: ecdhSha2Nistp521,
      i: '0037ADE9319A89F4DABDB3EF411AACCCA5123C61ACAB57B5393DCE47608172A0 95AA85A30FE1C2952C6771D937BA9777F5957B2639BAB072462F68C27A57382D 4A52',
      gix: '0015417E84DBF28C0AD3C278713349DC7DF153C897A1891BD98BAB4357C9ECBE E1E3BF42E00B8E380AEAE57C2D107564941885942AF5A7F4601723C4195D176C ED3E',
      giy: '017CAE20B6641D2EEB695786D8C946146239D099E18E1D5A514C739D7CB4A10A D8A788015AC405D7799DC75E7B7D5B6CF2261A6A7F1507438BF01BEB6CA3926F 9582',
      r: '0145BA99A847AF43793FDD0E872E7CDFA16BE30FDC780F97BCCC3F078380201E 9C677D600B343757A3BDBF2A3163E4C2F869CCA7458AA4A4EFFC311F5CB15168 5EB9',
      grx: '00D0B3975AC4B799F5BEA16D5E13E9AF971D5E9B984C9F39728B5E5739735A21 9B97C356436ADC6E95BB0352F6BE64A6C2912D4EF2D0433CED2B6171640012D9 460F',
      gry: '015C68226383956E3BD066E797B623C27CE0EAC2F551A10C2C724D9852077B87 220B6536C5C408A1D2AEBB8E86D678AE49CB57091F4732296579AB44FCD17F0F C56A',
      girx: '01144C7D79AE6956BC8EDB8E7C787C4521CB086FA64407F97894E5E6B2D79B04 D1427E73CA4BAA240A34786859810C06B3C715A3A8CC3151F2BEE417996D19F3 DDEA',
    },
  ])('$kex.name: i as client, r as server', async ({ kex, i, gix, giy, r, grx, gry, girx }) => {
    const client = await kex.generate(randomFor(fromHex(i)))
    expect(toHex(client.privateKey)).toBe(toHex(fromHex(i)))
    expect(toHex(client.publicKey)).toBe(toHex(fromHex(`04 ${gix} ${giy}`)))
    const server = await kex.encapsulate(client.publicKey, randomFor(fromHex(r)))
    expect(toHex(server.ciphertext)).toBe(toHex(fromHex(`04 ${grx} ${gry}`)))
    expect(toHex(server.sharedSecret)).toBe(toHex(fromHex(girx)))
    expect(toHex(await kex.decapsulate(client.privateKey, server.ciphertext))).toBe(toHex(fromHex(girx)))
  })
})

for (const { kex, file, length } of curves) {
  const cases = wycheproof<object, { public: string; private: string; shared: string }>(file)
  if (cases === undefined) continue
  it(`${kex.name} agrees with the ${cases.numberOfTests} cases of Project Wycheproof, compressed points refused`, async () => {
    for (const { tests } of cases.testGroups) {
      for (const { tcId, result, public: peer, private: scalar, shared } of tests) {
        // They write private keys as signed numbers of any length, we as unsigned ones of the curve's.
        const privateKey = bigIntToBytes(bytesToBigInt(fromHex(scalar)), length)
        const secret = attempt(() => kex.decapsulate(privateKey, fromHex(peer)))
        if (result === 'valid') expect(toHex(await secret), `case ${tcId}`).toBe(shared)
        else await expect(secret, `case ${tcId}`).rejects.toMatchObject(refusal)
      }
    }
  })
}

describe.each(curves)('$kex.name beside node:crypto', ({ kex, name, length, zerosSeed, zeros }) => {
  it('derives the same public keys and secrets, as client and as server', async () => {
    for (let round = 0; round < 10; round++) {
      const theirs = createECDH(name)
      theirs.setPrivateKey((await kex.generate(seededRandom(`theirs ${round}`))).privateKey)
      const client = await kex.generate(seededRandom(`ours ${round}`))
      const ours = createECDH(name)
      ours.setPrivateKey(client.privateKey)
      expect(toHex(client.publicKey)).toBe(toHex(ours.getPublicKey()))
      const expected = toHex(theirs.computeSecret(client.publicKey))
      expect(toHex(await kex.decapsulate(client.privateKey, theirs.getPublicKey()))).toBe(expected)
      const server = await kex.encapsulate(theirs.getPublicKey(), seededRandom(`server ${round}`))
      expect(toHex(server.sharedSecret)).toBe(toHex(theirs.computeSecret(server.ciphertext)))
    }
  })

  it('keeps zeros in front of a secret', async () => {
    const { privateKey, publicKey } = await kex.generate(seededRandom('server'))
    const client = createECDH(name)
    // The first seed that makes such a secret, found by trying; P-521's begins with 7 bits that are always zero, so two are asked for.
    client.setPrivateKey((await kex.generate(seededRandom(zerosSeed))).privateKey)
    const expected = client.computeSecret(publicKey)
    expect([...expected.subarray(0, zeros)].every((byte) => byte === 0)).toBe(true)
    const secret = await kex.decapsulate(privateKey, client.getPublicKey())
    expect(secret).toHaveLength(length)
    expect(toHex(secret)).toBe(toHex(expected))
  })
})

describe.each(curves)('$kex.name refuses', ({ kex, name, length }) => {
  const client = createECDH(name)
  client.setPrivateKey(bigIntToBytes(0x5ea5_8e11n, length))
  const point = new Uint8Array(client.getPublicKey())

  async function expectRefusal(peer: Uint8Array, message = expect.any(String)) {
    const expected = { ...refusal, message }
    await expect(attempt(() => kex.encapsulate(peer, seededRandom('s')))).rejects.toMatchObject(expected)
    await expect(attempt(() => kex.decapsulate(bigIntToBytes(7n, length), peer))).rejects.toMatchObject(expected)
  }

  it('nothing about the point that the following cases spoil', async () => {
    await expect(attempt(() => kex.encapsulate(point, seededRandom('s')))).resolves.toHaveProperty('sharedSecret')
  })

  it('the point in compressed and in hybrid form', async () => {
    await expectRefusal(new Uint8Array(client.getPublicKey(null, 'compressed')))
    await expectRefusal(new Uint8Array(client.getPublicKey(null, 'hybrid')))
  })

  it('infinity, in its own form and as coordinates', async () => {
    await expectRefusal(Uint8Array.of(0))
    await expectRefusal(new Uint8Array(point.length))
    const zeros = new Uint8Array(point.length)
    zeros[0] = 4
    await expectRefusal(zeros)
  })

  it('other lengths', async () => {
    await expectRefusal(new Uint8Array(0))
    await expectRefusal(point.subarray(0, -1))
    await expectRefusal(point.subarray(0, 1 + length))
    await expectRefusal(Uint8Array.of(...point, 0))
  })

  it('every first byte but 4', async () => {
    const other = point.slice()
    for (let first = 0; first < 256; first++) {
      other[0] = first
      if (first !== 4) await expectRefusal(other, expect.stringContaining('0x04'))
    }
  })

  it('the point with any one bit changed, so that it leaves the curve', async () => {
    for (let index = 1; index < point.length; index++) {
      const other = point.slice()
      other[index]! ^= 1 << (index % 8)
      await expectRefusal(other)
    }
  })

  it('a coordinate that is not reduced', async () => {
    const ones = point.slice().fill(0xff, 1, 1 + length)
    await expectRefusal(ones)
  })

  it('and keeps what the library beneath found as cause', async () => {
    const other = point.slice()
    other[length]! ^= 1
    const error: unknown = await attempt(() => kex.encapsulate(other, seededRandom('s'))).catch((thrown: unknown) => thrown)
    expect(error).toHaveProperty('cause')
  })

  it.each([new Uint8Array(length), new Uint8Array(length).fill(0xff), new Uint8Array(length - 2).fill(1)])(
    'a private key out of range, which is the mistake of the caller',
    async (privateKey) => {
      await expect(attempt(() => kex.decapsulate(privateKey, point))).rejects.toMatchObject({ code: 'ARGUMENT', fault: 'caller' })
    },
  )
})

/** Random bytes of which a private key is made that equals `scalar`: they are reduced modulo n−1, and one is added. */
function randomFor(scalar: Uint8Array): Random {
  return (length) => bigIntToBytes(bytesToBigInt(scalar) - 1n, length)
}
