import {
  accumulatedMlkem768,
  accumulatedMlkem768Answer,
  fromHex,
  kexRefusal,
  seededRandom,
  toHex,
  withMlkemCoefficient,
  wycheproof,
} from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { mlkem768Half } from '../src/index.ts'
import { mlkem768 } from '../src/mlkem.ts'

const { ciphertextLength, decapsulate, encapsulate, encapsulationKeyLength, generate } = mlkem768

describe('ML-KEM-768', () => {
  it('gives the accumulated answer of 100 keys that Go has', async () => {
    expect(await accumulatedMlkem768(mlkem768Half)).toBe(accumulatedMlkem768Answer)
  })

  it('refuses an encapsulation key with any coefficient that is not reduced (FIPS 203 §7.2)', () => {
    const { encapsulationKey } = generate(seededRandom('key'))
    for (let coefficient = 0; coefficient < 768; coefficient++) {
      expect(() => encapsulate(withMlkemCoefficient(encapsulationKey, coefficient, 3329), seededRandom('m'))).toThrow(
        expect.objectContaining({ ...kexRefusal, cause: expect.any(Error) }),
      )
    }
    expect(() => encapsulate(withMlkemCoefficient(encapsulationKey, 0, 4095), seededRandom('m'))).toThrow(
      expect.objectContaining(kexRefusal),
    )
    expect(() => encapsulate(withMlkemCoefficient(encapsulationKey, 0, 3328), seededRandom('m'))).not.toThrow()
  })

  it('gives another secret and no error for a ciphertext with any byte changed (implicit rejection)', () => {
    const { encapsulationKey, decapsulationKey } = generate(seededRandom('key'))
    const { ciphertext, sharedSecret } = encapsulate(encapsulationKey, seededRandom('m'))
    const secrets = new Set([toHex(sharedSecret)])
    for (let index = 0; index < ciphertext.length; index++) {
      const other = ciphertext.slice()
      other[index]! ^= 1
      secrets.add(toHex(decapsulate(decapsulationKey, other)))
    }
    expect(secrets.size).toBe(1 + ciphertextLength)
  })
})

const keys = wycheproof<object, { seed: string; ek: string; dk: string }>('mlkem_768_keygen_seed_test.json')
if (keys !== undefined) {
  it(`makes the ${keys.numberOfTests} key pairs of Project Wycheproof`, () => {
    for (const { tests } of keys.testGroups) {
      for (const { tcId, seed, ek, dk } of tests) {
        const pair = generate(() => fromHex(seed))
        expect(toHex(pair.encapsulationKey), `case ${tcId}`).toBe(ek)
        expect(toHex(pair.decapsulationKey), `case ${tcId}`).toBe(dk)
      }
    }
  })
}

const encapsulations = wycheproof<object, { m: string; ek: string; c: string; K: string }>('mlkem_768_encaps_test.json')
if (encapsulations !== undefined) {
  it('encapsulates as Project Wycheproof does, and refuses its keys that are not reduced', () => {
    const count = { valid: 0, refused: 0 }
    for (const { tests } of encapsulations.testGroups) {
      for (const { tcId, result, m, ek, c, K } of tests) {
        const key = fromHex(ek)
        // Wrong lengths are the hybrid's to refuse: mlkem768x25519.test.ts has them.
        if (key.length !== encapsulationKeyLength) continue
        if (result === 'valid') {
          const { ciphertext, sharedSecret } = encapsulate(key, () => fromHex(m))
          expect(toHex(ciphertext), `case ${tcId}`).toBe(c)
          expect(toHex(sharedSecret), `case ${tcId}`).toBe(K)
          count.valid++
        } else {
          expect(() => encapsulate(key, () => fromHex(m)), `case ${tcId}`).toThrow(expect.objectContaining(kexRefusal))
          count.refused++
        }
      }
    }
    expect(count).toEqual({ valid: 133, refused: 112 })
  })
}

const decapsulations = wycheproof<object, { seed: string; ek?: string; c: string; K: string }>('mlkem_768_test.json')
if (decapsulations !== undefined) {
  it('decapsulates as Project Wycheproof does', () => {
    let count = 0
    for (const { tests } of decapsulations.testGroups) {
      for (const { tcId, result, seed, ek, c, K } of tests) {
        // What is invalid there is a wrong length, as above.
        if (result !== 'valid') continue
        const { encapsulationKey, decapsulationKey } = generate(() => fromHex(seed))
        if (ek !== undefined) expect(toHex(encapsulationKey), `case ${tcId}`).toBe(ek)
        expect(toHex(decapsulate(decapsulationKey, fromHex(c))), `case ${tcId}`).toBe(K)
        count++
      }
    }
    expect(count).toBe(153)
  })
}
