import type { CompressionDefinition, CompressionStream, MaybePromise } from '@seashell/core'
import { toBytes, type Bytes } from '../bytes.ts'
import type { Check } from '../check.ts'
import { definitionCheck } from '../definition.ts'
import { evidenceCheck, vectorChecks, type Evidence, type Sourced } from '../evidence.ts'
import { expectBytes } from '../expect.ts'
import { compressionLimitChecks } from './limits.ts'
import { compressionMannersChecks } from './manners.ts'
import { LIMIT, payloads } from './payloads.ts'

/** A known answer of a compression method: the beginning of a stream. */
export interface CompressionVector extends Sourced {
  /** The payloads, in order, as they travel and as they are. */
  readonly payloads: readonly { readonly compressed: Bytes; readonly payload: Bytes }[]
}

/** A second implementation of a compression method: another definition, or what starts a direction. */
export interface CompressionReference {
  /** Starts one direction: only one of both is called on what it returns. */
  create(): {
    /** Compresses one payload, flushed. */
    compress(data: Uint8Array): MaybePromise<Uint8Array>
    /** Inflates one payload. */
    decompress(data: Uint8Array, limit: number): MaybePromise<Uint8Array>
  }
}

/** What a compression method is held against. */
export type CompressionEvidence = Evidence<CompressionVector, CompressionReference>

/**
 * What a compression method has to do right: payload after payload, each whole at once, as its reference has it; to stop at the limit; and
 * to mind its own business.
 *
 * @example
 * ```ts
 * import { zlib } from '@seashell/compression-zlib'
 * import { compressionChecks } from '@seashell/conformance'
 *
 * const checks = compressionChecks(zlib, { unverified: 'an example' })
 * ```
 */
export function compressionChecks(definition: CompressionDefinition, evidence: CompressionEvidence): Check[] {
  const { reference } = evidence
  return [
    definitionCheck(definition, { kind: 'compression', functions: ['create'], booleans: ['delayed'] }),
    evidenceCheck(evidence),
    ...vectorChecks(evidence, (vector) => expectAnswer(definition.create(), vector)),
    {
      name: 'each payload comes back whole at once, payload after payload',
      run: () => expectTakenBack(definition.create(), definition.create()),
    },
    ...(reference === undefined ? [] : referenceChecks(definition, reference)),
    ...compressionLimitChecks(definition),
    ...compressionMannersChecks(definition),
  ]
}

function expectAnswer(stream: CompressionStream, { payloads: recorded }: CompressionVector): void {
  for (const [index, { compressed, payload }] of recorded.entries()) {
    const expected = toBytes(payload)
    expectBytes(`payload ${index}`, stream.decompress(toBytes(compressed), expected.length), expected)
  }
}

function referenceChecks(definition: CompressionDefinition, reference: CompressionReference): Check[] {
  return [
    { name: 'the reference inflates what it compresses', run: () => expectTakenBack(definition.create(), reference.create()) },
    { name: 'inflates what the reference compresses', run: () => expectTakenBack(reference.create(), definition.create()) },
  ]
}

type Direction = ReturnType<CompressionReference['create']>

async function expectTakenBack(sender: Pick<Direction, 'compress'>, receiver: Pick<Direction, 'decompress'>): Promise<void> {
  for (const [index, payload] of payloads().entries()) {
    const compressed = new Uint8Array(await sender.compress(new Uint8Array(payload)))
    const received = new Uint8Array(await receiver.decompress(compressed, LIMIT))
    expectBytes(`payload ${index} of ${payload.length} bytes`, received, payload)
  }
}
