import type { KemKeyExchangeDefinition, Random } from '@seashell/core'
import { placed, toHex, viewSliced } from '../bytes.ts'
import type { Check } from '../check.ts'
import { expectBytes, expectThat, failure } from '../expect.ts'
import { seededRandom } from '../random.ts'
import { exchange, transmitted, type KemExchange, type KemLengths } from './kem-exchange.ts'

/** The checks about randomness, memory and arguments. */
export function kemMannersChecks(definition: KemKeyExchangeDefinition, lengths: KemLengths): Check[] {
  const numberChecks =
    definition.publicFormat === 'mpint'
      ? [{ name: 'zeros in front of a number do not count', run: () => expectZerosDoNotCount(definition) }]
      : []
  return [
    { name: 'takes all its randomness from its argument', run: () => expectInjectedRandomness(definition) },
    { name: "the server's random bytes make its answer", run: () => expectServerRandomness(definition) },
    { name: 'asks for random bytes, as many as it promises', run: () => expectRandomLengths(definition, lengths) },
    { name: "wipes the server's random bytes", run: () => expectRandomWiped(definition) },
    { name: 'leaves its arguments as they were', run: () => expectArgumentsUnchanged(definition) },
    { name: 'what it hands out shares no memory, for core wipes the secrets', run: () => expectOwnMemory(definition) },
    {
      name: "reads values at every address, and in arrays whose slices are views, like Node's Buffer",
      run: () => expectAnyArray(definition),
    },
    ...numberChecks,
  ]
}

function run(definition: KemKeyExchangeDefinition, client = 'client', server = 'server'): Promise<KemExchange> {
  return exchange(definition, definition, definition, { client: seededRandom(client), server: seededRandom(server) })
}

async function expectInjectedRandomness(definition: KemKeyExchangeDefinition): Promise<void> {
  const [first, second] = [await run(definition), await run(definition)]
  for (const name of Object.keys(first) as (keyof KemExchange)[]) {
    expectBytes(`the ${name} of the same random bytes`, second[name], first[name])
  }
}

async function expectServerRandomness(definition: KemKeyExchangeDefinition): Promise<void> {
  const [one, other] = [await run(definition), await run(definition, 'client', 'another server')]
  expectBytes("the client's public key, whoever the server is,", other.publicKey, one.publicKey)
  for (const name of ['ciphertext', 'sharedSecret'] as const) {
    expectThat(toHex(one[name]) !== toHex(other[name]), `another ${name} of other random bytes of the server`, 'the same')
  }
}

async function expectRandomLengths(definition: KemKeyExchangeDefinition, lengths: KemLengths): Promise<void> {
  const asked: Record<'client' | 'server', number[]> = { client: [], server: [] }
  const noting = (role: 'client' | 'server'): Random => {
    const random = seededRandom(role)
    return (length) => {
      asked[role].push(length)
      return random(length)
    }
  }
  await exchange(definition, definition, definition, { client: noting('client'), server: noting('server') })
  for (const [role, promised] of [
    ['client', lengths.generateRandom],
    ['server', lengths.encapsulateRandom],
  ] as const) {
    const total = asked[role].reduce((sum, length) => sum + length, 0)
    expectThat(total >= 16, `the ${role} to ask for 16 random bytes at least`, String(total))
    const fits = promised === undefined || promised.join() === asked[role].join()
    expectThat(fits, `the ${role} to ask for ${promised?.join(' and ')} random bytes`, asked[role].join(' and '))
  }
}

/** They are its private key. The client's go into the private key, which core wipes. */
async function expectRandomWiped(definition: KemKeyExchangeDefinition): Promise<void> {
  const { publicKey } = await definition.generate(seededRandom('client'))
  const random = seededRandom('server')
  const handedOut: Uint8Array[] = []
  await definition.encapsulate(transmitted(definition.publicFormat, publicKey), (length) => {
    const bytes = random(length)
    handedOut.push(bytes)
    return bytes
  })
  const isWiped = handedOut.every((bytes) => bytes.every((byte) => byte === 0))
  expectThat(isWiped, 'the random bytes that encapsulate was given to be zeros after it', 'that some are not')
}

async function expectArgumentsUnchanged(definition: KemKeyExchangeDefinition): Promise<void> {
  const { publicKey, privateKey } = await definition.generate(seededRandom('client'))
  const { ciphertext } = await definition.encapsulate(transmitted(definition.publicFormat, publicKey), seededRandom('server'))
  const own = {
    publicKey: transmitted(definition.publicFormat, publicKey),
    privateKey: new Uint8Array(privateKey),
    ciphertext: transmitted(definition.publicFormat, ciphertext),
  }
  await definition.encapsulate(own.publicKey, seededRandom('server'))
  await definition.decapsulate(own.privateKey, own.ciphertext)
  expectBytes('the public key after encapsulate', own.publicKey, transmitted(definition.publicFormat, publicKey))
  expectBytes('the private key after decapsulate', own.privateKey, privateKey)
  expectBytes('the ciphertext after decapsulate', own.ciphertext, transmitted(definition.publicFormat, ciphertext))
}

/** Wipes each thing in turn, and sees whether another goes with it. */
async function expectOwnMemory(definition: KemKeyExchangeDefinition): Promise<void> {
  const expected = await run(definition)
  for (const wiped of Object.keys(expected) as (keyof KemExchange)[]) {
    const result = await run(definition)
    result[wiped].fill(0)
    for (const name of Object.keys(expected) as (keyof KemExchange)[]) {
      if (name !== wiped) expectBytes(`the ${name}, once the ${wiped} was wiped,`, result[name], expected[name])
    }
  }
}

async function expectAnyArray(definition: KemKeyExchangeDefinition): Promise<void> {
  const expected = await run(definition)
  const placements = [
    ...Array.from({ length: 8 }, (_, offset) => (bytes: Uint8Array) => placed(bytes, offset)),
    (bytes: Uint8Array) => ({ bytes: viewSliced(bytes), isIntact: () => true }),
  ]
  for (const place of placements) {
    const [publicKey, privateKey, ciphertext] = [place(expected.publicKey), place(expected.privateKey), place(expected.ciphertext)]
    const server = await definition.encapsulate(publicKey.bytes, seededRandom('server'))
    expectBytes('the ciphertext', new Uint8Array(server.ciphertext), expected.ciphertext)
    expectBytes("the server's secret", new Uint8Array(server.sharedSecret), expected.sharedSecret)
    const secret = await definition.decapsulate(privateKey.bytes, ciphertext.bytes)
    expectBytes("the client's secret", new Uint8Array(secret), expected.decapsulated)
    if (![publicKey, privateKey, ciphertext].every((value) => value.isIntact())) {
      throw failure('the bytes around its arguments to stay as they were', 'others')
    }
  }
}

async function expectZerosDoNotCount(definition: KemKeyExchangeDefinition): Promise<void> {
  const { publicKey, privateKey, ciphertext, sharedSecret } = await run(definition)
  const server = await definition.encapsulate(withZero(publicKey), seededRandom('server'))
  const secret = transmitted(definition.secretFormat, sharedSecret)
  expectBytes("the server's secret", transmitted(definition.secretFormat, server.sharedSecret), secret)
  const client = await definition.decapsulate(new Uint8Array(privateKey), withZero(ciphertext))
  expectBytes("the client's secret", transmitted(definition.secretFormat, client), secret)
}

function withZero(value: Uint8Array): Uint8Array {
  return Uint8Array.of(0, ...value)
}
