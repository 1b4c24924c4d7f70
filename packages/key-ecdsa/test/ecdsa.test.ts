import { createPrivateKey, createPublicKey, generateKeyPairSync, sign as nodeSign, verify as nodeVerify } from 'node:crypto'
import { publicKeyChecks, register } from '@seashell/conformance'
import type { PublicKeyDefinition } from '@seashell/core'
import { isSSHError, WireReader, WireWriter } from '@seashell/core/wire'
import { ecdsaPublicKeys, ecdsaSha2Nistp256, ecdsaSha2Nistp384, ecdsaSha2Nistp521, ecdsaSha2Secp256k1 } from '@seashell/key-ecdsa'
import { fromHex, seededRandom, toHex, wycheproof } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'

interface Curve {
  readonly definition: PublicKeyDefinition
  readonly identifier: string
  readonly bits: number
  readonly length: number
  readonly order: bigint
  readonly nodeCurve: string
  readonly jwkCurve: string
  readonly hash: string
  readonly wycheproofFile?: string
  /** Deterministic signatures (RFC 6979) of two messages, `sample` and `test` where nothing else is said. */
  readonly rfc6979: {
    readonly source: string
    readonly messages?: Readonly<Record<'sample' | 'test', string>>
    readonly x: string
    readonly ux: string
    readonly uy: string
    readonly sample: readonly [r: string, s: string]
    readonly test: readonly [r: string, s: string]
  }
}

const curves: readonly Curve[] = [
  {
    definition: ecdsaSha2Nistp256,
    identifier: 'nistp256',
    bits: 256,
    length: 32,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    nodeCurve: 'prime256v1',
    jwkCurve: 'P-256',
    hash: 'sha256',
    wycheproofFile: 'ecdsa_secp256r1_sha256_p1363_test.json',
    rfc6979: {
      source: 'RFC 6979 A.2.5',
      x: 'C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721',
      ux: '60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6',
      uy: '7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299',
      sample: [
        'EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716',
        'F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8',
      ],
      test: [
        'F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367',
        '019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083',
      ],
    },
  },
  {
    definition: ecdsaSha2Nistp384,
    identifier: 'nistp384',
    bits: 384,
    length: 48,
    order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    nodeCurve: 'secp384r1',
    jwkCurve: 'P-384',
    hash: 'sha384',
    wycheproofFile: 'ecdsa_secp384r1_sha384_p1363_test.json',
    rfc6979: {
      source: 'RFC 6979 A.2.6',
      x: '6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F872C9EA60D2EDF5',
      ux: 'EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64DEF8F0EA9055866064A254515480BC13',
      uy: '8015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1288B231C3AE0D4FE7344FD2533264720',
      sample: [
        '94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46',
        '99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8',
      ],
      test: [
        '8203B63D3C853E8D77227FB377BCF7B7B772E97892A80F36AB775D509D7A5FEB0542A7F0812998DA8F1DD3CA3CF023DB',
        'DDD0760448D42D8A43AF45AF836FCE4DE8BE06B485E9B61B827C2F13173923E06A739F040649A667BF3B828246BAA5A5',
      ],
    },
  },
  {
    definition: ecdsaSha2Nistp521,
    identifier: 'nistp521',
    bits: 521,
    length: 66,
    order:
      0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    nodeCurve: 'secp521r1',
    jwkCurve: 'P-521',
    hash: 'sha512',
    wycheproofFile: 'ecdsa_secp521r1_sha512_p1363_test.json',
    rfc6979: {
      source: 'RFC 6979 A.2.7',
      x: `00FAD06DAA62BA3B25D2FB40133DA757205DE67F5BB0018FEE8C86E1B68C7E75CAA896EB32F1F47C70855836A6D16FCC1466F6D8FBEC67DB89EC0C08B0E996B83538`,
      ux: `01894550D0785932E00EAA23B694F213F8C3121F86DC97A04E5A7167DB4E5BCD371123D46E45DB6B5D5370A7F20FB633155D38FFA16D2BD761DCAC474B9A2F5023A4`,
      uy: `00493101C962CD4D2FDDF782285E64584139C2F91B47F87FF82354D6630F746A28A0DB25741B5B34A828008B22ACC23F924FAAFBD4D33F81EA66956DFEAA2BFDFCF5`,
      sample: [
        `00C328FAFCBD79DD77850370C46325D987CB525569FB63C5D3BC53950E6D4C5F174E25A1EE9017B5D450606ADD152B534931D7D4E8455CC91F9B15BF05EC36E377FA`,
        `00617CCE7CF5064806C467F678D3B4080D6F1CC50AF26CA209417308281B68AF282623EAA63E5B5C0723D8B8C37FF0777B1A20F8CCB1DCCC43997F1EE0E44DA4A67A`,
      ],
      test: [
        `013E99020ABF5CEE7525D16B69B229652AB6BDF2AFFCAEF38773B4B7D08725F10CDB93482FDCC54EDCEE91ECA4166B2A7C6265EF0CE2BD7051B7CEF945BABD47EE6D`,
        `01FBD0013C674AA79CB39849527916CE301C66EA7CE8B80682786AD60F98F7E78A19CA69EFF5C57400E3B3A0AD66CE0978214D13BAF4E9AC60752F7B155E2DE4DCE3`,
      ],
    },
  },
  {
    definition: ecdsaSha2Secp256k1,
    identifier: '1.3.132.0.10',
    bits: 256,
    length: 32,
    order: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
    nodeCurve: 'secp256k1',
    jwkCurve: 'secp256k1',
    hash: 'sha256',
    rfc6979: {
      source: "the vectors that Bitcoin's libraries share for RFC 6979, with n − s where they have s",
      messages: {
        sample: 'Satoshi Nakamoto',
        test: 'All those moments will be lost in time, like tears in rain. Time to die...',
      },
      x: '0000000000000000000000000000000000000000000000000000000000000001',
      ux: '79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798',
      uy: '483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8',
      sample: [
        '934B1EA10A4B3C1757E2B0C017D0B6143CE3C9A7E6A4A49860D7A6AB210EE3D8',
        'DBBD3162D46E9F9BEF7FEB87C16DC13B4F6568A87F4E83F728E2443BA586675C',
      ],
      test: [
        '8600DBD41E348FE5C9465AB92D23E3DB8B98B873BEECD930736488696438CB6B',
        'AB8019BBD8B6924CC4099FE625340FFB1EAAC34BF4477DAA39D0835429094520',
      ],
    },
  },
]

