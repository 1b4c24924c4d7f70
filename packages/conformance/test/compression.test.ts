import { describe, expect, it } from 'vitest'
import { compressionChecks } from '../src/index.ts'
import { toyRunLength, toyRunLengthReference, type CompressionFlaw } from './toys/compression.ts'
import { failedChecks, failureOf } from './toys/failed-checks.ts'

const reference = toyRunLengthReference

/** Each flaw, and the check that finds it. */
const caughtBy: Record<CompressionFlaw, string> = {
  'the limit is ignored': 'refuses a payload of 8 MiB of zeros',
  'the limit is one too high': 'takes a payload that becomes as long as the limit, and no byte more',
  'the limit is one too low': 'takes a payload that becomes as long as the limit, and no byte more',
  'the output is cut at the limit': 'takes a payload that becomes as long as the limit, and no byte more',
  'the last byte is held back': 'each payload comes back whole at once, payload after payload',
  'runs are counted to 256': 'the reference inflates what it compresses',
  'the number of a payload begins again': 'inflates what the reference compresses',
  'refusals are plain Errors': 'refuses a payload of 8 MiB of zeros',
  'damaged payloads are plain Errors': 'damaged payloads are refused, or become others within the limit',
  'the stream recovers': 'refuses every payload after one that it refused',
  'the input is wiped': 'neither changes nor keeps its input',
  'the input is kept': 'neither changes nor keeps its input',
  'the output is one buffer': 'returns arrays of its own',
  'streams share their state': 'streams do not disturb each other',
  'the whole buffer is used': "works at every address, and on arrays whose slices are views, like Node's Buffer",
  'it goes on after destroy()': 'refuses work after destroy()',
}

describe('a compression method that is right', () => {
  it('passes every check', async () => {
    expect(await failedChecks(compressionChecks(toyRunLength(), { reference }))).toEqual(new Map())
  })

  it('passes with a vector, and fails with one that is wrong', async () => {
    const payloads = [
      { compressed: '00 0361', payload: '616161' },
      { compressed: '01', payload: '' },
      { compressed: '02 0162 0263', payload: '626363' },
    ]
    const wrong = payloads.map((each, index) => (index === 2 ? { ...each, payload: '626263' } : each))
    const vectors = [
      { source: 'a hand', payloads },
      { source: 'a wrong hand', payloads: wrong },
    ]
    const failed = await failedChecks(compressionChecks(toyRunLength(), { vectors }))
    expect([...failed.keys()]).toEqual(['gives the answer of a wrong hand'])
  })
})

describe('a compression method of which', () => {
  it.each(Object.entries(caughtBy))('%s: "%s"', async (flaw, check) => {
    expect(await failureOf(compressionChecks(toyRunLength(flaw as CompressionFlaw), { reference }), check)).toBeInstanceOf(Error)
  })
})
