import { type PublicKeyEvidence, publicKeyChecks, register } from '@seashell/conformance'
import type { PublicKeyDefinition } from '@seashell/core'
import { bigIntToBytes, bytesToBigInt, trimLeadingZeros, WireReader, WireWriter } from '@seashell/core/wire'
import { ecdsaSha2Nistp256, ecdsaSha2Nistp384, ecdsaSha2Nistp521 } from '@seashell/key-ecdsa'
import { sshEd25519 } from '@seashell/key-ed25519'
import { rsaSha2_256, rsaSha2_512 } from '@seashell/key-rsa'
import { fromHex, nistKey, nistSignatures, seededRandom, toHex, wycheproof } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { expectEveryOverride, nodeDefinition } from './portable.ts'

/** `string … ‖ string …`: public key blobs, signature blobs, private fields. */
function strings(...parts: readonly (Uint8Array | string)[]): Uint8Array {
  const writer = new WireWriter()
  for (const part of parts) writer.writeString(part)
  return writer.finish()
}

function mpints(...numbers: readonly (Uint8Array | bigint)[]): Uint8Array {
  const writer = new WireWriter()
  for (const number of numbers) writer.writeMpint(typeof number === 'bigint' ? bigIntToBytes(number) : number)
  return writer.finish()
}

/** The value of a signature blob. */
function valueOf(signature: Uint8Array): Uint8Array {
  const reader = new WireReader(signature)
  reader.readString()
  return reader.readString()
}

function littleEndian(value: bigint): Uint8Array {
  return bigIntToBytes(value, 32).toReversed()
}

/** r and s of an ECDSA signature blob. */
function numbersOf(signature: Uint8Array): [r: bigint, s: bigint] {
  const reader = new WireReader(valueOf(signature))
  return [bytesToBigInt(reader.readMpint()), bytesToBigInt(reader.readMpint())]
}

function reference(definition: PublicKeyDefinition): NonNullable<PublicKeyEvidence['reference']> {
  return {
    verify: (publicKey, data, signature) => definition.verify(publicKey, data, signature),
    sign: (privateKey, data) => definition.privateKeys!.sign(privateKey, data),
  }
}

