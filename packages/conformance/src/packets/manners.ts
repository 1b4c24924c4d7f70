import { equalBytes } from '@seashell/core/wire'
import { flipped, placed, viewSliced } from '../bytes.ts'
import type { Check } from '../check.ts'
import { BAD_ARGUMENT, bothLengths, CLOSED, expectBytes, expectRefusal, expectThat, failure } from '../expect.ts'
import { seededRandom } from '../random.ts'
import { process, subjectsOf, type Model, type Running, type Subject } from './model.ts'

/** The checks that instances mind their own business: their arguments, their memory, each other. */
export function mannersChecks(model: Model): Check[] {
  const forEach = (run: (subject: Subject) => void | Promise<void>) => async (): Promise<void> => {
    for (const subject of subjectsOf(model, seededRandom('manners'))) await run(subject)
  }
  const ivChecks = (model.ivLength ?? 0) === 0 ? [] : [{ name: 'every byte of the initial vector counts', run: forEach(expectIvCounts) }]
  return [
    {
      name: 'refuses arguments of another length, and tells which is wrong',
      run: forEach((subject) => expectLengthsChecked(subject, model)),
    },
    { name: 'every byte of the key counts', run: forEach(expectKeyCounts) },
    ...ivChecks,
    { name: 'leaves its arguments as they were', run: forEach(expectArgumentsUnchanged) },
    { name: 'keeps none of its arguments, which core wipes', run: forEach(expectArgumentsNotKept) },
    { name: 'works at every address, and writes nothing beside the packet', run: forEach(expectAnyAddress) },
    { name: "works on arrays whose slices are views, like Node's Buffer", run: forEach(expectViewSlices) },
    { name: 'instances with one key do not disturb each other', run: () => expectIndependence(model) },
    { name: 'refuses work after destroy()', run: forEach(expectEnd) },
  ]
}

async function expectLengthsChecked({ direction, key, iv }: Subject, { ivLength }: Model): Promise<void> {
  for (const length of lengthsBut(key.length)) {
    const create = () => direction.create(new Uint8Array(length), new Uint8Array(iv))
    const refusal = { ...BAD_ARGUMENT, tells: [/\bkey\b/i, ...bothLengths(key.length, length)] }
    await expectRefusal(`${direction.starter} with a key of ${length} bytes`, create, refusal)
  }
  for (const length of ivLength === undefined ? [] : lengthsBut(ivLength)) {
    const create = () => direction.create(new Uint8Array(key), new Uint8Array(length))
    const refusal = { ...BAD_ARGUMENT, tells: [/\b(?:initial vector|IV|nonce)\b/i, ...bothLengths(iv.length, length)] }
    await expectRefusal(`${direction.starter} with an initial vector of ${length} bytes`, create, refusal)
  }
}

function lengthsBut(length: number): number[] {
  return [0, length - 1, length + 1, 2 * length].filter((other) => other >= 0 && other !== length)
}

function expectKeyCounts(subject: Subject): void {
  for (let index = 0; index < subject.key.length; index++) {
    // Not the lowest bit: that of DES's keys is parity.
    const key = flipped(subject.key, index, 0x10)
    expectThat(!givesTheSame(subject, key, subject.iv), `another key, by byte ${index}, to give something else`, 'the same')
  }
}

function expectIvCounts(subject: Subject): void {
  for (let index = 0; index < subject.iv.length; index++) {
    const iv = flipped(subject.iv, index, 0x10)
    expectThat(!givesTheSame(subject, subject.key, iv), `another initial vector, by byte ${index}, to give something else`, 'the same')
  }
}

/** Whether another key and initial vector make the same of all packets; refusing them is something else. */
function givesTheSame({ direction, steps }: Subject, key: Uint8Array, iv: Uint8Array): boolean {
  const running = direction.create(key, iv)
  try {
    return steps.every(({ sequence, input, output }) => equalBytes(process(direction, running, sequence, input), output))
  } catch {
    return false
  }
}