function publicBlob(point: Uint8Array, { definition, identifier }: Curve, format = definition.name): Uint8Array {
  return new WireWriter().writeString(format).writeString(identifier).writeString(point).finish()
}

function signatureBlob(r: Uint8Array, s: Uint8Array, { definition }: Curve, format = definition.name): Uint8Array {
  return new WireWriter().writeString(format).writeString(new WireWriter().writeMpint(r).writeMpint(s).finish()).finish()
}

function privateFields(point: Uint8Array, d: Uint8Array, { identifier }: Curve): Uint8Array {
  return new WireWriter().writeString(identifier).writeString(point).writeMpint(d).finish()
}

function uncompressed(x: Uint8Array, y: Uint8Array): Uint8Array {
  return Uint8Array.from([4, ...x, ...y])
}

function number(value: bigint): Uint8Array {
  const hex = value.toString(16)
  return fromHex(hex.padStart(hex.length + (hex.length % 2), '0'))
}

/** The error's code and fault, or what was returned instead of one. */
function failure(action: () => unknown): unknown {
  try {
    return action()
  } catch (error) {
    return isSSHError(error) ? `${error.code} ${error.fault}` : error
  }
}

for (const curve of curves) {
  const { definition, rfc6979, length } = curve
  const operations = definition.privateKeys!
  const read = (bytes: Uint8Array) => failure(() => operations.read(new WireReader(bytes)))

  describe(definition.name, () => {
    const point = uncompressed(fromHex(rfc6979.ux), fromHex(rfc6979.uy))
    const otherCurve = curves.find((one) => one !== curve)!
    const publicKeys = {
      'a point beside the curve': point.with(2 * length, point.at(-1)! ^ 1),
      'a compressed point': Uint8Array.of(2 + (point.at(-1)! & 1), ...point.subarray(1, 1 + length)),
      'a point in hybrid form': point.with(0, 6 + (point.at(-1)! & 1)),
      infinity: new Uint8Array(1),
      'no point at all': new Uint8Array(),
      'zeros as coordinates': Uint8Array.of(4, ...new Uint8Array(2 * length)),
      'a coordinate that is not reduced': uncompressed(new Uint8Array(length).fill(0xff), point.subarray(1 + length)),
    }
    const checks = publicKeyChecks(definition, {
      vectors: (['sample', 'test'] as const).map((message) => ({
        source: `${rfc6979.source}, "${message}"`,
        publicKey: publicBlob(point, curve),
        data: new TextEncoder().encode(rfc6979.messages?.[message] ?? message),
        signature: signatureBlob(fromHex(rfc6979[message][0]), fromHex(rfc6979[message][1]), curve),
        privateKey: privateFields(point, fromHex(rfc6979.x), curve),
      })),
      reference: { sign: (privateKey, data) => signByNode(curve, privateKey, data), verify: (...args) => verifyByNode(curve, ...args) },
      refusedKeys: [
        ...Object.entries(publicKeys).map(([what, bytes]) => ({ what, publicKey: publicBlob(bytes, curve) })),
        { what: "another curve's format", publicKey: publicBlob(point, curve, otherCurve.definition.name) },
        { what: 'another curve', publicKey: publicBlob(point, { ...otherCurve, definition }) },
      ],
      refusedSignatures: refusedNumbers(curve),
    })
    register(checks, it)
  })

  const file =
    curve.wycheproofFile && wycheproof<{ publicKey: { uncompressed: string } }, { msg: string; sig: string }>(curve.wycheproofFile)
  if (file) {
    describe(`${definition.name}: Project Wycheproof`, () => {
      for (const group of file.testGroups) {
        for (const test of group.tests) {
          const value = fromHex(test.sig)
          // SSH carries numbers, which have no wrong length: those cases are not its own.
          if (value.length !== 2 * length) continue
          it(`case ${test.tcId} ${test.comment} is ${test.result}`, async () => {
            const blob = publicBlob(fromHex(group.publicKey.uncompressed), curve)
            const signature = signatureBlob(value.subarray(0, length), value.subarray(length), curve)
            expect(await definition.verify(blob, fromHex(test.msg), signature)).toBe(test.result === 'valid')
          })
        }
      }
    })
  }

  describe(`${definition.name}: against node:crypto`, () => {
    const data = fromHex('0102030405')

    it('verifies what node:crypto signs with its own keys', async () => {
      for (let round = 0; round < 10; round++) {
        const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve.nodeCurve })
        const { x, y, d } = privateKey.export({ format: 'jwk' })
        const point = uncompressed(Buffer.from(x!, 'base64url'), Buffer.from(y!, 'base64url'))
        const value = nodeSign(curve.hash, data, { key: privateKey, dsaEncoding: 'ieee-p1363' })
        const signature = signatureBlob(value.subarray(0, length), value.subarray(length), curve)
        expect(await definition.verify(publicBlob(point, curve), data, signature)).toBe(true)

        const ours = new WireReader(await operations.sign(privateFields(point, Buffer.from(d!, 'base64url'), curve), data))
        expect(ours.readName()).toBe(definition.name)
        expect(nodeVerify(curve.hash, data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, p1363(ours.readString(), length))).toBe(true)
      }
    })
  })

  describe(`${definition.name}: what is refused, and what is not`, async () => {
    const key = await operations.generate(seededRandom('refused'))
    const data = fromHex('00010203')
    const signature = await operations.sign(key.privateKey, data)
    const fields = new WireReader(key.privateKey)
    fields.readName()
    const point = fields.readString()
    const d = fields.readMpint()
    const outer = new WireReader(signature)
    outer.readName()
    const inner = new WireReader(outer.readString())
    const [r, s] = [inner.readMpint(), inner.readMpint()]

    it('n − s verifies as s does: SSH knows no low half', async () => {
      const other = number(curve.order - BigInt(`0x${toHex(s)}`))
      expect(await definition.verify(key.publicKey, data, signatureBlob(r, other, curve))).toBe(true)
    })

    it('a private key out of range, or of another point or curve, is an error of the caller', () => {
      const other = new WireWriter().writeString('nistp192').writeString(point).writeMpint(d).finish()
      expect(read(other)).toBe('KEY caller')
      expect(read(privateFields(point, new Uint8Array(), curve))).toBe('KEY caller')
      expect(read(privateFields(point, number(curve.order), curve))).toBe('KEY caller')
      expect(read(privateFields(point, number(curve.order + BigInt(`0x${toHex(d)}`)), curve))).toBe('KEY caller')
      expect(read(privateFields(point, number(BigInt(`0x${toHex(d)}`) ^ 1n), curve))).toBe('KEY caller')
      expect(read(privateFields(point, new Uint8Array(100).fill(1), curve))).toBe('KEY caller')
    })
  })

  describe(`${definition.name}: the definition`, () => {
    it('tells the size that ssh-keygen shows', async () => {
      expect(definition.bitLength((await operations.generate(seededRandom('size'))).publicKey)).toBe(curve.bits)
    })
  })
}

