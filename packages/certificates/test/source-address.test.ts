import { BlockList } from 'node:net'
import { seededRandom } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { isInAddressList } from '../src/source-address.ts'

describe('an address', () => {
  it.each<[string, string, boolean]>([
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.7/32', true],
    ['192.0.2.7', '192.0.2.6/31', true],
    ['192.0.2.8', '192.0.2.6/31', false],
    ['192.0.2.7', '0.0.0.0/0', true],
    ['2001:db8::1', '0.0.0.0/0', false],
    ['192.0.2.7', '::/0', false],
    ['::1', '::1', true],
    ['::1', '0:0:0:0:0:0:0:1', true],
    ['2001:DB8::A', '2001:db8:0::a/128', true],
    ['2001:db8::1:0', '2001:db8::/112', false],
    ['fe80::1%eth0', 'fe80::/10', true],
    ['::ffff:192.0.2.7', '192.0.2.0/24', true],
    ['::ffff:c000:207', '192.0.2.0/24', true],
    ['::192.0.2.7', '192.0.2.0/24', false],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221', true],
    ['10.0.0.1', '192.0.2.0/24,10.0.0.0/8', true],
  ])('%s in %s: %s', (address, list, expected) => {
    expect(isInAddressList(address, list)).toBe(expected)
  })

  it.each([
    '',
    ' ',
    '192.0.2.7/24',
    '2001:db8::1/64',
    '0.0.0.0/33',
    '::/129',
    '0.0.0.0/-1',
    '0.0.0.0/',
    '0.0.0.0/0x0',
    '0/0',
    '192.0.2',
    '192.0.2.07',
    '192.0.2.256',
    '192.0.2.7.8',
    ':::',
    '1::2::3',
    ':',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '12345::',
    '::192.0.2.7:1',
    '192.0.2.7, 192.0.2.8',
    '!10.0.0.1',
    '192.0.2.*',
    'example.org',
    '[::1]',
  ])('is in no list that has %j', (entry) => {
    for (const address of ['192.0.2.7', '::1', '2001:db8::1', '127.0.0.1', entry]) {
      expect(isInAddressList(address, entry)).toBe(false)
      expect(isInAddressList(address, `${address},${entry}`)).toBe(false)
    }
  })

  it('that is none is in no list', () => {
    for (const address of ['', 'localhost', '1.2.3', '127.0.0.01', '::g']) expect(isInAddressList(address, '0.0.0.0/0,::/0')).toBe(false)
  })

  it('is where node:net says that it is', () => {
    const random = seededRandom('addresses')
    for (let round = 0; round < 2000; round++) {
      const [length = 0, first = 0, second = 0, ...bytes] = random(10)
      const address = bytes.slice(0, 4)
      const prefixLength = length % 33
      const network = address.map((byte, index) => mask(byte, prefixLength - index * 8))
      const other = address.with(first % 4, address[first % 4]! ^ (1 << (second % 8))).join('.')
      const list = new BlockList()
      list.addSubnet(network.join('.'), prefixLength)
      const entry = `${network.join('.')}/${prefixLength}`
      expect(isInAddressList(address.join('.'), entry)).toBe(true)
      expect(isInAddressList(other, entry), `${other} in ${entry}`).toBe(list.check(other))
    }
  })
})

function mask(byte: number, bits: number): number {
  return bits >= 8 ? byte : bits <= 0 ? 0 : byte & (0xff << (8 - bits)) & 0xff
}
