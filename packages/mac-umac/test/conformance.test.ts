import { macChecks, register } from '@seashell/conformance'
import { describe, it } from 'vitest'
import { umacMACs } from '../src/index.ts'
import { plainUmac } from './plain-umac.ts'

const key = '000102030405060708090a0b0c0d0e0f'

/** Tags of Nettle 3.8 (`umac64`, `umac128`), the nonce being the sequence number in eight bytes, the message as `message` makes it. */
const nettle = [
  { length: 0, sequence: 0, umac64: 'a64f64439beea47f', umac128: 'a64f64439beea47fd09e90be1e4ddb65' },
  { length: 0, sequence: 4294967295, umac64: 'a110cedfa2ba024c', umac128: 'a6b7ec5d12fadf25c43a305f4f216e8c' },
  { length: 1, sequence: 3, umac64: '336980798fa4c91e', umac128: '46cd7dd72243095c05e30c33b611d6c4' },
  { length: 31, sequence: 4294967295, umac64: '16accd6eedd6a5ee', umac128: '110befec5d9678874b8ab0c25ac6fdf1' },
  { length: 32, sequence: 0, umac64: '84254fb79747f3bb', umac128: '84254fb79747f3bb9ee26ae948db3012' },
  { length: 33, sequence: 3, umac64: 'fb02b1f02fa5fc0b', umac128: '8ea64c5e82423c49415c6b3da8b2c284' },
  { length: 1024, sequence: 0, umac64: '54d3f1c80b5bab42', umac128: '54d3f1c80b5bab4241f9a6829bb1db73' },
  { length: 1025, sequence: 3, umac64: '4804bc6591914bdf', umac128: '3da041cb3c768b9dc73c5361bb31942f' },
  { length: 2080, sequence: 4294967295, umac64: 'f80c334e2a65b5ee', umac128: 'ffab11cc9a2568878267661c3c2538aa' },
] as const

describe.each(umacMACs)('$name', (definition) => {
  const vectors = nettle.map(({ length, sequence, ...tags }) => ({
    source: `Nettle 3.8: packet ${sequence}, of ${length} bytes`,
    key,
    sequence,
    data: message(length),
    tag: definition.macLength === 8 ? tags.umac64 : tags.umac128,
  }))
  const reference = (ownKey: Uint8Array) => (sequence: number, data: Uint8Array) =>
    plainUmac(definition.macLength, ownKey, BigInt(sequence), data)
  register(macChecks(definition, { vectors, reference }), it)
})

function message(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => index * 7 + length)
}
