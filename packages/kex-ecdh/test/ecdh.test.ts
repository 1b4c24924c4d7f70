import { createECDH } from 'node:crypto'
import { bigIntToBytes, bytesToBigInt } from '@seashell/core/wire'
import { attempt, fromHex, kexRefusal, seededRandom, toHex, wycheproof } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { ecdhSha2Nistp256, ecdhSha2Nistp384, ecdhSha2Nistp521 } from '../src/index.ts'

const curves = [
  { kex: ecdhSha2Nistp256, name: 'prime256v1', file: 'ecdh_secp256r1_ecpoint_test.json', length: 32, zerosSeed: 'client 210', zeros: 1 },
  { kex: ecdhSha2Nistp384, name: 'secp384r1', file: 'ecdh_secp384r1_ecpoint_test.json', length: 48, zerosSeed: 'client 34', zeros: 1 },
  { kex: ecdhSha2Nistp521, name: 'secp521r1', file: 'ecdh_secp521r1_ecpoint_test.json', length: 66, zerosSeed: 'client 1189', zeros: 2 },
]

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
        else await expect(secret, `case ${tcId}`).rejects.toMatchObject(kexRefusal)
      }
    }
  })
}

describe.each(curves)('$kex.name beside node:crypto', ({ kex, name, length, zerosSeed, zeros }) => {
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
    const expected = { ...kexRefusal, message }
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
