import { createHash } from 'node:crypto'
import { nistDrbg, toHex } from '@seashell/test-support'
import { expect, it } from 'vitest'
import { mlkem1024 } from '../src/mlkem.ts'

// liboqs's tests/KATs/kem/kats.json has the SHA-256 of a hundred known answers in NIST's form, `all` of ML-KEM-1024.
it('ML-KEM-1024 makes the keys, ciphertexts and secrets of the known answers of liboqs', { timeout: 120_000 }, () => {
  const nextSeed = nistDrbg(Uint8Array.from({ length: 48 }, (_, index) => index))
  const answers = Array.from({ length: 100 }, (_, index) => knownAnswer(index, nextSeed(48)))
  const digest = createHash('sha256').update(answers.join('\n')).digest('hex')
  expect(digest).toBe('81d1ae0468f62154885b6f2a293c0eb48f9339645357a88bbbc186c57ab0ace0')
})

it('ML-KEM-1024 gives another secret and no error for a ciphertext with any byte changed (implicit rejection)', () => {
  const random = nistDrbg(new Uint8Array(48))
  const { encapsulationKey, decapsulationKey } = mlkem1024.generate(random)
  const { ciphertext, sharedSecret } = mlkem1024.encapsulate(encapsulationKey, random)
  const secrets = new Set([toHex(sharedSecret)])
  for (let index = 0; index < ciphertext.length; index += 8) {
    secrets.add(toHex(mlkem1024.decapsulate(decapsulationKey, ciphertext.with(index, ciphertext[index]! ^ 1))))
  }
  expect(secrets.size).toBe(1 + mlkem1024.ciphertextLength / 8)
})

/** An entry as NIST's programs print it. */
function knownAnswer(count: number, seed: Uint8Array): string {
  const random = nistDrbg(seed)
  const { encapsulationKey: pk, decapsulationKey: sk } = mlkem1024.generate(random)
  const { ciphertext: ct, sharedSecret: ss } = mlkem1024.encapsulate(pk, random)
  expect(toHex(mlkem1024.decapsulate(sk, ct))).toBe(toHex(ss))
  const fields = Object.entries({ seed, pk, sk, ct, ss })
  const lines = [`count = ${count}`, ...fields.map(([name, bytes]) => `${name} = ${toHex(bytes).toUpperCase()}`)]
  return `${lines.join('\n')}\n`
}
