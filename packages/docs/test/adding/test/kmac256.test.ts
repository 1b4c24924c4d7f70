// test/kmac256.test.ts
import { macChecks, register } from '@seashell/conformance'
import { describe, it } from 'vitest'
import { kmac256 } from '../src/kmac256.ts'

/** `first`, `first + 1`, … `last`, as the samples have them. */
const count = (first: number, last: number) => Uint8Array.from({ length: last - first + 1 }, (_, index) => first + index)

const checks = macChecks(kmac256, {
  vectors: [
    {
      source: 'NIST SP 800-185, KMAC samples, #5',
      key: count(0x40, 0x5f),
      // The sample's message is 00 01 … C7; its first four bytes stand where SSH has the sequence number.
      sequence: 0x00010203,
      data: count(0x04, 0xc7),
      tag: `
        75358cf39e41494e949707927cee0af20a3ff553904c86b08f21cc414bcfd691
        589d27cf5e15369cbbff8b9a4c2eb17800855d0235ff635da82533ec6b759b69`,
    },
  ],
})
describe(kmac256.name, () => register(checks, it))
