import { createCipheriv } from 'node:crypto'

/**
 * The random source of NIST's known answers: CTR_DRBG of SP 800-90A with AES-256, without derivation function or personalization.
 *
 * @param seed 48 bytes
 */
export function nistDrbg(seed: Uint8Array): (length: number) => Uint8Array {
  let [key, counter]: [Buffer, Buffer] = [Buffer.alloc(32), Buffer.alloc(16)]
  const blocks = (length: number): Buffer => {
    const input = Buffer.alloc(Math.ceil(length / 16) * 16)
    for (let offset = 0; offset < input.length; offset += 16) {
      increment(counter)
      counter.copy(input, offset)
    }
    return createCipheriv('aes-256-ecb', key, null).setAutoPadding(false).update(input).subarray(0, length)
  }
  const update = (data: Uint8Array): void => {
    const next = blocks(48).map((byte, index) => byte ^ data[index]!)
    ;[key, counter] = [Buffer.from(next.subarray(0, 32)), Buffer.from(next.subarray(32))]
  }
  update(seed)
  return (length) => {
    const result = new Uint8Array(blocks(length))
    update(new Uint8Array(48))
    return result
  }
}

function increment(counter: Buffer): void {
  for (let index = counter.length - 1; index >= 0; index--) {
    counter[index] = (counter[index]! + 1) & 0xff
    if (counter[index] !== 0) return
  }
}