describe('ssh-ed25519 on node:crypto', () => {
  const ours = nodeDefinition(sshEd25519)
  const order = 2n ** 252n + 27742317777372353535851937790883648493n
  const p = 2n ** 255n - 19n
  // RFC 8032 §7.1, TEST 3.
  const seed = fromHex('c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7')
  const point = fromHex('fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025')
  const signature = fromHex(`
    6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659
    4a7c15e9716ed28dc027beceea1ec40a`)

  const checks = publicKeyChecks(ours, {
    vectors: [
      {
        source: 'RFC 8032 §7.1, TEST 3',
        publicKey: strings('ssh-ed25519', point),
        privateKey: strings(point, Uint8Array.of(...seed, ...point)),
        data: 'af82',
        signature: strings('ssh-ed25519', signature),
      },
    ],
    reference: reference(sshEd25519),
    refusedKeys: [{ what: 'a key of 31 bytes', publicKey: strings('ssh-ed25519', point.subarray(1)) }],
    refusedSignatures: [
      {
        what: 'S plus the order of the group',
        change: (blob) => {
          const s = bytesToBigInt(valueOf(blob).slice(32).toReversed())
          return strings('ssh-ed25519', Uint8Array.of(...valueOf(blob).subarray(0, 32), ...littleEndian(s + order)))
        },
      },
      { what: 'R and S of zeros', change: () => strings('ssh-ed25519', new Uint8Array(64)) },
    ],
  })
  register(checks, it)

  // R = identity and S = 0 verify under the identity, whatever the message is; OpenSSL says so, too.
  it.each([
    ['1', 1n],
    ['1, not reduced', p + 1n],
    ['1, with the sign of a zero', 1n + 2n ** 255n],
    ['−1', p - 1n],
    ['0', 0n],
    ['0, not reduced', p],
    ['the first of order 8', bytesToBigInt(fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a').toReversed())],
    ['the second of order 8', bytesToBigInt(fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05').toReversed())],
  ])('takes nothing under the public key of small order whose y is %s', async (_, y) => {
    const right = strings('ssh-ed25519', Uint8Array.of(1, ...new Uint8Array(63)))
    for (const encoded of [y, y ^ (1n << 255n)]) {
      const key = strings('ssh-ed25519', littleEndian(encoded))
      expect(ours.bitLength(key)).toBe(256)
      for (let message = 0; message < 32; message++) {
        expect(await ours.verify(key, Uint8Array.of(message), right)).toBe(false)
        expect(await sshEd25519.verify(key, Uint8Array.of(message), right)).toBe(false)
      }
    }
  })

  it('makes of the same random bytes the key, and of that the signature, that the portable definition makes', async () => {
    for (let round = 0; round < 10; round++) {
      const [one, other] = [ours, sshEd25519].map(async ({ privateKeys }) => {
        const pair = await privateKeys!.generate(seededRandom(`${round}`))
        const read = privateKeys!.read(new WireReader(pair.privateKey))
        return [pair, read, await privateKeys!.sign(pair.privateKey, Uint8Array.of(round))]
      })
      expect(await one).toEqual(await other)
    }
  })

  const file = wycheproof<{ publicKey: { pk: string } }, { msg: string; sig: string }>('ed25519_test.json')
  it.runIf(file)('agrees with the cases of Project Wycheproof', async () => {
    for (const { publicKey, tests } of file!.testGroups) {
      for (const { tcId, msg, sig, result } of tests) {
        const key = strings('ssh-ed25519', fromHex(publicKey.pk))
        const verified = await ours.verify(key, fromHex(msg), strings('ssh-ed25519', fromHex(sig)))
        expect(verified, `case ${tcId}`).toBe(result === 'valid')
      }
    }
  })
})

// RFC 6979 A.2.5 to A.2.7, "sample": the key, and a signature to verify. OpenSSL's own have nonces that it draws.
const curves = [
  {
    portable: ecdsaSha2Nistp256,
    identifier: 'nistp256',
    length: 32,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    file: 'ecdsa_secp256r1_sha256_p1363_test.json',
    x: 'C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721',
    point:
      '60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB67903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299',
    r: 'EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716',
    s: 'F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8',
  },
  {
    portable: ecdsaSha2Nistp384,
    identifier: 'nistp384',
    length: 48,
    order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    file: 'ecdsa_secp384r1_sha384_p1363_test.json',
    x: '6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F872C9EA60D2EDF5',
    point: `
      EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64DEF8F0EA9055866064A254515480BC13
      8015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1288B231C3AE0D4FE7344FD2533264720`,
    r: '94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46',
    s: '99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8',
  },
  {
    portable: ecdsaSha2Nistp521,
    identifier: 'nistp521',
    length: 66,
    order:
      0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    file: 'ecdsa_secp521r1_sha512_p1363_test.json',
    x: '00FAD06DAA62BA3B25D2FB40133DA757205DE67F5BB0018FEE8C86E1B68C7E75CAA896EB32F1F47C70855836A6D16FCC1466F6D8FBEC67DB89EC0C08B0E996B83538',
    point: `
      01894550D0785932E00EAA23B694F213F8C3121F86DC97A04E5A7167DB4E5BCD371123D46E45DB6B5D5370A7F20FB633155D38FFA16D2BD761DCAC474B9A2F5023A4
      00493101C962CD4D2FDDF782285E64584139C2F91B47F87FF82354D6630F746A28A0DB25741B5B34A828008B22ACC23F924FAAFBD4D33F81EA66956DFEAA2BFDFCF5`,
    r: '00C328FAFCBD79DD77850370C46325D987CB525569FB63C5D3BC53950E6D4C5F174E25A1EE9017B5D450606ADD152B534931D7D4E8455CC91F9B15BF05EC36E377FA',
    s: '00617CCE7CF5064806C467F678D3B4080D6F1CC50AF26CA209417308281B68AF282623EAA63E5B5C0723D8B8C37FF0777B1A20F8CCB1DCCC43997F1EE0E44DA4A67A',
  },
] as const

describe.each(curves)('$portable.name on node:crypto', ({ portable, identifier, length, order, file, x, point: xy, r, s }) => {
  const ours = nodeDefinition(portable)
  const { name } = portable
  const point = fromHex(`04${xy}`)
  const blob = (bytes: Uint8Array): Uint8Array => strings(name, identifier, bytes)
  const signatureBlob = (one: Uint8Array | bigint, other: Uint8Array | bigint): Uint8Array => strings(name, mpints(one, other))
  const moved = point.with(2 * length, point.at(-1)! ^ 1)
  const compressed = Uint8Array.of(2 + (point.at(-1)! & 1), ...point.subarray(1, 1 + length))
  const hybrid = point.with(0, 6 + (point.at(-1)! & 1))
  const refusedPoints = {
    'a point beside the curve': moved,
    'a compressed point': compressed,
    'a hybrid point': hybrid,
    infinity: new Uint8Array(1),
    'a point with a zero in front of y': Uint8Array.of(...point.subarray(0, 1 + length), 0, ...point.subarray(1 + length)),
    'a coordinate that is not reduced': Uint8Array.of(4, ...new Uint8Array(length).fill(0xff), ...point.subarray(1 + length)),
  }

  const checks = publicKeyChecks(ours, {
    vectors: [
      {
        source: 'RFC 6979 A.2, "sample"',
        publicKey: blob(point),
        privateKey: Uint8Array.of(...strings(identifier, point), ...mpints(fromHex(x))),
        data: new TextEncoder().encode('sample'),
        signature: signatureBlob(fromHex(r), fromHex(s)),
      },
    ],
    reference: reference(portable),
    deterministic: false,
    refusedKeys: [
      { what: 'a key of another curve', publicKey: strings(name, 'nistp192', point) },
      ...Object.entries(refusedPoints).map(([what, bytes]) => ({ what, publicKey: blob(bytes) })),
    ],
    refusedSignatures: [
      { what: 'r and s of zero', change: () => signatureBlob(0n, 0n) },
      { what: 'r of the order', change: (signature) => signatureBlob(order, numbersOf(signature)[1]) },
      { what: 's of the order', change: (signature) => signatureBlob(numbersOf(signature)[0], order) },
      { what: 's plus the order', change: (signature) => signatureBlob(numbersOf(signature)[0], numbersOf(signature)[1] + order) },
      { what: 'r of 1000 bytes', change: (signature) => signatureBlob(2n ** 7999n, numbersOf(signature)[1]) },
    ],
  })
  register(checks, it)

  it('takes both s and n − s: SSH knows no low half', async () => {
    const [data, other] = [new TextEncoder().encode('sample'), order - bytesToBigInt(fromHex(s))]
    expect(await ours.verify(blob(point), data, signatureBlob(fromHex(r), other))).toBe(true)
  })

  it('makes of the same random bytes the key that the portable definition makes, and reads it', async () => {
    for (let round = 0; round < 4; round++) {
      const pair = await portable.privateKeys!.generate(seededRandom(`${round}`))
      expect(await ours.privateKeys!.generate(seededRandom(`${round}`))).toEqual(pair)
      expect(ours.privateKeys!.read(new WireReader(pair.privateKey))).toEqual(pair)
    }
  })

  it.each([
    ['0', 0n],
    ['n', order],
    ['n+1', order + 1n],
    ['2^1000', 2n ** 1000n],
  ])('refuses the private key %s, as an error of the caller', (_, scalar) => {
    const fields = Uint8Array.of(...strings(identifier, point), ...mpints(scalar))
    const refusal = expect.objectContaining({ code: 'KEY', fault: 'caller' })
    expect(() => ours.privateKeys!.read(new WireReader(fields))).toThrow(refusal)
    expect(() => ours.privateKeys!.sign(fields, new Uint8Array(1))).toThrow(refusal)
  })

  const cases = wycheproof<{ publicKey: { uncompressed: string } }, { msg: string; sig: string }>(file)
  it.runIf(cases)('agrees with the cases of Project Wycheproof', async () => {
    for (const { publicKey, tests } of cases!.testGroups) {
      for (const { tcId, msg, sig, result } of tests) {
        const value = fromHex(sig)
        // SSH carries numbers, which have no wrong length: those cases are not its own.
        if (value.length !== 2 * length) continue
        const signature = signatureBlob(value.subarray(0, length), value.subarray(length))
        expect(await ours.verify(blob(fromHex(publicKey.uncompressed)), fromHex(msg), signature), `case ${tcId}`).toBe(result === 'valid')
      }
    }
  })
})

/** q⁻¹ mod p, by Fermat. */
function inverse(q: bigint, p: bigint): bigint {
  let [result, base, exponent] = [1n, q % p, p - 2n]
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % p
    base = (base * base) % p
  }
  return result
}

const rsaCases = [
  { portable: rsaSha2_256, files: ['2048_sha256', '3072_sha256', '4096_sha256', '8192_sha256'] },
  { portable: rsaSha2_512, files: ['2048_sha512', '3072_sha512', '4096_sha512'] },
]

it('every public key algorithm of nodeCrypto is held against the portable one', () => {
  expectEveryOverride(['public-key'], [{ portable: sshEd25519 }, ...curves, ...rsaCases])
})

describe.each(rsaCases)('$portable.name on node:crypto', ({ portable, files }) => {
  const ours = nodeDefinition(portable)
  const operations = ours.privateKeys!
  const { name } = portable
  const publicBlob = (n: bigint, e: bigint): Uint8Array => Uint8Array.of(...strings('ssh-rsa'), ...mpints(e, n))
  const [n, e, d, p, q] = [nistKey.n, nistKey.e, nistKey.d, nistKey.p, nistKey.q].map((hex) => bytesToBigInt(fromHex(hex))) as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ]
  const numbers = { n, e, d, iqmp: inverse(q, p), p, q }
  const privateFields = (changed: Partial<typeof numbers> = {}): Uint8Array => mpints(...Object.values({ ...numbers, ...changed }))
  const vector = nistSignatures[name as keyof typeof nistSignatures]
  const outOfRange = {
    'no modulus': 0n,
    'a modulus of 2047 bits': 2n ** 2046n + 1n,
    'a modulus of 16385 bits': 2n ** 16384n + 1n,
    'an even modulus': n - 1n,
  }
  const badExponents = { 'the exponent 0': 0n, 'the exponent 1': 1n, 'an even exponent': 65536n, 'an exponent of 65 bits': 2n ** 64n + 1n }

  const checks = publicKeyChecks(ours, {
    vectors: [
      {
        source: 'NIST CAVP, SigGen15_186-3, mod 2048',
        publicKey: publicBlob(n, e),
        privateKey: privateFields(),
        data: fromHex(vector.message),
        signature: strings(name, fromHex(vector.signature)),
      },
    ],
    reference: reference(portable),
    bits: 2048,
    refusedKeys: [
      ...Object.entries(outOfRange).map(([what, modulus]) => ({ what, publicKey: publicBlob(modulus, e) })),
      ...Object.entries(badExponents).map(([what, exponent]) => ({ what, publicKey: publicBlob(n, exponent) })),
    ],
    refusedSignatures: [
      { what: 'a zero in front of the modulus', change: (signature) => strings(name, Uint8Array.of(0, ...valueOf(signature))) },
      { what: 'the number zero', change: () => strings(name, new Uint8Array(256)) },
      { what: 'no number', change: () => strings(name, new Uint8Array(0)) },
      { what: 'the modulus', change: (_signature, { publicKey }) => strings(name, modulusOf(publicKey)) },
      {
        what: 's plus the modulus',
        change: (signature, { publicKey }) =>
          strings(name, bigIntToBytes(bytesToBigInt(valueOf(signature)) + bytesToBigInt(modulusOf(publicKey)))),
      },
    ],
  })
  // Node draws primes from OpenSSL's randomness and takes none from us, so that the same seed does not make the same key.
  register(
    checks.filter((check) => !check.name.startsWith('generate() makes of the same random bytes')),
    it,
  )

  it('signs as the portable definition does, byte for byte', async () => {
    for (const length of [0, 1, 100, 5000]) {
      const data = seededRandom('data')(length)
      expect(toHex(await operations.sign(privateFields(), data))).toBe(toHex(await portable.privateKeys!.sign(privateFields(), data)))
    }
  })

  it('signs what it was given, though the caller changes that meanwhile', async () => {
    const data = fromHex(vector.message)
    const signing = operations.sign(privateFields(), data)
    data.fill(0)
    expect(toHex(await signing)).toBe(toHex(strings(name, fromHex(vector.signature))))
  })

  it('takes a signature that lost the zeros in front, as OpenSSH does', async () => {
    for (let counter = 0; ; counter++) {
      const data = bigIntToBytes(BigInt(counter), 4)
      const value = valueOf(await operations.sign(privateFields(), data))
      if (value[0] !== 0) continue
      expect(await ours.verify(publicBlob(n, e), data, strings(name, trimLeadingZeros(value)))).toBe(true)
      return
    }
  })

  it('generates keys that the portable definition reads, of 3072 bits where nothing else is asked for', async () => {
    for (const bits of [undefined, 2048, 2050]) {
      const pair = await operations.generate(seededRandom('unused'), bits === undefined ? {} : { bits })
      expect(ours.bitLength(pair.publicKey)).toBe(bits ?? 3072)
      expect(portable.privateKeys!.read(new WireReader(pair.privateKey))).toEqual(pair)
    }
  })

  it.each([0, 1024, 2047, 2049, 16_386, 3072.5, Number.NaN])('generates no key of %d bits', (bits) => {
    const refusal = expect.objectContaining({ code: 'ARGUMENT', fault: 'caller' })
    expect(() => operations.generate(seededRandom('unused'), { bits })).toThrow(refusal)
  })

  it('reads private keys with the primes in either order, and none whose numbers do not belong together', () => {
    const swapped = privateFields({ p: q, q: p, iqmp: inverse(p, q) })
    expect(toHex(operations.read(new WireReader(swapped)).privateKey)).toBe(toHex(swapped))
    for (const field of ['n', 'e', 'd', 'iqmp', 'p', 'q'] as const) {
      for (const value of [0n, 1n, numbers[field] + 2n, numbers[field] + p, numbers[field] * 2n, 2n ** 20_000n]) {
        const fields = privateFields({ [field]: value })
        expect(() => operations.read(new WireReader(fields)), field).toThrow(expect.objectContaining({ code: 'KEY', fault: 'caller' }))
      }
    }
  })

  it('refuses to sign with a number longer than the modulus, as an error of the caller', async () => {
    for (const field of ['d', 'iqmp', 'p', 'q'] as const) {
      const signing = Promise.resolve(operations.sign(privateFields({ [field]: 2n ** 2048n }), new Uint8Array(3)))
      await expect(signing).rejects.toMatchObject({ code: 'KEY', fault: 'caller' })
    }
  })

  it('gives no wrong signature where a number was damaged after reading: it would give the primes away', async () => {
    for (const field of ['d', 'iqmp', 'p', 'q'] as const) {
      for (const value of [0n, 1n, numbers[field] ^ 4n]) {
        const signing = Promise.resolve(operations.sign(privateFields({ [field]: value }), new Uint8Array(3)))
        const error: unknown = await signing.catch((thrown: unknown) => thrown)
        // OpenSSL may have found another way to the right signature; a wrong one it never is.
        if (error instanceof Uint8Array) expect(await portable.verify(publicBlob(n, e), new Uint8Array(3), error)).toBe(true)
        else expect(error, `${field} ${value}`).toMatchObject({ code: 'KEY', fault: 'local' })
      }
    }
  })

  it.each(files)('agrees with the cases of Project Wycheproof for %s', async (file) => {
    const cases = wycheproof<{ publicKey: { modulus: string; publicExponent: string } }, { msg: string; sig: string }>(
      `rsa_signature_${file}_test.json`,
    )
    for (const { publicKey, tests } of cases?.testGroups ?? []) {
      const key = publicBlob(bytesToBigInt(fromHex(publicKey.modulus)), bytesToBigInt(fromHex(publicKey.publicExponent)))
      for (const { tcId, msg, sig, result } of tests) {
        expect(await ours.verify(key, fromHex(msg), strings(name, fromHex(sig))), `case ${tcId}`).toBe(result === 'valid')
      }
    }
  })
})

function modulusOf(publicKey: Uint8Array): Uint8Array {
  const reader = new WireReader(publicKey)
  reader.readName()
  reader.readMpint()
  return reader.readMpint()
}
