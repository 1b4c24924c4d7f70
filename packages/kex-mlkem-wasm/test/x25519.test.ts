import { x25519Half } from '@seashell/kex-mlkem'
import {
  attempt,
  fromHex,
  kexRefusal,
  lowOrderPoints,
  nodeX25519Agree,
  nodeX25519PublicKey,
  seededRandom,
  toHex,
  wycheproof,
} from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { watchedHalves } from './watched.ts'

const { halves, calls } = await watchedHalves()
const { generate, encapsulate, decapsulate } = halves.x25519

describe('X25519 by libsodium', () => {
  it('iterates as RFC 7748 §5.2 does, 1000 times, and computes it itself', async () => {
    let k = fromHex('0900000000000000000000000000000000000000000000000000000000000000')
    let u = k
    for (let iteration = 1; iteration <= 1000; iteration++) [k, u] = [await decapsulate(k, u), k]
    expect(toHex(k)).toBe('684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51')
    expect(Object.fromEntries(calls)).toEqual({ _crypto_scalarmult: 1000 })
  })

  it('makes the keys and secrets of node:crypto in either role', async () => {
    for (let round = 0; round < 50; round++) {
      const { publicKey, privateKey } = await generate(seededRandom(`client ${round}`))
      const { ciphertext, sharedSecret } = await encapsulate(publicKey, seededRandom(`server ${round}`))
      const scalar = seededRandom(`server ${round}`)(32)
      expect(toHex(publicKey)).toBe(toHex(nodeX25519PublicKey(privateKey)))
      expect(toHex(ciphertext)).toBe(toHex(nodeX25519PublicKey(scalar)))
      expect(toHex(sharedSecret)).toBe(toHex(nodeX25519Agree(scalar, publicKey)))
      expect(toHex(await decapsulate(privateKey, ciphertext))).toBe(toHex(sharedSecret))
    }
  })

  // With the highest bit set too, which X25519 does not look at (RFC 7748 §5).
  it.each(lowOrderPoints.flatMap((point) => [point, toHex(fromHex(point).with(31, fromHex(point)[31]! ^ 0x80))]))(
    'refuses a point of low order in either role, in the words of the portable half: %s',
    async (hex) => {
      const point = fromHex(hex)
      const key = seededRandom('key')(32)
      const message = await attempt(() => x25519Half.decapsulate(key, point)).then(
        () => '',
        ({ message: found }: Error) => found,
      )
      await expect(attempt(() => decapsulate(key, point))).rejects.toMatchObject({ ...kexRefusal, message })
      await expect(attempt(() => encapsulate(point, seededRandom('s')))).rejects.toMatchObject({ ...kexRefusal, message })
    },
  )
})

const x25519 = wycheproof<object, { public: string; private: string; shared: string }>('x25519_test.json')
if (x25519 !== undefined) {
  it(`agrees with the ${x25519.numberOfTests} cases of Project Wycheproof, all-zero results refused`, async () => {
    let refused = 0
    for (const { tcId, flags, public: peer, private: scalar, shared } of x25519.testGroups.flatMap(({ tests }) => tests)) {
      const secret = attempt(() => decapsulate(fromHex(scalar), fromHex(peer)))
      if (flags.includes('ZeroSharedSecret')) {
        await expect(secret, `case ${tcId}`).rejects.toMatchObject(kexRefusal)
        refused++
      } else {
        expect(toHex(await secret), `case ${tcId}`).toBe(shared)
      }
    }
    expect(refused).toBeGreaterThan(0)
  })
}
