import { encodeUtf8 } from '@seashell/core/wire'
import { seededRandom } from '../random.ts'

/** More than any payload of these checks, in bytes. */
export const LIMIT: number = 256 * 1024

/** Text that repeats. */
export function text(length: number): Uint8Array {
  const line = encodeUtf8('drwxr-xr-x 2 root root 4096 Nov 23 06:21 packages\n')
  return Uint8Array.from({ length }, (_, index) => line[index % line.length]!)
}

/** Payloads as a session has them: noise, text, zeros, nothing at all, and lengths around the powers of two that buffers have. */
export function payloads(): Uint8Array[] {
  const random = seededRandom('payloads')
  const lengths = [1, 5, 100, 1000, 4095, 4096, 4097, 16_383, 16_384, 16_385, 32_768, 65_537, 200_000]
  return [
    ...lengths.map((length) => random(length)),
    ...lengths.map((length) => text(length)),
    new Uint8Array(0),
    ...Array.from({ length: 30 }, (_, index) => random(16_370 + index)),
    new Uint8Array(250_000),
    text(80),
  ]
}
