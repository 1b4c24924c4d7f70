import type { PublicKeyDefinition } from '@seashell/core'
import type { Check } from '../check.ts'
import { expectThat, failure } from '../expect.ts'
import { seededRandom } from '../random.ts'
import type { PublicKeyReference } from './evidence.ts'
import type { Samples } from './samples.ts'

const LENGTHS = [0, 1, 32, 200, 5000]

/** The checks that two implementations take each other's signatures. */
export function referenceChecks(definition: PublicKeyDefinition, reference: PublicKeyReference, samples: Samples): Check[] {
  const checks: Check[] = []
  const { sign, verify } = reference
  const own = definition.privateKeys
  if (sign !== undefined) {
    checks.push({
      name: 'verifies what the reference signs',
      run: () =>
        forEachMessage(
          samples,
          async (privateKey, publicKey, data) => await definition.verify(publicKey, data, await sign(privateKey, data)),
        ),
    })
  }
  if (verify !== undefined && own !== undefined) {
    checks.push({
      name: 'signs what the reference verifies',
      run: () =>
        forEachMessage(samples, async (privateKey, publicKey, data) => await verify(publicKey, data, await own.sign(privateKey, data))),
    })
  }
  if (checks.length > 0) return checks
  return [{ name: 'agrees with the reference', run: failEmptyReference }]
}

function failEmptyReference(): void {
  throw failure('a reference that signs, or one that verifies what the definition signs', 'neither')
}

async function forEachMessage(
  samples: Samples,
  isRight: (privateKey: Uint8Array, publicKey: Uint8Array, data: Uint8Array) => Promise<boolean>,
): Promise<void> {
  const random = seededRandom('messages')
  for (const length of LENGTHS) {
    const pair = await samples.pair()
    if (pair === undefined) throw failure('a keyPair, for the reference to sign with', 'none')
    const verified = await isRight(pair.privateKey, pair.publicKey, random(length))
    expectThat(verified, `a signature over ${length} bytes to be right`, 'that it is wrong')
  }
}
