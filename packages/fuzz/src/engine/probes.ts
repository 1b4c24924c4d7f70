import type { Probes } from './coverage.ts'

/** So many comparisons of one run are kept. */
const MAX_COMPARED = 64
/** Longer texts are no words of a protocol. */
const MAX_TEXT_LENGTH = 64

declare global {
  /** What `instrument.mjs` makes code look for. */
  var seashellProbes: (Probes & { equal(left: unknown, right: unknown): boolean; size(value: unknown): unknown }) | undefined
}

/** Sets the probes up, before instrumented code is loaded. */
export function installProbes(edges: number): Probes {
  // A multiple of 4, so that four counters can be looked at at once.
  const counters = new Uint8ClampedArray(Math.ceil(edges / 4) * 4)
  const probes: Probes = { counters, compared: [], largest: 0 }
  const { compared } = probes
  const equal = (left: unknown, right: unknown): boolean => {
    if (left === right) return true
    if (compared.length < MAX_COMPARED && isWord(left) && isWord(right)) compared.push([left, right])
    return false
  }
  const size = (value: unknown): unknown => {
    if (typeof value === 'number' && value > probes.largest) probes.largest = value
    return value
  }
  globalThis.seashellProbes = Object.assign(probes, { equal, size })
  return probes
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_TEXT_LENGTH
}
