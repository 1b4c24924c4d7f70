import type { MacDefinition, MaybePromise } from '@seashell/core'
import { toBytes, type Bytes } from '../bytes.ts'
import type { Check } from '../check.ts'
import { definitionCheck } from '../definition.ts'
import { evidenceCheck, vectorChecks, type Evidence, type Sourced } from '../evidence.ts'
import { expectBytes } from '../expect.ts'
import { agreementChecks } from '../packets/agreement.ts'
import { mannersChecks } from '../packets/manners.ts'
import type { Model, PacketReference } from '../packets/model.ts'
import { macCoverageChecks } from './coverage.ts'

/** A known answer of a MAC. */
export interface MacVector extends Sourced {
  /** The key. */
  readonly key: Bytes
  /** The sequence number. */
  readonly sequence: number
  /** What is signed besides. */
  readonly data: Bytes
  /** The tag on the wire. */
  readonly tag: Bytes
}

/**
 * A second implementation of a MAC: another definition; or a function that is given the key, and then sequence number and packet, again and
 * again, and returns the tag.
 */
export type MacReference = MacDefinition | ((key: Uint8Array) => (sequence: number, data: Uint8Array) => MaybePromise<Uint8Array>)

/** What a MAC is held against. */
export type MacEvidence = Evidence<MacVector, MacReference>

/**
 * What a MAC has to do right: the tags of its vectors and of its reference, over every byte and every bit of the sequence number; and to
 * mind its own business.
 *
 * @example
 * ```ts
 * import { createHmac } from 'node:crypto'
 * import { macChecks } from '@seashell/conformance'
 * import { hmacSha256 } from '@seashell/mac-hmac'
 *
 * const checks = macChecks(hmacSha256, {
 *   reference: (key) => (sequence, data) => {
 *     const prefix = Buffer.alloc(4)
 *     prefix.writeUInt32BE(sequence)
 *     return createHmac('sha256', key).update(prefix).update(data).digest()
 *   },
 * })
 * ```
 */
export function macChecks(definition: MacDefinition, evidence: MacEvidence): Check[] {
  const model = macModel(definition)
  const members = {
    kind: 'mac',
    functions: ['create'],
    booleans: ['encryptThenMac'],
    lengths: { keyLength: 1, macLength: 1 },
  } as const
  return [
    definitionCheck(definition, members),
    evidenceCheck(evidence),
    ...vectorChecks(evidence, ({ key, sequence, data, tag }) => {
      expectBytes('the tag', definition.create(toBytes(key)).sign(sequence, toBytes(data)), toBytes(tag))
    }),
    ...agreementChecks(model, macReference(evidence.reference)),
    ...macCoverageChecks(definition),
    ...mannersChecks(model),
  ]
}

/** A MAC as a {@link Model}: what it makes of a packet is the tag. */
function macModel(definition: MacDefinition): Model {
  return {
    keyLength: definition.keyLength,
    plaintext: (random, length) => random(length),
    outgoing: {
      starter: 'create',
      prepare: (input) => new Uint8Array(input),
      create(key) {
        const instance = definition.create(key)
        return { run: (sequence, prepared) => instance.sign(sequence, prepared), destroy: () => instance.destroy() }
      },
    },
  }
}

function macReference(reference: MacReference | undefined): PacketReference | undefined {
  if (reference === undefined || typeof reference === 'function') return reference
  return (key) => {
    const instance = reference.create(key)
    return (sequence, data) => instance.sign(sequence, data)
  }
}
