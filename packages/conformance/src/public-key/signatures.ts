import type { PublicKeyDefinition } from '@seashell/core'
import { WireReader, WireWriter } from '@seashell/core/wire'
import { extended, flipped, placed, positions, toBytes, viewSliced } from '../bytes.ts'
import type { Check } from '../check.ts'
import { describe, expectBytes, expectThat, failure } from '../expect.ts'
import type { Sample, Samples } from './samples.ts'
import type { RefusedSignature } from './evidence.ts'

const POSITIONS = 300

/** The checks that the right signature is taken, and no other. A wrong one is no error: `verify` says false. */
export function signatureChecks(definition: PublicKeyDefinition, samples: Samples, refused: readonly RefusedSignature[]): Check[] {
  const withSample = (run: (definition: PublicKeyDefinition, sample: Sample) => Promise<void>) => async () =>
    await run(definition, await samples.signed())
  return [
    { name: 'takes a right signature, of its own format, every time', run: withSample(expectTaken) },
    { name: 'does not take a signature for other data', run: withSample(expectOtherDataWrong) },
    { name: 'does not take a signature with any byte changed', run: withSample(expectFlipsWrong) },
    { name: 'does not take a signature that was cut short', run: withSample(expectCutsWrong) },
    { name: 'does not take a signature with bytes after it', run: withSample(expectMoreWrong) },
    { name: 'does not take a signature of another format', run: withSample(expectOtherFormatWrong) },
    ...refused.map((one) => ({
      name: `does not take ${one.what}`,
      run: withSample((_, sample) =>
        expectWrong(definition, sample, one.what, toBytes(one.change(new Uint8Array(sample.signature), sample))),
      ),
    })),
    { name: 'verify() leaves its arguments as they were', run: withSample(expectArgumentsUnchanged) },
    { name: "verifies at every address, and in arrays whose slices are views, like Node's Buffer", run: withSample(expectAnyArray) },
  ]
}

async function expectTaken(definition: PublicKeyDefinition, { publicKey, data, signature }: Sample): Promise<void> {
  const format = new WireReader(signature, 'the signature').readName()
  expectThat(format === definition.signatureFormat, `a signature of format ${definition.signatureFormat}`, format)
  for (let time = 1; time <= 2; time++) {
    const verified: unknown = await definition.verify(publicKey, data, signature)
    expectThat(verified === true, `verify() to say true of a right signature, time ${time}`, describe(verified))
  }
}

async function expectWrong(definition: PublicKeyDefinition, sample: Sample, what: string, signature: Uint8Array): Promise<void> {
  let verified: unknown
  try {
    verified = await definition.verify(sample.publicKey, sample.data, signature)
  } catch (error) {
    throw failure(`verify() to say false of ${what}`, `that it threw ${describe(error)}`)
  }
  expectThat(verified === false, `verify() to say false of ${what}`, describe(verified))
}

async function expectOtherDataWrong(definition: PublicKeyDefinition, sample: Sample): Promise<void> {
  const others = [extended(sample.data, 1), ...positions(sample.data.length, 40).map((index) => flipped(sample.data, index))]
  for (const data of others) {
    await expectWrong(definition, { ...sample, data }, `a signature for other data, ${describe(data)},`, sample.signature)
  }
}

async function expectFlipsWrong(definition: PublicKeyDefinition, sample: Sample): Promise<void> {
  for (const index of positions(sample.signature.length, POSITIONS)) {
    await expectWrong(definition, sample, `a signature with byte ${index} changed`, flipped(sample.signature, index))
  }
}

async function expectCutsWrong(definition: PublicKeyDefinition, sample: Sample): Promise<void> {
  for (const length of positions(sample.signature.length, POSITIONS)) {
    await expectWrong(definition, sample, `a signature cut to ${length} bytes`, sample.signature.slice(0, length))
  }
}

/** After the blob, and after the string in it. */
async function expectMoreWrong(definition: PublicKeyDefinition, sample: Sample): Promise<void> {
  const reader = new WireReader(sample.signature)
  const [format, value] = [reader.readString(), reader.readString()]
  const inside = new WireWriter().writeString(format).writeString(extended(value, 1)).writeBytes(reader.readRemaining()).finish()
  await expectWrong(definition, sample, 'a signature with a zero after it', extended(sample.signature, 1))
  await expectWrong(definition, sample, 'a signature with a zero after its value', inside)
}

async function expectOtherFormatWrong(definition: PublicKeyDefinition, sample: Sample): Promise<void> {
  const reader = new WireReader(sample.signature)
  reader.readString()
  const rest = reader.readRemaining()
  for (const format of ['', `${definition.signatureFormat}2`, 'another@example.org']) {
    const signature = new WireWriter().writeString(format).writeBytes(rest).finish()
    await expectWrong(definition, sample, `a signature of format '${format}'`, signature)
  }
}

async function expectArgumentsUnchanged(definition: PublicKeyDefinition, sample: Sample): Promise<void> {
  const [publicKey, data, signature] = [new Uint8Array(sample.publicKey), new Uint8Array(sample.data), new Uint8Array(sample.signature)]
  await definition.verify(publicKey, data, signature)
  expectBytes('the public key after verify()', publicKey, sample.publicKey)
  expectBytes('the data after verify()', data, sample.data)
  expectBytes('the signature after verify()', signature, sample.signature)
}

async function expectAnyArray(definition: PublicKeyDefinition, { publicKey, data, signature }: Sample): Promise<void> {
  const arrays = [
    ...Array.from({ length: 8 }, (_, offset) => (bytes: Uint8Array) => placed(bytes, offset).bytes),
    (bytes: Uint8Array) => viewSliced(bytes),
  ]
  for (const array of arrays) {
    const key = array(publicKey)
    expectThat(await definition.verify(key, array(data), array(signature)), 'the right signature to be taken, wherever it lies', 'false')
    expectBytes('the public key after verify()', new Uint8Array(key), publicKey)
  }
}
