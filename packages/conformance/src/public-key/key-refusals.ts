import type { PublicKeyDefinition } from '@seashell/core'
import { isSSHError, WireReader, WireWriter } from '@seashell/core/wire'
import { extended, flipped, positions, toBytes } from '../bytes.ts'
import type { Check } from '../check.ts'
import { BAD_PUBLIC_KEY, describe, expectRefusal, expectThat } from '../expect.ts'
import type { Sample, Samples } from './samples.ts'
import type { RefusedKey } from './evidence.ts'

const POSITIONS = 300

/** The checks that what is no public key is refused, by whatever is asked about it. */
export function keyRefusalChecks(definition: PublicKeyDefinition, samples: Samples, refused: readonly RefusedKey[]): Check[] {
  const withSample = (run: (definition: PublicKeyDefinition, sample: Sample) => void | Promise<void>) => async () =>
    await run(definition, await samples.signed())
  return [
    { name: 'a public key is of its format, and has a size', run: withSample(expectSize) },
    { name: 'refuses a public key of another format', run: withSample(expectOtherFormatRefused) },
    { name: 'refuses a public key that was cut short', run: withSample(expectCutsRefused) },
    { name: 'refuses a public key with bytes after it', run: withSample(expectMoreRefused) },
    { name: 'takes no signature under a public key with any byte changed', run: withSample(expectFlipsWrong) },
    ...refused.map(({ what, publicKey }) => ({
      name: `refuses ${what}`,
      run: withSample((_, sample) => expectRefused(definition, sample, what, toBytes(publicKey))),
    })),
  ]
}

function expectSize(definition: PublicKeyDefinition, { publicKey }: Sample): void {
  const format = new WireReader(publicKey, 'the public key').readName()
  expectThat(format === definition.keyFormat, `a public key of format ${definition.keyFormat}`, format)
  const bits = definition.bitLength(publicKey)
  expectThat(Number.isInteger(bits) && bits > 0, 'bitLength() to be a number of bits', String(bits))
}

async function expectRefused(definition: PublicKeyDefinition, { data, signature }: Sample, what: string, key: Uint8Array): Promise<void> {
  await expectRefusal(`${what}, asked for its size,`, () => definition.bitLength(new Uint8Array(key)), BAD_PUBLIC_KEY)
  await expectRefusal(`${what}, to verify with,`, () => definition.verify(new Uint8Array(key), data, signature), BAD_PUBLIC_KEY)
}

async function expectOtherFormatRefused(definition: PublicKeyDefinition, sample: Sample): Promise<void> {
  const reader = new WireReader(sample.publicKey)
  reader.readString()
  const rest = reader.readRemaining()
  for (const format of ['', `${definition.keyFormat}2`, 'another@example.org']) {
    const key = new WireWriter().writeString(format).writeBytes(rest).finish()
    await expectRefused(definition, sample, `a public key of format '${format}'`, key)
  }
}

async function expectCutsRefused(definition: PublicKeyDefinition, sample: Sample): Promise<void> {
  for (const length of positions(sample.publicKey.length, POSITIONS)) {
    await expectRefused(definition, sample, `a public key cut to ${length} bytes`, sample.publicKey.slice(0, length))
  }
}

async function expectMoreRefused(definition: PublicKeyDefinition, sample: Sample): Promise<void> {
  for (const more of [1, 4]) {
    await expectRefused(definition, sample, `a public key with ${more} zeros after it`, extended(sample.publicKey, more))
  }
}

/** Another key, or none: some bytes of a key may well be others. */
async function expectFlipsWrong(definition: PublicKeyDefinition, { publicKey, data, signature }: Sample): Promise<void> {
  for (const index of positions(publicKey.length, POSITIONS)) {
    const what = `a public key with byte ${index} changed`
    let verified = false
    try {
      verified = await definition.verify(flipped(publicKey, index), data, signature)
    } catch (error) {
      const isRefusal = isSSHError(error) && error.code === 'KEY' && error.fault === 'peer'
      expectThat(isRefusal, `${what} to be refused with SSHError KEY, fault 'peer', if at all`, describe(error))
    }
    expectThat(!verified, `no signature to be right under ${what}`, 'that one is')
  }
}
