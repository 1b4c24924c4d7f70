import type { CompressionDefinition, CompressionStream } from '@seashell/core'
import { placed, viewSliced } from '../bytes.ts'
import type { Check } from '../check.ts'
import { CLOSED, expectBytes, expectRefusal, failure } from '../expect.ts'
import { seededRandom } from '../random.ts'
import { LIMIT, text } from './payloads.ts'

/** A direction of a compression method: `run` compresses, or inflates. */
interface Direction {
  readonly name: string
  readonly run: (stream: CompressionStream, data: Uint8Array) => Uint8Array
  readonly steps: readonly { readonly input: Uint8Array; readonly output: Uint8Array }[]
}

/** The checks that a stream minds its own business: its arguments, its memory, other streams. */
export function compressionMannersChecks(definition: CompressionDefinition): Check[] {
  const forBoth = (run: (direction: Direction) => void | Promise<void>) => async (): Promise<void> => {
    for (const direction of directionsOf(definition)) await run(direction)
  }
  return [
    { name: 'neither changes nor keeps its input', run: forBoth((direction) => expectInputAlone(definition, direction)) },
    { name: 'returns arrays of its own', run: forBoth((direction) => expectOwnArrays(definition, direction)) },
    {
      name: "works at every address, and on arrays whose slices are views, like Node's Buffer",
      run: forBoth((one) => expectAnyArray(definition, one)),
    },
    { name: 'streams do not disturb each other', run: () => expectIndependence(definition) },
    { name: 'refuses work after destroy()', run: forBoth((direction) => expectEnd(definition, direction)) },
  ]
}

function directionsOf(definition: CompressionDefinition): Direction[] {
  const random = seededRandom('manners')
  const inputs = [text(500), random(200), text(40)]
  const sender = definition.create()
  const steps = inputs.map((input) => ({ input, output: new Uint8Array(compress(sender, new Uint8Array(input))) }))
  const back = steps.map(({ input, output }) => ({ input: output, output: input }))
  return [
    { name: 'compress', run: compress, steps },
    { name: 'decompress', run: decompress, steps: back },
  ]
}

function compress(stream: CompressionStream, data: Uint8Array): Uint8Array {
  return stream.compress(data)
}

function decompress(stream: CompressionStream, data: Uint8Array): Uint8Array {
  return stream.decompress(data, LIMIT)
}

function expectInputAlone(definition: CompressionDefinition, { name, run, steps }: Direction): void {
  const stream = definition.create()
  for (const { input, output } of steps) {
    const own = new Uint8Array(input)
    const found = run(stream, own)
    expectBytes(`what ${name}() was given`, own, input)
    own.fill(0)
    expectBytes(`what ${name}() returned, with the input before it wiped,`, found, output)
  }
}

function expectOwnArrays(definition: CompressionDefinition, { name, run, steps }: Direction): void {
  const stream = definition.create()
  const results = steps.map(({ input }) => run(stream, new Uint8Array(input)))
  for (const [index, result] of results.entries()) {
    expectBytes(`what ${name}() returned, at the end,`, new Uint8Array(result), steps[index]!.output)
    result.fill(0)
  }
}

function expectAnyArray(definition: CompressionDefinition, { name, run, steps }: Direction): void {
  const placements = [
    ...Array.from({ length: 8 }, (_, offset) => (bytes: Uint8Array) => placed(bytes, offset)),
    (bytes: Uint8Array) => ({ bytes: viewSliced(bytes), isIntact: () => true }),
  ]
  for (const place of placements) {
    const stream = definition.create()
    for (const { input, output } of steps) {
      const own = place(input)
      expectBytes(`what ${name}() returned`, new Uint8Array(run(stream, own.bytes)), output)
      expectBytes(`what ${name}() was given`, new Uint8Array(own.bytes), input)
      if (!own.isIntact()) throw failure('the bytes around its input to stay as they were', 'others')
    }
  }
}

function expectIndependence(definition: CompressionDefinition): void {
  const directions = directionsOf(definition)
  const instances = directions.flatMap((direction) => [1, 2].map(() => ({ direction, stream: definition.create() })))
  const doomed = directions.map(({ run, steps }) => {
    const stream = definition.create()
    run(stream, new Uint8Array(steps[0]!.input))
    return stream
  })
  for (const step of directions[0]!.steps.keys()) {
    for (const { direction, stream } of instances) {
      const { input, output } = direction.steps[step]!
      expectBytes(`what ${direction.name}() returned, with others at work,`, direction.run(stream, new Uint8Array(input)), output)
    }
    for (const stream of doomed.splice(0)) stream.destroy()
  }
}

async function expectEnd(definition: CompressionDefinition, { name, run, steps }: Direction): Promise<void> {
  const [unused, used] = [definition.create(), definition.create()]
  run(used, new Uint8Array(steps[0]!.input))
  for (const stream of [unused, used]) {
    stream.destroy()
    stream.destroy()
    await expectRefusal(`${name}() after destroy()`, () => run(stream, new Uint8Array(steps[0]!.input)), CLOSED)
  }
}
