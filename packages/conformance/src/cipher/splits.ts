import type { MacCipherDefinition } from '@seashell/core'
import type { Check } from '../check.ts'
import { expectBytes } from '../expect.ts'
import { process, type Direction } from '../packets/model.ts'
import { seededRandom } from '../random.ts'
import { macCipherModel } from './mac-cipher-model.ts'

const BLOCKS = 60

/** The check that a stream is one stream, however it is cut: core decrypts the first block of a packet apart from the others. */
export function splitsCheck(definition: MacCipherDefinition): Check {
  return {
    name: 'gives the same bytes however the stream is cut',
    run() {
      const model = macCipherModel(definition)
      const random = seededRandom('splits')
      const [key, iv, input] = [random(definition.keyLength), random(definition.ivLength), random(BLOCKS * definition.blockLength)]
      for (const direction of [model.outgoing, model.incoming!]) expectAnyCut(direction, key, iv, input, definition.blockLength)
    },
  }
}

function expectAnyCut(direction: Direction, key: Uint8Array, iv: Uint8Array, input: Uint8Array, blockLength: number): void {
  const expected = process(direction, direction.create(new Uint8Array(key), new Uint8Array(iv)), 0, input)
  const random = seededRandom('cuts')
  for (let round = 0; round < 20; round++) {
    const running = direction.create(new Uint8Array(key), new Uint8Array(iv))
    const found = new Uint8Array(input)
    for (let start = 0; start < found.length;) {
      // From no block at all to as many as the round's number says; the first round goes block by block.
      const length = round === 0 ? blockLength : (random(1)[0]! % (round + 1)) * blockLength
      running.run(0, found.subarray(start, start + length))
      start += length
    }
    expectBytes(`the stream of ${direction.starter}, cut anew,`, found, expected)
  }
}
