import { mlkem768Half } from '@seashell/kex-mlkem'
import {
  accumulatedMlkem768,
  accumulatedMlkem768Answer,
  attempt,
  exchange,
  fromHex,
  kexRefusal,
  seededRandom,
  toHex,
  withMlkemCoefficient,
  wycheproof,
} from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { watchedHalves } from './watched.ts'

const { halves, calls } = await watchedHalves()
const { generate, encapsulate, decapsulate, publicKeyLength } = halves.mlkem768

describe('ML-KEM-768 by libsodium', () => {
  it('gives the accumulated answer of 100 keys that Go has, and computes it itself', async () => {
    expect(await accumulatedMlkem768(halves.mlkem768)).toBe(accumulatedMlkem768Answer)
    expect(Object.fromEntries(calls)).toEqual({
      _crypto_kem_mlkem768_seed_keypair: 100,
      _crypto_kem_mlkem768_enc_deterministic: 100,
      _crypto_hash_sha3256: 200,
      _crypto_kem_mlkem768_dec: 200,
    })
  })

  it('comes to one secret with noble in either role, which each can tell from the keys and ciphertexts of the other', async () => {
    const noble = mlkem768Half
    for (let round = 0; round < 20; round++) {
      const [client, server] = [() => seededRandom(`client ${round}`), () => seededRandom(`server ${round}`)]
      const whole = await exchange(noble, client(), server())
      for (const mixed of [
        { ...halves.mlkem768, encapsulate: noble.encapsulate },
        { ...noble, encapsulate },
        { ...halves.mlkem768, generate: noble.generate },
        { ...noble, generate },
      ]) {
        expect(await exchange(mixed, client(), server())).toEqual(whole)
      }
    }
  })

  it('refuses an encapsulation key with any coefficient that is not reduced (FIPS 203 §7.2), in the words of the portable half', async () => {
    const { publicKey } = await generate(seededRandom('key'))
    for (let coefficient = 0; coefficient < 768; coefficient++) {
      const key = withMlkemCoefficient(publicKey, coefficient, 3329)
      await expect(attempt(() => encapsulate(key, seededRandom('m')))).rejects.toMatchObject(kexRefusal)
    }
    const key = withMlkemCoefficient(publicKey, 0, 4095)
    const message = await attempt(() => mlkem768Half.encapsulate(key, seededRandom('m'))).then(
      () => '',
      ({ message: found }: Error) => found,
    )
    await expect(attempt(() => encapsulate(key, seededRandom('m')))).rejects.toMatchObject({ ...kexRefusal, message })
    const reduced = withMlkemCoefficient(publicKey, 0, 3328)
    expect((await encapsulate(reduced, seededRandom('m'))).ciphertext).toHaveLength(1088)
  })

  it('gives another secret and no error for a ciphertext with any byte changed (implicit rejection)', async () => {
    const { publicKey, privateKey } = await generate(seededRandom('key'))
    const { ciphertext, sharedSecret } = await encapsulate(publicKey, seededRandom('m'))
    const secrets = new Set([toHex(sharedSecret)])
    for (let index = 0; index < ciphertext.length; index++) {
      secrets.add(toHex(await decapsulate(privateKey, ciphertext.with(index, ciphertext[index]! ^ 1))))
    }
    expect(secrets.size).toBe(1 + ciphertext.length)
  })

  it('refuses a decapsulation key whose encapsulation key, or the hash of that, has changed (FIPS 203 §7.3): the mistake of the caller', async () => {
    const { publicKey, privateKey } = await generate(seededRandom('key'))
    const { ciphertext } = await encapsulate(publicKey, seededRandom('m'))
    for (const index of [1152, 2335, 2336, 2367]) {
      const damaged = privateKey.with(index, privateKey[index]! ^ 1)
      await expect(attempt(() => decapsulate(damaged, ciphertext))).rejects.toMatchObject({ code: 'ARGUMENT', fault: 'caller' })
    }
  })
})

const keys = wycheproof<object, { seed: string; ek: string; dk: string }>('mlkem_768_keygen_seed_test.json')
if (keys !== undefined) {
  it(`makes the ${keys.numberOfTests} key pairs of Project Wycheproof`, async () => {
    for (const { tcId, seed, ek, dk } of keys.testGroups.flatMap(({ tests }) => tests)) {
      const { publicKey, privateKey } = await generate(() => fromHex(seed))
      expect(toHex(publicKey), `case ${tcId}`).toBe(ek)
      expect(toHex(privateKey), `case ${tcId}`).toBe(dk)
    }
  })
}

const encapsulations = wycheproof<object, { m: string; ek: string; c: string; K: string }>('mlkem_768_encaps_test.json')
if (encapsulations !== undefined) {
  it('encapsulates as Project Wycheproof does, and refuses its keys that are not reduced', async () => {
    const count = { valid: 0, refused: 0 }
    for (const { tcId, result, m, ek, c, K } of encapsulations.testGroups.flatMap(({ tests }) => tests)) {
      const key = fromHex(ek)
      // Wrong lengths are the hybrid's to refuse: conformance.test.ts has them.
      if (key.length !== publicKeyLength) continue
      const encapsulation = attempt(() => encapsulate(key, () => fromHex(m)))
      if (result === 'valid') {
        expect(toHex((await encapsulation).ciphertext), `case ${tcId}`).toBe(c)
        expect(toHex((await encapsulation).sharedSecret), `case ${tcId}`).toBe(K)
        count.valid++
      } else {
        await expect(encapsulation, `case ${tcId}`).rejects.toMatchObject(kexRefusal)
        count.refused++
      }
    }
    expect(count).toEqual({ valid: 133, refused: 112 })
  })
}

const decapsulations = wycheproof<object, { seed: string; c: string; K: string }>('mlkem_768_test.json')
if (decapsulations !== undefined) {
  it('decapsulates as Project Wycheproof does', async () => {
    const valid = decapsulations.testGroups.flatMap(({ tests }) => tests.filter(({ result }) => result === 'valid'))
    for (const { tcId, seed, c, K } of valid) {
      const { privateKey } = await generate(() => fromHex(seed))
      expect(toHex(await decapsulate(privateKey, fromHex(c))), `case ${tcId}`).toBe(K)
    }
    expect(valid).toHaveLength(153)
  })
}
