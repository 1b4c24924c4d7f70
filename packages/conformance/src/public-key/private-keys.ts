import type { KeyPair, PrivateKeyOperations, PublicKeyDefinition } from '@seashell/core'
import { equalBytes, WireReader } from '@seashell/core/wire'
import { extended, flipped, placed, positions, viewSliced } from '../bytes.ts'
import type { Check } from '../check.ts'
import { BAD_PRIVATE_KEY, expectBytes, expectRefusal, expectThat, failure } from '../expect.ts'
import { seededRandom } from '../random.ts'
import type { Samples } from './samples.ts'

/** What the checks have to know besides. */
export interface PrivateKeyOptions {
  /** Whether the same key and data give the same signature. */
  readonly deterministic: boolean
  /** For `generate`. */
  readonly bits?: number
}

interface Bench extends PrivateKeyOptions {
  readonly definition: PublicKeyDefinition
  readonly operations: PrivateKeyOperations
  readonly pair: KeyPair
}

const POSITIONS = 200

/** The checks of what needs a private key: to read, to generate and to sign. */
export function privateKeyChecks(
  definition: PublicKeyDefinition,
  operations: PrivateKeyOperations,
  samples: Samples,
  options: PrivateKeyOptions,
): Check[] {
  const withPair = (run: (bench: Bench) => void | Promise<void>) => async (): Promise<void> => {
    const pair = await samples.pair()
    if (pair === undefined) throw failure('a key pair', 'none')
    await run({ ...options, definition, operations, pair })
  }
  return [
    { name: 'privateKeys is frozen, and whole', run: () => expectOperations(operations) },
    { name: 'generate() makes of the same random bytes the same key, and of others another', run: withPair(expectGenerated) },
    { name: 'reads the private fields, and no byte more', run: withPair(expectRead) },
    { name: 'refuses private fields that were cut short', run: withPair(expectCutsRefused) },
    { name: 'refuses private fields with any byte changed, which do not agree', run: withPair(expectFlipsRefused) },
    { name: 'a key that was read shares no memory with its file, nor its halves with each other', run: withPair(expectOwnMemory) },
    { name: 'signs what verify() takes, over data of any length', run: withPair(expectSigned) },
    { name: 'sign() leaves its arguments as they were, at every address', run: withPair(expectSigningManners) },
  ]
}

function expectOperations(operations: PrivateKeyOperations): void {
  expectThat(Object.isFrozen(operations), 'privateKeys to be frozen', 'that it is not')
  for (const name of ['read', 'generate', 'sign'] as const) {
    expectThat(typeof operations[name] === 'function', `privateKeys.${name} to be a function`, typeof operations[name])
  }
}

async function expectGenerated({ operations, pair, bits }: Bench): Promise<void> {
  const generate = async (seed: string) => await operations.generate(seededRandom(seed), bits === undefined ? undefined : { bits })
  const [same, other] = [await generate('key pair'), await generate('another key pair')]
  expectBytes('the public key of the same random bytes', same.publicKey, pair.publicKey)
  expectBytes('the private key of the same random bytes', same.privateKey, pair.privateKey)
  expectThat(!equalBytes(other.publicKey, pair.publicKey), 'another public key of other random bytes', 'the same')
  expectThat(!equalBytes(other.privateKey, pair.privateKey), 'another private key of other random bytes', 'the same')
}

function expectRead({ operations, pair }: Bench): void {
  const reader = new WireReader(extended(pair.privateKey, 3, 0x77), 'the private key')
  const read = operations.read(reader)
  expectBytes('the public key that was read', read.publicKey, pair.publicKey)
  expectBytes('the private key that was read', read.privateKey, pair.privateKey)
  expectThat(reader.remainingLength === 3, '3 bytes after the private fields to be left alone', `${reader.remainingLength} left`)
}

async function expectCutsRefused({ operations, pair: { privateKey } }: Bench): Promise<void> {
  for (const length of positions(privateKey.length, POSITIONS)) {
    const read = () => operations.read(new WireReader(privateKey.slice(0, length), 'the private key'))
    await expectRefusal(`private fields cut to ${length} of ${privateKey.length} bytes`, read, BAD_PRIVATE_KEY)
  }
}

async function expectFlipsRefused({ operations, pair: { privateKey } }: Bench): Promise<void> {
  for (const index of positions(privateKey.length, POSITIONS)) {
    const read = () => operations.read(new WireReader(flipped(privateKey, index), 'the private key'))
    await expectRefusal(`private fields with byte ${index} changed`, read, BAD_PRIVATE_KEY)
  }
}

function expectOwnMemory({ operations, pair }: Bench): void {
  const file = new Uint8Array(pair.privateKey)
  const read = operations.read(new WireReader(file, 'the private key'))
  file.fill(0)
  expectBytes('the private key, once its file was wiped,', read.privateKey, pair.privateKey)
  read.privateKey.fill(0)
  expectBytes('the public key, once the private key was wiped,', read.publicKey, pair.publicKey)
}

async function expectSigned({ definition, operations, pair: { publicKey, privateKey }, deterministic }: Bench): Promise<void> {
  const random = seededRandom('data')
  for (const length of [0, 1, 64, 300, 40_000]) {
    const data = random(length)
    const signature = await operations.sign(new Uint8Array(privateKey), data)
    expectThat(await definition.verify(publicKey, data, signature), `verify() to take a signature over ${length} bytes`, 'false')
    if (deterministic) expectBytes('the signature, made again,', await operations.sign(new Uint8Array(privateKey), data), signature)
  }
}

async function expectSigningManners({ definition, operations, pair: { publicKey, privateKey } }: Bench): Promise<void> {
  const data = seededRandom('data')(100)
  const arrays = [
    ...Array.from({ length: 8 }, (_, offset) => (bytes: Uint8Array) => placed(bytes, offset).bytes),
    (bytes: Uint8Array) => viewSliced(bytes),
  ]
  for (const array of arrays) {
    const [ownKey, ownData] = [array(privateKey), array(data)]
    const signature = await operations.sign(ownKey, ownData)
    expectBytes('the private key after sign()', new Uint8Array(ownKey), privateKey)
    expectBytes('the data after sign()', new Uint8Array(ownData), data)
    expectThat(await definition.verify(publicKey, data, new Uint8Array(signature)), 'a signature that verify() takes', 'another')
  }
}
