import type { CipherStream, MacCipherDefinition } from '@seashell/core'
import type { Check } from '../check.ts'
import { placed } from '../bytes.ts'
import { CLOSED, expectBytes, expectRefusal, expectThat, failure } from '../expect.ts'
import { seededRandom } from '../random.ts'

/** Blocks of each call: memory that is used again is tempting where it is long. */
const BLOCKS = [3, 520, 20, 600, 0, 1, 2]

/** The check that `transformToNew`, where a stream has it, makes what `transform` makes, in arrays that stay until they are given back. */
export function newMemoryCheck(definition: MacCipherDefinition): Check {
  return {
    name: 'what it transforms into new memory is what it transforms in place, and stays until it is given back',
    async run() {
      const random = seededRandom('new memory')
      const [key, iv] = [random(definition.keyLength), random(definition.ivLength)]
      const inputs = BLOCKS.map((count) => random(count * definition.blockLength))
      for (const starter of ['createEncryptor', 'createDecryptor'] as const) {
        await expectNewMemory(() => definition[starter](new Uint8Array(key), new Uint8Array(iv)), inputs)
      }
    },
  }
}

async function expectNewMemory(start: () => CipherStream, inputs: readonly Uint8Array[]): Promise<void> {
  const [inPlace, stream] = [start(), start()]
  if (stream.transformToNew === undefined) {
    expectThat(stream.release === undefined, 'no release() without transformToNew()', 'one, and nothing to give back')
    return
  }
  const made = inputs.map((input, index) => {
    const expected = transformed(inPlace, input)
    // Both ways are one stream: now and then the other one takes its turn.
    const takesTurn = index % 3 === 2
    return { expected, found: takesTurn ? transformed(stream, input) : transformedToNew(stream, input, index), isNew: !takesTurn }
  })
  for (let turn = 0; turn < made.length; turn++) {
    // The last of them is given back when the key is gone.
    if (turn === made.length - 2) stream.destroy()
    for (const [index, { expected, found }] of made.slice(turn).entries())
      expectBytes(`what call ${turn + index} made, after others and ${turn} given back,`, found, expected)
    if (made[turn]!.isNew) stream.release?.(made[turn]!.found)
  }
  await expectRefusal('transformToNew() after destroy()', () => stream.transformToNew!(new Uint8Array(inputs[0]!)), CLOSED)
}

function transformed(stream: CipherStream, input: Uint8Array): Uint8Array {
  const data = new Uint8Array(input)
  stream.transform(data)
  return data
}

function transformedToNew(stream: CipherStream, input: Uint8Array, offset: number): Uint8Array {
  const data = placed(input, offset)
  const found: unknown = stream.transformToNew!(data.bytes)
  expectBytes('what transformToNew() was given', data.bytes, input)
  expectThat(data.isIntact(), 'the bytes around what transformToNew() was given to stay as they were', 'others')
  if (!(found instanceof Uint8Array)) throw failure('transformToNew() to return a Uint8Array', typeof found)
  expectThat(found.buffer !== data.bytes.buffer, 'an array of its own from transformToNew()', 'the memory that it was given')
  expectThat(
    found.slice().buffer !== found.buffer,
    'transformToNew() to return a Uint8Array whose slices are copies',
    'views, as of a Buffer',
  )
  return found
}
