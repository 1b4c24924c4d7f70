import type { MacDefinition, MacInstance } from '@seashell/core'
import { extended, flipped, toHex } from '../bytes.ts'
import type { Check } from '../check.ts'
import { describe, expectBytes, expectThat } from '../expect.ts'
import { seededRandom } from '../random.ts'

/** The checks that a tag has its length, and covers everything and nothing else. */
export function macCoverageChecks(definition: MacDefinition): Check[] {
  const withInstance = (run: (bench: Bench) => void) => (): void => run(benchOf(definition))
  return [
    { name: 'every tag is macLength bytes, in an array of its own', run: withInstance(expectOwnTags) },
    { name: 'every bit of the sequence number changes the tag', run: withInstance(expectSequenceCovered) },
    { name: 'every byte of the packet changes the tag', run: withInstance(expectDataCovered) },
    { name: 'the length of the packet changes the tag', run: withInstance(expectLengthCovered) },
    { name: 'the tag depends on nothing that was signed before', run: withInstance(expectNoMemory) },
    { name: 'leaves the packet as it was', run: withInstance(expectDataUnchanged) },
  ]
}

interface Bench {
  readonly macLength: number
  readonly mac: MacInstance
  readonly create: () => MacInstance
  readonly data: Uint8Array
}

function benchOf(definition: MacDefinition): Bench {
  const random = seededRandom('coverage')
  const key = random(definition.keyLength)
  const create = (): MacInstance => definition.create(new Uint8Array(key))
  return { macLength: definition.macLength, mac: create(), create, data: random(300) }
}

function expectOwnTags({ mac, macLength, data }: Bench): void {
  const tag: unknown = mac.sign(1, new Uint8Array(data))
  expectThat(tag instanceof Uint8Array && tag.length === macLength, `a tag of ${macLength} bytes`, describe(tag))
  const first = tag as Uint8Array
  const kept = new Uint8Array(first)
  mac.sign(2, new Uint8Array(data))
  expectBytes('a tag, when another had been made,', first, kept)
  first.fill(0)
  expectBytes('a tag, when the one before had been wiped,', mac.sign(1, new Uint8Array(data)), kept)
}

function expectSequenceCovered({ mac, data }: Bench): void {
  const sequence = 0x5a5a_a5a5
  const tag = toHex(mac.sign(sequence, new Uint8Array(data)))
  for (let bit = 0; bit < 32; bit++) {
    const other = toHex(mac.sign((sequence ^ (1 << bit)) >>> 0, new Uint8Array(data)))
    expectThat(other !== tag, `another tag for a sequence number with another bit ${bit}`, 'the same')
  }
}

function expectDataCovered({ mac, data }: Bench): void {
  const tag = toHex(mac.sign(1, new Uint8Array(data)))
  for (let index = 0; index < data.length; index++) {
    const other = toHex(mac.sign(1, flipped(data, index)))
    expectThat(other !== tag, `another tag for a packet of ${data.length} bytes with another byte ${index}`, 'the same')
  }
}

/** Zeros, so that a MAC which pads with zeros and does not count is found out. */
function expectLengthCovered({ mac, data }: Bench): void {
  const seen = new Map<string, number>()
  for (let zeros = 0; zeros <= 64; zeros++) {
    const tag = toHex(mac.sign(1, extended(data.subarray(0, 16), zeros)))
    expectThat(!seen.has(tag), `another tag for ${16 + zeros} bytes than for ${seen.get(tag)}, of which the last are zeros`, 'the same')
    seen.set(tag, 16 + zeros)
  }
}

function expectNoMemory({ mac, create, data }: Bench): void {
  const expected = create().sign(7, new Uint8Array(data))
  for (const sequence of [7, 6, 7]) {
    const tag = mac.sign(sequence, new Uint8Array(data))
    if (sequence === 7) expectBytes('the tag of packet 7, whatever came before,', tag, expected)
  }
}

function expectDataUnchanged({ mac, data }: Bench): void {
  const own = new Uint8Array(data)
  mac.sign(3, own)
  expectBytes('a packet that was signed', own, data)
}
