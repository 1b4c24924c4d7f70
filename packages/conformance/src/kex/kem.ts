import type { KemKeyExchangeDefinition, Random } from '@seashell/core'
import { toBytes, toHex, type Bytes } from '../bytes.ts'
import type { Check } from '../check.ts'
import { evidenceCheck, hostileCheck, vectorChecks, type Evidence, type Hostile, type Sourced } from '../evidence.ts'
import { expectBytes, expectThat, failure } from '../expect.ts'
import { recordedRandom, seededRandom } from '../random.ts'
import { exchange, transmitted, type Kem, type KemExchange, type KemLengths } from './kem-exchange.ts'
import { kemMannersChecks } from './kem-manners.ts'
import { kemRefusalChecks, type RefusedValue } from './kem-refusals.ts'

/**
 * A known answer of a key encapsulation. It needs the private key or the random bytes that it is made of, or the server's random bytes and
 * the public key; whatever follows from what is there is held against the rest.
 */
export interface KemVector extends Sourced {
  /** The random bytes of `generate`, in the order in which it asks for them. */
  readonly clientRandom?: Bytes
  /** The private key, in the definition's own form. */
  readonly privateKey?: Bytes
  /** The public key. */
  readonly publicKey?: Bytes
  /** The random bytes of `encapsulate`, in the order in which it asks for them. */
  readonly serverRandom?: Bytes
  /** What the server sends. */
  readonly ciphertext: Bytes
  /** The shared secret K. */
  readonly sharedSecret: Bytes
}

/** What a key encapsulation is held against. */
export interface KemEvidence extends Evidence<KemVector, Kem> {
  /**
   * Public values of the right length that nobody may accept: points of low order, points beside the curve, p−1; or one sentence why every
   * value is good. 0, 1, numbers that are too long and wrong lengths need not be listed.
   */
  readonly refused?: Hostile<RefusedValue>
  /** The lengths that it promises. */
  readonly lengths?: KemLengths
  /** How many exchanges to run, 100 where absent; what begins with a zero byte comes once in 256. */
  readonly exchanges?: number
}

/** How many exchanges are run where nobody says. */
const EXCHANGES = 100

const REFERENCE_EXCHANGES = 8

/** The checks of a key encapsulation. */
export function kemChecks(definition: KemKeyExchangeDefinition, evidence: KemEvidence): Check[] {
  const { reference, refused, lengths = {}, exchanges = EXCHANGES } = evidence
  return [
    evidenceCheck(evidence),
    hostileCheck('hostile public values', 'points of low order, points beside the curve, p−1', refused),
    ...vectorChecks(evidence, (vector) => expectAnswer(definition, vector)),
    ...(reference === undefined ? [] : referenceChecks(definition, reference)),
    {
      name: 'both roles come to one secret, of one length, and nothing comes twice',
      run: () => expectExchanges(definition, lengths, exchanges),
    },
    ...kemMannersChecks(definition, lengths),
    ...kemRefusalChecks(definition, typeof refused === 'string' ? [] : (refused ?? [])),
  ]
}

async function expectAnswer(definition: KemKeyExchangeDefinition, vector: KemVector): Promise<void> {
  const { clientRandom, serverRandom } = vector
  const publicKey = vector.publicKey === undefined ? undefined : toBytes(vector.publicKey)
  let privateKey = vector.privateKey === undefined ? undefined : toBytes(vector.privateKey)
  if (clientRandom !== undefined) {
    const pair = await definition.generate(recordedRandom(toBytes(clientRandom)))
    if (publicKey !== undefined) expectBytes('the public key', pair.publicKey, publicKey)
    if (privateKey !== undefined) expectBytes('the private key', pair.privateKey, privateKey)
    privateKey ??= pair.privateKey
  }
  if (serverRandom !== undefined && publicKey !== undefined) {
    const { ciphertext, sharedSecret } = await definition.encapsulate(publicKey, recordedRandom(toBytes(serverRandom)))
    expectBytes('the ciphertext', ciphertext, toBytes(vector.ciphertext))
    expectBytes("the server's secret", sharedSecret, toBytes(vector.sharedSecret))
  } else if (privateKey === undefined) {
    throw failure('a vector with privateKey or clientRandom, or with serverRandom and publicKey', 'neither')
  }
  if (privateKey === undefined) return
  expectBytes("the client's secret", await definition.decapsulate(privateKey, toBytes(vector.ciphertext)), toBytes(vector.sharedSecret))
}

function referenceChecks(definition: KemKeyExchangeDefinition, reference: Kem): Check[] {
  const run = (client: Kem, server: Kem) => async (): Promise<void> => {
    for (let round = 0; round < REFERENCE_EXCHANGES; round++) {
      expectAgreement(definition, await exchange(definition, client, server, seeds(round)), round)
    }
  }
  return [
    { name: 'comes to one secret with the reference as server', run: run(definition, reference) },
    { name: 'comes to one secret with the reference as client', run: run(reference, definition) },
  ]
}

async function expectExchanges(definition: KemKeyExchangeDefinition, lengths: KemLengths, exchanges: number): Promise<void> {
  const seen = new Set<string>()
  let first: KemExchange | undefined
  for (let round = 0; round < exchanges; round++) {
    const result = await exchange(definition, definition, definition, seeds(round))
    first ??= result
    expectAgreement(definition, result, round)
    expectLengths(definition, result, first, lengths)
    const { decapsulated: _agreed, ...values } = result
    for (const [name, value] of Object.entries(values)) {
      const text = toHex(value)
      expectThat(!seen.has(text), 'nothing of an exchange to come twice', `the ${name} of exchange ${round}, which was there before`)
      seen.add(text)
    }
  }
}

function expectAgreement({ secretFormat }: KemKeyExchangeDefinition, result: KemExchange, round: number): void {
  const [client, server] = [result.decapsulated, result.sharedSecret].map((secret) => transmitted(secretFormat, secret))
  expectBytes(`the client's secret in exchange ${round}`, client, server!)
  // Sixteen bytes are 128 bits: an agreement on less, or on nothing, is none.
  expectThat(server!.length >= 16, 'a secret of 16 bytes at least', `${server!.length}`)
}

/** Where the format is a string every byte counts, zeros in front too: so the length is always the same. */
function expectLengths(
  { publicFormat, secretFormat }: KemKeyExchangeDefinition,
  result: KemExchange,
  first: KemExchange,
  lengths: KemLengths,
): void {
  const fixed = {
    publicKey: lengths.publicKey ?? (publicFormat === 'string' ? first.publicKey.length : undefined),
    privateKey: lengths.privateKey,
    ciphertext: lengths.ciphertext ?? (publicFormat === 'string' ? first.ciphertext.length : undefined),
    sharedSecret: lengths.sharedSecret ?? (secretFormat === 'string' ? first.sharedSecret.length : undefined),
  }
  for (const [name, length] of Object.entries(fixed) as [keyof typeof fixed, number | undefined][]) {
    const found = result[name].length
    expectThat(length === undefined || found === length, `${name} to be ${length} bytes in every exchange`, `${found}`)
  }
}

function seeds(round: number): { readonly client: Random; readonly server: Random } {
  return { client: seededRandom(`client ${round}`), server: seededRandom(`server ${round}`) }
}
