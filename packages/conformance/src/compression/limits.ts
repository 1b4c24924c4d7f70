import type { CompressionDefinition } from '@seashell/core'
import { positions } from '../bytes.ts'
import type { Check } from '../check.ts'
import { describe, expectBytes, expectRefusal, expectRefusedBy, expectThat, NOT_COMPRESSED } from '../expect.ts'
import { seededRandom } from '../random.ts'
import { LIMIT, text } from './payloads.ts'

const DAMAGED = 1000

/** The checks that a peer cannot make more of a payload than we allow, nor do anything by damaged ones but end the connection. */
export function compressionLimitChecks(definition: CompressionDefinition): Check[] {
  return [
    { name: 'takes a payload that becomes as long as the limit, and no byte more', run: () => expectLimit(definition) },
    { name: 'refuses a payload of 8 MiB of zeros', run: () => expectBombRefused(definition) },
    { name: 'refuses every payload after one that it refused', run: () => expectFailedForGood(definition) },
    { name: 'damaged payloads are refused, or become others within the limit', run: () => expectDamageContained(definition) },
  ]
}

async function expectLimit(definition: CompressionDefinition): Promise<void> {
  for (const payload of [1, 1000, 16_384, 32_768, 65_536, 100_000].flatMap((length) => [text(length), new Uint8Array(length)])) {
    const compressed = new Uint8Array(definition.create().compress(new Uint8Array(payload)))
    const decompress = (limit: number) => definition.create().decompress(new Uint8Array(compressed), limit)
    expectBytes(`a payload of ${payload.length} bytes, which is the limit,`, decompress(payload.length), payload)
    const over = () => decompress(payload.length - 1)
    await expectRefusal(`a payload of ${payload.length} bytes, one more than the limit,`, over, NOT_COMPRESSED)
  }
}

async function expectBombRefused(definition: CompressionDefinition): Promise<void> {
  const bomb = new Uint8Array(definition.create().compress(new Uint8Array(8 * 1024 * 1024)))
  await expectRefusal('8 MiB where 256 KiB are allowed', () => definition.create().decompress(bomb, LIMIT), NOT_COMPRESSED)
}

async function expectFailedForGood(definition: CompressionDefinition): Promise<void> {
  const [sender, receiver] = [definition.create(), definition.create()]
  const [first, second] = [text(1000), text(10)].map((payload) => new Uint8Array(sender.compress(payload)))
  await expectRefusal('a payload past the limit', () => receiver.decompress(first!, 999), NOT_COMPRESSED)
  await expectRefusal('the payload after one that was refused', () => receiver.decompress(second!, LIMIT), NOT_COMPRESSED)
}

async function expectDamageContained(definition: CompressionDefinition): Promise<void> {
  const payload = text(600)
  const compressed = new Uint8Array(definition.create().compress(payload))
  const random = seededRandom('damage')
  const damaged = Array.from({ length: DAMAGED }, (_, round) => {
    const bytes = new Uint8Array(compressed)
    for (const place of random(1 + (round % 3))) bytes[place % bytes.length]! ^= 1 + (random(1)[0]! % 255)
    return bytes
  })
  const cut = positions(compressed.length, DAMAGED).map((length) => compressed.slice(0, length))
  for (const bytes of [...damaged, ...cut, random(500)]) {
    try {
      const found: unknown = definition.create().decompress(bytes, 4096)
      const fits = found instanceof Uint8Array && found.length <= 4096
      expectThat(fits, 'a damaged payload to become 4096 bytes at most, which is the limit', describe(found))
    } catch (error) {
      expectRefusedBy('a damaged payload, if it is not inflated,', error, NOT_COMPRESSED)
    }
  }
}