describe('secp256k1', () => {
  // Project Wycheproof, testvectors_v1/ecdsa_secp256k1_sha256_p1363_test.json, cases 1, 4 and 19.
  const x = 'b838ff44e5bc177bf21189d0766082fc9d843226887fc9760371100b7ee20a6f'
  const y = 'f0c9d75bfba7b31a6bca1974496eeb56de357071955d83c4b1badaa0b21832e9'
  const r = '813ef79ccefa9a56f7ba805f0e478584fe5f0dd5f567bc09b5123ccbc9832365'
  const one = '01'.padStart(64, '0')
  it.each([
    { what: 'a signature', r, s: '900e75ad233fcc908509dbff5922647db37c21f4afd3203ae8dc4ae7794b0f87', valid: true },
    {
      what: 'n − r',
      r: '7ec10863310565a908457fa0f1b87a79bc4fcf10b9e0e4320ac021c106b31ddc',
      s: '6ff18a52dcc0336f7af62400a6dd9b810732baf1ff758000d6f613a556eb31ba',
      valid: false,
    },
    { what: 'r = s = 1', r: one, s: one, valid: false },
  ])('takes $what for what Project Wycheproof does: $valid', async ({ r: first, s: second, valid }) => {
    const curve = curves.find(({ definition }) => definition === ecdsaSha2Secp256k1)!
    const blob = publicBlob(uncompressed(fromHex(x), fromHex(y)), curve)
    expect(await ecdsaSha2Secp256k1.verify(blob, fromHex('313233343030'), signatureBlob(fromHex(first), fromHex(second), curve))).toBe(
      valid,
    )
  })
})

