import { createECDH } from 'node:crypto'
import { keyExchangeChecks, register, type Kem } from '@seashell/conformance'
import { bigIntToBytes, bytesToBigInt } from '@seashell/core/wire'
import { fromHex } from '@seashell/test-support'
import { describe, it } from 'vitest'
import { ecdhSha2Nistp256, ecdhSha2Nistp384, ecdhSha2Nistp521, ecdhSha2Secp256k1 } from '../src/index.ts'

// RFC 5903 §8: i as client, r as server. For secp256k1: 2, 3 and 6 times the generator of SEC 2, §2.4.1.
const curves = [
  {
    kex: ecdhSha2Nistp256,
    nodeCurve: 'prime256v1',
    coordinateLength: 32,
    seedLength: 48,
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
    nodeCurve: 'secp384r1',
    coordinateLength: 48,
    seedLength: 72,
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
    nodeCurve: 'secp521r1',
    coordinateLength: 66,
    seedLength: 99,
    i: '0037ADE9319A89F4DABDB3EF411AACCCA5123C61ACAB57B5393DCE47608172A0 95AA85A30FE1C2952C6771D937BA9777F5957B2639BAB072462F68C27A57382D 4A52',
    gix: '0015417E84DBF28C0AD3C278713349DC7DF153C897A1891BD98BAB4357C9ECBE E1E3BF42E00B8E380AEAE57C2D107564941885942AF5A7F4601723C4195D176C ED3E',
    giy: '017CAE20B6641D2EEB695786D8C946146239D099E18E1D5A514C739D7CB4A10A D8A788015AC405D7799DC75E7B7D5B6CF2261A6A7F1507438BF01BEB6CA3926F 9582',
    r: '0145BA99A847AF43793FDD0E872E7CDFA16BE30FDC780F97BCCC3F078380201E 9C677D600B343757A3BDBF2A3163E4C2F869CCA7458AA4A4EFFC311F5CB15168 5EB9',
    grx: '00D0B3975AC4B799F5BEA16D5E13E9AF971D5E9B984C9F39728B5E5739735A21 9B97C356436ADC6E95BB0352F6BE64A6C2912D4EF2D0433CED2B6171640012D9 460F',
    gry: '015C68226383956E3BD066E797B623C27CE0EAC2F551A10C2C724D9852077B87 220B6536C5C408A1D2AEBB8E86D678AE49CB57091F4732296579AB44FCD17F0F C56A',
    girx: '01144C7D79AE6956BC8EDB8E7C787C4521CB086FA64407F97894E5E6B2D79B04 D1427E73CA4BAA240A34786859810C06B3C715A3A8CC3151F2BEE417996D19F3 DDEA',
  },
  {
    kex: ecdhSha2Secp256k1,
    nodeCurve: 'secp256k1',
    coordinateLength: 32,
    seedLength: 48,
    i: '0000000000000000000000000000000000000000000000000000000000000002',
    gix: 'C6047F9441ED7D6D3045406E95C07CD85C778E4B8CEF3CA7ABAC09B95C709EE5',
    giy: '1AE168FEA63DC339A3C58419466CEAEEF7F632653266D0E1236431A950CFE52A',
    r: '0000000000000000000000000000000000000000000000000000000000000003',
    grx: 'F9308A019258C31049344F85F89D5229B531C845836F99B08601F113BCE036F9',
    gry: '388F7B0F632DE8140FE337E62A37F3566500A99934C2231B6CB9FD7584B8E672',
    girx: 'FFF97BD5755EEEA420453A14355235D382F6472F8568A18B2F057A1460297556',
  },
] as const

describe.each(curves)('$kex.name', ({ kex, nodeCurve, coordinateLength, seedLength, i, gix, giy, r, grx, gry, girx }) => {
  const vector = {
    source: nodeCurve === 'secp256k1' ? 'SEC 2, §2.4.1: multiples of its generator' : 'RFC 5903 §8',
    clientRandom: randomFor(i, seedLength),
    privateKey: i,
    publicKey: `04 ${gix} ${giy}`,
    serverRandom: randomFor(r, seedLength),
    ciphertext: `04 ${grx} ${gry}`,
    sharedSecret: girx,
  }
  const pointLength = 1 + 2 * coordinateLength
  const lengths = {
    publicKey: pointLength,
    privateKey: coordinateLength,
    ciphertext: pointLength,
    sharedSecret: coordinateLength,
    generateRandom: [seedLength],
    encapsulateRandom: [seedLength],
  }
  const point = fromHex(`04 ${gix} ${giy}`)
  const refused = [
    { what: 'a point beside the curve', value: point.with(2 * coordinateLength, point.at(-1)! ^ 1) },
    { what: 'a coordinate that is not reduced', value: new Uint8Array(point).fill(0xff, 1, 1 + coordinateLength) },
    { what: 'zeros as coordinates', value: new Uint8Array(point).fill(0, 1) },
    { what: 'a point in hybrid form', value: point.with(0, 6 + (point.at(-1)! & 1)) },
    { what: 'a compressed point', value: point.subarray(0, 1 + coordinateLength).with(0, 2 + (point.at(-1)! & 1)) },
    { what: 'infinity', value: '00' },
  ]
  const reference = nodeKem(nodeCurve)
  register(keyExchangeChecks(kex, { vectors: [vector], reference, refused, lengths, exchanges: 12 }), it)
})

/** ECDH by node:crypto, with keys of its own making. */
function nodeKem(curve: string): Kem {
  const generate = () => {
    const party = createECDH(curve)
    return { publicKey: new Uint8Array(party.generateKeys()), privateKey: new Uint8Array(party.getPrivateKey()) }
  }
  const agree = (privateKey: Uint8Array, peerKey: Uint8Array): Uint8Array => {
    const party = createECDH(curve)
    party.setPrivateKey(privateKey)
    return new Uint8Array(party.computeSecret(peerKey))
  }
  return {
    generate,
    encapsulate(publicKey) {
      const { publicKey: ciphertext, privateKey } = generate()
      return { ciphertext, sharedSecret: agree(privateKey, publicKey) }
    },
    decapsulate: agree,
  }
}

/** Random bytes of which a private key is made that equals `scalar`: they are reduced modulo n−1, and one is added. */
function randomFor(scalar: string, length: number): Uint8Array {
  return bigIntToBytes(bytesToBigInt(fromHex(scalar)) - 1n, length)
}
