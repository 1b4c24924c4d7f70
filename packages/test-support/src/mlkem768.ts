import { createHash } from 'node:crypto'
import { toHex } from './hex.ts'
import { exchange, type Kem } from './key-exchange.ts'

/** What {@link accumulatedMlkem768} comes to. */
export const accumulatedMlkem768Answer = '1114b1b6699ed191734fa339376afa7e285c9e6acf6ff0177d346696ce564415'

/**
 * What 100 keys of an ML-KEM-768 come to in Go's crypto/mlkem, mlkem_test.go, TestAccumulated: a stream of SHAKE128 over nothing gives seeds,
 * messages and random ciphertexts; keys, ciphertexts and secrets, those of implicit rejection included, are hashed together.
 */
export async function accumulatedMlkem768(kem: Kem): Promise<string> {
  const ciphertextLength = 1088
  const stream = createHash('shake128', { outputLength: 100 * (64 + 32 + ciphertextLength) }).digest()
  let offset = 0
  const next = (length: number): Uint8Array => new Uint8Array(stream.subarray(offset, (offset += length)))
  const answers = createHash('shake128', { outputLength: 32 })
  for (let round = 0; round < 100; round++) {
    const { publicKey, privateKey, ciphertext, sharedSecret, decapsulated } = await exchange(kem, next, next)
    if (toHex(decapsulated) !== toHex(sharedSecret)) throw new Error(`round ${round}: the two ends have different secrets`)
    answers.update(publicKey).update(ciphertext).update(sharedSecret)
    answers.update(await kem.decapsulate(privateKey, next(ciphertextLength)))
  }
  return answers.digest('hex')
}

/** An ML-KEM encapsulation key with one coefficient, of 12 bits each and the lowest bits first (FIPS 203, ByteEncode), replaced. */
export function withMlkemCoefficient(encapsulationKey: Uint8Array, coefficient: number, value: number): Uint8Array {
  const key = encapsulationKey.slice()
  const offset = (coefficient >> 1) * 3
  if (coefficient % 2 === 0) {
    key[offset] = value & 0xff
    key[offset + 1] = (key[offset + 1]! & 0xf0) | (value >> 8)
  } else {
    key[offset + 1] = (key[offset + 1]! & 0x0f) | ((value & 0x0f) << 4)
    key[offset + 2] = value >> 4
  }
  return key
}
