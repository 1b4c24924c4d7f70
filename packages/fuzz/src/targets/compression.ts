import { zlib } from '@seashell/compression-zlib'
import { concatBytes, encodeAscii, equalBytes } from '@seashell/core/wire'
import { attempt, expect } from '../invariants.ts'
import { Input, sized } from '../support/input.ts'
import type { Target } from '../target.ts'

const LIMIT = 65_536
const refusal = { codes: ['COMPRESSION'], faults: ['peer'] } as const

/** One zlib stream over several payloads (RFC 4253 §6.2). */
export const inflate: Target = {
  name: 'inflate',
  share: 0.3,
  maxLength: 2048,
  mutations: 1000,
  seeds() {
    const stream = zlib.create()
    const payloads = ['hello', 'hello, hello', 'a'.repeat(1000), ''].map((text) => sized(stream.compress(encodeAscii(text))))
    const bomb = zlib.create().compress(new Uint8Array(LIMIT * 3))
    return [concatBytes(...payloads), sized(bomb), concatBytes(payloads[0]!, payloads[2]!)]
  },
  run(data) {
    const input = new Input(data)
    const inflater = zlib.create()
    const again = zlib.create()
    const deflater = zlib.create()
    try {
      while (input.more) {
        const inflated = attempt(() => inflater.decompress(input.bytes(), LIMIT), refusal)
        if (inflated === undefined) {
          expect(attempt(() => inflater.decompress(Uint8Array.of(0), LIMIT), refusal) === undefined, 'a stream that broke stays broken')
          return 'refused'
        }
        const { value } = inflated
        expect(value.length <= LIMIT, 'a payload inflates to the limit at most')
        expect(equalBytes(again.decompress(deflater.compress(value), LIMIT), value), 'what was inflated deflates and inflates to the same')
      }
      return 'accepted'
    } finally {
      for (const stream of [inflater, again, deflater]) stream.destroy()
    }
  },
}
