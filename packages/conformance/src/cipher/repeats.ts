import type { Check } from '../check.ts'
import { toHex } from '../bytes.ts'
import { expectThat } from '../expect.ts'
import { process, type Model } from '../packets/model.ts'
import { seededRandom } from '../random.ts'
import { LENGTH_FIELD_LENGTH } from './aead-model.ts'

const CHUNK_LENGTH = 8
const PACKETS = 64

/**
 * The check that the same plaintext never becomes the same ciphertext: zeros are encrypted over and over, and no eight bytes may come
 * twice, in one packet or in two. That tells of a nonce that never moves, of one that moves by too little, of a counter that begins again,
 * and of a cipher that encrypts block by block.
 */
export function repeatsCheck(model: Model): Check {
  return {
    name: 'no ciphertext comes twice where the plaintext does',
    run() {
      const random = seededRandom('repeats')
      const running = model.outgoing.create(random(model.keyLength), random(model.ivLength ?? 0))
      const zeros = model.plaintext((length) => new Uint8Array(length), 256)
      zeros.fill(0, LENGTH_FIELD_LENGTH)
      const seen = new Set([toHex(new Uint8Array(CHUNK_LENGTH))])
      for (let sequence = 0; sequence < PACKETS; sequence++) {
        const made = process(model.outgoing, running, sequence, zeros)
        for (let start = LENGTH_FIELD_LENGTH; start + CHUNK_LENGTH <= zeros.length; start += CHUNK_LENGTH) {
          const chunk = toHex(made.subarray(start, start + CHUNK_LENGTH))
          expectThat(!seen.has(chunk), 'ciphertext of zeros to be new each time', `${chunk} again, at byte ${start} of packet ${sequence}`)
          seen.add(chunk)
        }
      }
    },
  }
}
