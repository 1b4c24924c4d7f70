import { seededRandom } from '@seashell/test-support'
import { expect, it } from 'vitest'
import { defineChacha20Poly1305Wasm, type WebAssemblyLike } from '../src/index.ts'
import { PACKET_ADDRESS } from '../src/layout.ts'

const NO_IV = new Uint8Array(0)

/** A real WebAssembly that shows the memory of what it made. */
function watched(): { webAssembly: WebAssemblyLike; instances: WebAssembly.Instance[] } {
  const instances: WebAssembly.Instance[] = []
  class Instance extends WebAssembly.Instance {
    constructor(module: WebAssembly.Module) {
      super(module)
      instances.push(this)
    }
  }
  return { webAssembly: { Module: WebAssembly.Module, Instance }, instances }
}

function memoryOf(instance: WebAssembly.Instance): Uint8Array {
  return new Uint8Array((instance.exports['memory'] as WebAssembly.Memory).buffer)
}

it('has no key and nothing made of one in its memory after a call, and no plaintext', () => {
  const { webAssembly, instances } = watched()
  const definition = defineChacha20Poly1305Wasm(() => webAssembly)
  const random = seededRandom('memory')
  const key = random(64)
  const [sealer, opener] = [definition.createSealer(key, NO_IV), definition.createOpener(key, NO_IV)]
  const bytes = memoryOf(instances[0]!)
  const packet = random(4 + 3000 + 16)
  const work = () => bytes.subarray(0, PACKET_ADDRESS)

  sealer.seal(0, packet)
  expect(
    work().every((byte) => byte === 0),
    'after seal',
  ).toBe(true)
  opener.readLength(0, packet.subarray(0, 4))
  expect(
    work().every((byte) => byte === 0),
    'after readLength',
  ).toBe(true)
  const damaged = new Uint8Array(packet)
  damaged[100]! ^= 1
  opener.open(0, packet)
  expect(
    bytes.every((byte) => byte === 0),
    'after open',
  ).toBe(true)
  expect(() => opener.open(0, damaged)).toThrow('the tag')
  expect(
    bytes.every((byte) => byte === 0),
    'after a refusal',
  ).toBe(true)
})

it('has one memory of 64 KiB for any number of connections, and none before the first has keys', () => {
  const { webAssembly, instances } = watched()
  const definition = defineChacha20Poly1305Wasm(() => webAssembly)
  expect(instances).toHaveLength(0)
  const key = seededRandom('many')(64)
  for (let connection = 0; connection < 100; connection++) {
    definition.createSealer(key, NO_IV).seal(connection, new Uint8Array(32_788))
    definition.createOpener(key, NO_IV)
  }
  expect(instances.map((instance) => memoryOf(instance).length)).toEqual([65_536])
})
