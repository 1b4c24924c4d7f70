import type { KemKeyExchangeDefinition } from '@seashell/core'
import { equalBytes } from '@seashell/core/wire'
import { extended, flipped, positions, toBytes, type Bytes } from '../bytes.ts'
import type { Check } from '../check.ts'
import { BAD_PUBLIC_VALUE, bothLengths, expectRefusal, expectRefusedBy, expectThat } from '../expect.ts'
import { seededRandom } from '../random.ts'
import { exchange, transmitted, type KemExchange } from './kem-exchange.ts'

/** A public value that has to be refused. */
export interface RefusedValue {
  /** What it is: 'a point of order 8'. */
  readonly what: string
  /** The value; of format 'mpint' the magnitude. */
  readonly value: Bytes
  /** Who gets to see it: the server, where it stands for a public key; the client, for a ciphertext; both, where absent. */
  readonly by?: 'client' | 'server'
}

const FLIPS = 32

/** The checks that a hostile peer comes to nothing. */
export function kemRefusalChecks(definition: KemKeyExchangeDefinition, refused: readonly RefusedValue[]): Check[] {
  const isNumber = definition.publicFormat === 'mpint'
  return [
    {
      name: isNumber ? 'refuses 0, 1 and numbers that are too long' : 'refuses public values of another length, and tells both',
      run: () => (isNumber ? expectNumbersRefused(definition) : expectLengthsRefused(definition)),
    },
    ...refused.map(({ what, value, by }) => ({
      name: `refuses ${what}${by === undefined ? '' : ` as ${by}`}`,
      run: () => expectRefused(definition, what, toBytes(value), by),
    })),
    { name: 'comes to another secret when any byte of the ciphertext is another', run: () => expectCiphertextCounts(definition) },
    { name: 'comes to another secret when any byte of the public key is another', run: () => expectPublicKeyCounts(definition) },
    { name: 'comes to another secret with another private key', run: () => expectPrivateKeyCounts(definition) },
  ]
}

async function expectRefused(
  definition: KemKeyExchangeDefinition,
  what: string,
  value: Uint8Array,
  by?: 'client' | 'server',
  refusal = BAD_PUBLIC_VALUE,
): Promise<void> {
  const { privateKey } = await definition.generate(seededRandom('client'))
  const asServer = () => definition.encapsulate(new Uint8Array(value), seededRandom('server'))
  const asClient = () => definition.decapsulate(privateKey, new Uint8Array(value))
  if (by !== 'client') await expectRefusal(`${what}, as a public key,`, asServer, refusal)
  if (by !== 'server') await expectRefusal(`${what}, as a ciphertext,`, asClient, refusal)
}

async function expectLengthsRefused(definition: KemKeyExchangeDefinition): Promise<void> {
  const { publicKey, ciphertext } = await run(definition)
  for (const [value, by] of [
    [publicKey, 'server'],
    [ciphertext, 'client'],
  ] as const) {
    const zeroInFront = new Uint8Array(value.length + 1)
    zeroInFront.set(value, 1)
    const others = [value.subarray(0, 0), value.subarray(0, -1), value.subarray(1), extended(value, 1), zeroInFront]
    for (const other of [...others, extended(value, value.length)]) {
      const refusal = { ...BAD_PUBLIC_VALUE, tells: bothLengths(value.length, other.length) }
      await expectRefused(definition, `a value of ${other.length} bytes in place of ${value.length}`, other, by, refusal)
    }
  }
}

async function expectNumbersRefused(definition: KemKeyExchangeDefinition): Promise<void> {
  const { publicKey, ciphertext } = await run(definition)
  const tooLong = new Uint8Array(Math.max(publicKey.length, ciphertext.length) + 1).fill(0xff)
  for (const [what, value] of Object.entries({ '0': new Uint8Array(0), '1': Uint8Array.of(1), 'a number that is too long': tooLong })) {
    await expectRefused(definition, what, value)
  }
}

/** The lowest bit of each byte: X25519 has a highest one that does not count. */
async function expectCiphertextCounts(definition: KemKeyExchangeDefinition): Promise<void> {
  const { privateKey, ciphertext, sharedSecret } = await run(definition)
  for (const index of positions(ciphertext.length, FLIPS)) {
    const secret = secretOrRefusal(() => definition.decapsulate(new Uint8Array(privateKey), flipped(ciphertext, index, 1)))
    expectOther(`the ciphertext has another byte ${index}`, await secret, sharedSecret)
  }
}

async function expectPublicKeyCounts(definition: KemKeyExchangeDefinition): Promise<void> {
  const { publicKey, sharedSecret } = await run(definition)
  for (const index of positions(publicKey.length, FLIPS)) {
    const secret = secretOrRefusal(async () => {
      const encapsulation = await definition.encapsulate(flipped(publicKey, index, 1), seededRandom('server'))
      return encapsulation.sharedSecret
    })
    expectOther(`the public key has another byte ${index}`, await secret, sharedSecret)
  }
}

async function expectPrivateKeyCounts(definition: KemKeyExchangeDefinition): Promise<void> {
  const { ciphertext, sharedSecret } = await run(definition)
  const { privateKey } = await definition.generate(seededRandom('another client'))
  const secret = secretOrRefusal(() => definition.decapsulate(privateKey, transmitted(definition.publicFormat, ciphertext)))
  expectOther('the private key is another', await secret, sharedSecret)
}

function run(definition: KemKeyExchangeDefinition): Promise<KemExchange> {
  return exchange(definition, definition, definition, { client: seededRandom('client'), server: seededRandom('server') })
}

/** The secret of a call, or undefined where it refuses as it should. */
async function secretOrRefusal(call: () => Uint8Array | PromiseLike<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    return await call()
  } catch (error) {
    expectRefusedBy('a changed public value, if it is not accepted,', error, BAD_PUBLIC_VALUE)
    return undefined
  }
}

function expectOther(when: string, secret: Uint8Array | undefined, sharedSecret: Uint8Array): void {
  expectThat(secret === undefined || !equalBytes(secret, sharedSecret), `another secret, or a refusal, when ${when}`, 'the same secret')
}