describe('the list', () => {
  it('is frozen, with its definitions, in the order of OpenSSH', () => {
    expect(ecdsaPublicKeys.map(({ name }) => name)).toEqual(['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'])
    for (const value of [ecdsaPublicKeys, ...ecdsaPublicKeys, ...ecdsaPublicKeys.map(({ privateKeys }) => privateKeys)]) {
      expect(Object.isFrozen(value)).toBe(true)
    }
  })
})

/** r ‖ s of a fixed length from two mpints. */
function p1363(numbers: Uint8Array, length: number): Uint8Array {
  const reader = new WireReader(numbers)
  return fromHex([reader.readMpint(), reader.readMpint()].map((bytes) => toHex(bytes).padStart(2 * length, '0')).join(''))
}

/** Signatures of numbers that are none of the curve's, or of none at all. */
function refusedNumbers(curve: Curve) {
  const [zero, order, huge] = [new Uint8Array(), number(curve.order), new Uint8Array(1000).fill(1)]
  const changes: Record<string, (r: Uint8Array, s: Uint8Array) => Uint8Array> = {
    'r of zero': (_, s) => signatureBlob(zero, s, curve),
    's of zero': (r) => signatureBlob(r, zero, curve),
    'r and s of zero': () => signatureBlob(zero, zero, curve),
    'r of the order': (_, s) => signatureBlob(order, s, curve),
    's of the order': (r) => signatureBlob(r, order, curve),
    's + n': (r, s) => signatureBlob(r, number(BigInt(`0x${toHex(s)}`) + curve.order), curve),
    'r of 1000 bytes': (_, s) => signatureBlob(huge, s, curve),
    's of 1000 bytes': (r) => signatureBlob(r, huge, curve),
    'a negative r': (_, s) => {
      const negative = new WireWriter().writeString(fromHex('ff')).writeMpint(s).finish()
      return new WireWriter().writeString(curve.definition.name).writeString(negative).finish()
    },
  }
  return Object.entries(changes).map(([what, change]) => ({ what, change: (blob: Uint8Array) => change(...numbersOf(blob)) }))
}

function numbersOf(blob: Uint8Array): [r: Uint8Array, s: Uint8Array] {
  const outer = new WireReader(blob)
  outer.readName()
  const inner = new WireReader(outer.readString())
  return [inner.readMpint(), inner.readMpint()]
}

function signByNode(curve: Curve, privateKey: Uint8Array, data: Uint8Array): Uint8Array {
  const fields = new WireReader(privateKey)
  fields.readName()
  const point = fields.readString()
  const d = Buffer.from(toHex(fields.readMpint()).padStart(2 * curve.length, '0'), 'hex').toString('base64url')
  const key = createPrivateKey({ key: { ...jwkOf(curve, point), d }, format: 'jwk' })
  const value = nodeSign(curve.hash, data, { key, dsaEncoding: 'ieee-p1363' })
  return signatureBlob(value.subarray(0, curve.length), value.subarray(curve.length), curve)
}

function verifyByNode(curve: Curve, publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  const fields = new WireReader(publicKey)
  fields.readName()
  fields.readName()
  const key = createPublicKey({ key: jwkOf(curve, fields.readString()), format: 'jwk' })
  const outer = new WireReader(signature)
  outer.readName()
  return nodeVerify(curve.hash, data, { key, dsaEncoding: 'ieee-p1363' }, p1363(outer.readString(), curve.length))
}

function jwkOf({ jwkCurve, length }: Curve, point: Uint8Array) {
  const x = Buffer.from(point.subarray(1, 1 + length)).toString('base64url')
  const y = Buffer.from(point.subarray(1 + length)).toString('base64url')
  return { kty: 'EC', crv: jwkCurve, x, y }
}