function expectArgumentsUnchanged({ direction, key, iv, steps }: Subject): void {
  const [ownKey, ownIv] = [new Uint8Array(key), new Uint8Array(iv)]
  const expectUnchanged = (when: string): void => {
    expectBytes(`the caller's key, after ${when},`, ownKey, key)
    expectBytes(`the caller's initial vector, after ${when},`, ownIv, iv)
  }
  const running = direction.create(ownKey, ownIv)
  expectUnchanged(direction.starter)
  for (const { sequence, input } of steps) process(direction, running, sequence, input)
  expectUnchanged('some packets')
  running.destroy()
  expectUnchanged('destroy()')
}

function expectArgumentsNotKept(subject: Subject): void {
  const [key, iv] = [new Uint8Array(subject.key), new Uint8Array(subject.iv)]
  const running = subject.direction.create(key, iv)
  key.fill(0)
  iv.fill(0)
  for (const { sequence, input, output } of subject.steps) {
    const found = process(subject.direction, running, sequence, input)
    expectBytes(`packet ${sequence}, once the caller had wiped key and initial vector,`, found, output)
  }
}

function expectAnyAddress({ direction, key, iv, steps }: Subject): void {
  for (let offset = 0; offset < 8; offset++) {
    const [ownKey, ownIv] = [placed(key, offset), placed(iv, offset)]
    const running = direction.create(ownKey.bytes, ownIv.bytes)
    for (const { sequence, input, output } of steps) {
      const data = placed(direction.prepare(input), offset)
      expectBytes(`packet ${sequence}, ${offset} bytes into its buffer,`, new Uint8Array(running.run(sequence, data.bytes)), output)
      if (!data.isIntact()) throw failure('the bytes around a packet to stay as they were', `others, by ${direction.starter}`)
    }
    if (!ownKey.isIntact() || !ownIv.isIntact()) throw failure('the bytes around key and initial vector to stay as they were', 'others')
  }
}

function expectViewSlices({ direction, key, iv, steps }: Subject): void {
  const [ownKey, ownIv] = [viewSliced(key), viewSliced(iv)]
  const running = direction.create(ownKey, ownIv)
  for (const { sequence, input, output } of steps) {
    const data = viewSliced(direction.prepare(input))
    const found = running.run(sequence, data)
    expectBytes(`packet ${sequence}, in an array whose slices are views,`, new Uint8Array(found), output)
  }
  running.destroy()
  expectBytes("the caller's key, in an array whose slices are views,", new Uint8Array(ownKey), key)
  expectBytes("the caller's initial vector, in an array whose slices are views,", new Uint8Array(ownIv), iv)
}

/** Two instances of each direction take turns, packet by packet; a third is destroyed meanwhile. */
function expectIndependence(model: Model): void {
  const subjects = subjectsOf(model, seededRandom('independence'))
  const instances = subjects.flatMap((subject) => [1, 2].map(() => ({ subject, running: start(subject) })))
  const doomed = subjects.map(start)
  for (const step of subjects[0]!.steps.keys()) {
    for (const { subject, running } of instances) {
      const { sequence, input, output } = subject.steps[step]!
      const found = process(subject.direction, running, sequence, input)
      expectBytes(`packet ${sequence}, with other instances at work,`, found, output)
    }
    for (const running of doomed.splice(0)) running.destroy()
  }
}

function start({ direction, key, iv }: Subject): Running {
  return direction.create(new Uint8Array(key), new Uint8Array(iv))
}

async function expectEnd({ direction, key, iv, steps }: Subject): Promise<void> {
  const running = direction.create(new Uint8Array(key), new Uint8Array(iv))
  const { sequence, input } = steps[0]!
  running.destroy()
  running.destroy()
  const work = () => process(direction, running, sequence, input)
  await expectRefusal(`a packet, after destroy() of what ${direction.starter} returned,`, work, CLOSED)
}
