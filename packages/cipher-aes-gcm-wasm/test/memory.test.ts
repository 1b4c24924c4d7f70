import { seededRandom } from '@seashell/test-support'
import { expect, it } from 'vitest'
import { defineAesGcmWasm, type WebAssemblyLike } from '../src/index.ts'
import { BODY_ADDRESS } from '../src/layout.ts'

/** A real WebAssembly that shows the memory of what it made. */
function watched(): { webAssembly: () => WebAssemblyLike; instances: WebAssembly.Instance[] } {
  const instances: WebAssembly.Instance[] = []
  class Instance extends WebAssembly.Instance {
    constructor(module: WebAssembly.Module) {
      super(module)
      instances.push(this)
    }
  }
  return { webAssembly: () => ({ Module: WebAssembly.Module, Instance }), instances }
}

function memoryOf(instance: WebAssembly.Instance): Uint8Array {
  return new Uint8Array((instance.exports['memory'] as WebAssembly.Memory).buffer)
}

const isWiped = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0)

it.each([16, 32])('has no key of %i bytes and nothing made of one in its memory after a call, and no plaintext', (keyLength) => {
  const { webAssembly, instances } = watched()
  const definition = defineAesGcmWasm({ webAssembly }).find((each) => each.keyLength === keyLength)!
  const random = seededRandom('memory')
  const [key, iv] = [random(keyLength), random(12)]
  const sealer = definition.createSealer(key, iv)
  const bytes = memoryOf(instances[0]!)
  expect(isWiped(bytes), 'after a key was expanded').toBe(true)
  const opener = definition.createOpener(key, iv)
  const packet = random(4 + 3000 + 16)

  sealer.seal(0, packet)
  // All that is left of sealing is what goes out.
  expect(isWiped(bytes.subarray(0, BODY_ADDRESS)), 'after seal').toBe(true)
  expect(isWiped(bytes.subarray(BODY_ADDRESS + 3000 + 16)), 'after seal').toBe(true)
  expect(bytes.subarray(BODY_ADDRESS, BODY_ADDRESS + 3016)).toEqual(packet.subarray(4))
  const damaged = new Uint8Array(packet)
  damaged[100]! ^= 1
  opener.open(0, packet)
  expect(isWiped(bytes), 'after open').toBe(true)
  expect(() => opener.open(0, damaged)).toThrow('the tag')
  expect(isWiped(bytes), 'after a refusal').toBe(true)
})

it('leaves nothing of a short packet after a long one, wherever it ends', () => {
  const { webAssembly, instances } = watched()
  const [definition] = defineAesGcmWasm({ webAssembly })
  const random = seededRandom('short')
  const [key, iv] = [random(32), random(12)]
  const [sealer, opener] = [definition!.createSealer(key, iv), definition!.createOpener(key, iv)]
  for (let bodyLength = 300; bodyLength >= 0; bodyLength--) {
    const packet = random(4 + bodyLength + 16)
    sealer.seal(0, packet)
    opener.open(0, packet)
    expect(isWiped(memoryOf(instances[0]!)), `a body of ${bodyLength} bytes`).toBe(true)
  }
})

it('has one memory of 64 KiB for any number of connections and all names, and none before the first has keys', () => {
  const { webAssembly, instances } = watched()
  const definitions = defineAesGcmWasm({ webAssembly })
  expect(instances).toHaveLength(0)
  for (let connection = 0; connection < 100; connection++) {
    const definition = definitions[connection % definitions.length]!
    const [key, iv] = [new Uint8Array(definition.keyLength), new Uint8Array(12)]
    definition.createSealer(key, iv).seal(connection, new Uint8Array(32_788))
    definition.createOpener(key, iv)
  }
  expect(instances.map((instance) => memoryOf(instance).length)).toEqual([65_536])
})
