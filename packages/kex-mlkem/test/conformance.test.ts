import { createHash } from 'node:crypto'
import { keyExchangeChecks, register, type Kem } from '@seashell/conformance'
import { concatBytes } from '@seashell/core/wire'
import { fromHex, nodeX25519Agree, nodeX25519PublicKey, seededRandom } from '@seashell/test-support'
import { describe, it } from 'vitest'
import { mlkem768x25519Sha256 as kex } from '../src/index.ts'
import { mlkem768 } from '../src/mlkem.ts'

/**
 * RFC 10042 §2 put together again: X25519 and SHA-256 by node:crypto, ML-KEM by the functions that mlkem768.test.ts holds against Go and
 * Project Wycheproof.
 */
const halves: Kem = {
  generate(random) {
    const { encapsulationKey, decapsulationKey } = mlkem768.generate(random)
    const scalar = random(32)
    return { publicKey: concatBytes(encapsulationKey, nodeX25519PublicKey(scalar)), privateKey: concatBytes(decapsulationKey, scalar) }
  },
  encapsulate(publicKey, random) {
    const { ciphertext, sharedSecret } = mlkem768.encapsulate(publicKey.subarray(0, 1184), random)
    const scalar = random(32)
    return {
      ciphertext: concatBytes(ciphertext, nodeX25519PublicKey(scalar)),
      sharedSecret: combine(sharedSecret, nodeX25519Agree(scalar, publicKey.subarray(1184))),
    }
  },
  decapsulate(privateKey, ciphertext) {
    const postQuantum = mlkem768.decapsulate(privateKey.subarray(0, 2400), ciphertext.subarray(0, 1088))
    return combine(postQuantum, nodeX25519Agree(privateKey.subarray(2400), ciphertext.subarray(1088)))
  },
}

const lengths = {
  publicKey: 1216,
  privateKey: 2432,
  ciphertext: 1120,
  sharedSecret: 32,
  generateRandom: [64, 32],
  encapsulateRandom: [32, 32],
}

describe(kex.name, async () => {
  const { publicKey } = await kex.generate(seededRandom('client'))
  const { ciphertext } = await kex.encapsulate(publicKey, seededRandom('server'))
  // All zeros, one, and a point of order 8 (RFC 8731 §3).
  const points = ['00'.repeat(32), '01'.padEnd(64, '0'), 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800']
  const refused = [
    ...points.flatMap((point) => [
      { what: `the X25519 point ${point}`, value: concatBytes(publicKey.subarray(0, 1184), fromHex(point)), by: 'server' as const },
      { what: `the X25519 point ${point}`, value: concatBytes(ciphertext.subarray(0, 1088), fromHex(point)), by: 'client' as const },
    ]),
    { what: 'a coefficient of ML-KEM that is not reduced', value: new Uint8Array(publicKey).fill(0xff, 0, 3), by: 'server' as const },
    { what: 'the halves in the other order', value: swapped(publicKey, 1184), by: 'server' as const },
  ]
  register(keyExchangeChecks(kex, { reference: halves, refused, lengths }), it)
})

function swapped(value: Uint8Array, at: number): Uint8Array {
  return concatBytes(value.subarray(at), value.subarray(0, at))
}

/** K = SHA-256(K_PQ ‖ K_CL). */
function combine(postQuantum: Uint8Array, classical: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(postQuantum).update(classical).digest())
}
