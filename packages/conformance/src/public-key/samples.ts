import type { KeyPair, PublicKeyDefinition } from '@seashell/core'
import { toBytes } from '../bytes.ts'
import { failure } from '../expect.ts'
import { seededRandom } from '../random.ts'
import type { PublicKeyEvidence } from './evidence.ts'

/** A right signature, and what it belongs to. */
export interface Sample {
  /** The public key blob. */
  readonly publicKey: Uint8Array
  /** What was signed. */
  readonly data: Uint8Array
  /** The signature blob. */
  readonly signature: Uint8Array
}

/** Where the checks get keys and signatures from: made once, when first asked for. */
export interface Samples {
  /** A right signature. */
  signed(): Promise<Sample>
  /** A key pair, where something signs. */
  pair(): Promise<KeyPair | undefined>
}

/** Keys and signatures of the definition's own making, of the reference's, or of the vectors. */
export function samplesOf({ privateKeys }: PublicKeyDefinition, evidence: PublicKeyEvidence): Samples {
  const { vectors = [], reference, keyPair, bits } = evidence
  const data = seededRandom('signed data')(200)
  const makePair = once(async () => {
    if (privateKeys === undefined) return keyPair
    return await privateKeys.generate(seededRandom('key pair'), bits === undefined ? undefined : { bits })
  })
  const makeSample = once(async (): Promise<Sample> => {
    const pair = await makePair()
    const signature = pair && (await (privateKeys ?? reference)?.sign?.(new Uint8Array(pair.privateKey), data))
    if (signature !== undefined) return { publicKey: pair!.publicKey, data, signature }
    const vector = vectors.find(({ valid }) => valid ?? true)
    if (vector !== undefined) {
      return { publicKey: toBytes(vector.publicKey), data: toBytes(vector.data), signature: toBytes(vector.signature) }
    }
    throw failure('privateKeys, a reference that signs beside a keyPair, or a vector, to have one right signature', 'nothing of the three')
  })
  return {
    async signed() {
      const { publicKey, data: signed, signature } = await makeSample()
      return { publicKey: new Uint8Array(publicKey), data: new Uint8Array(signed), signature: new Uint8Array(signature) }
    },
    async pair() {
      const pair = await makePair()
      return pair && { publicKey: new Uint8Array(pair.publicKey), privateKey: new Uint8Array(pair.privateKey) }
    },
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}
