import { createHash, createHmac } from 'node:crypto'
import { macChecks, register } from '@seashell/conformance'
import type { MacDefinition } from '@seashell/core'
import { fromHex, toHex, wycheproof } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { hmacMACs, hmacSha256, hmacSha256Etm, hmacSha384, hmacSha512, hmacSha512Etm } from '../src/index.ts'

const variants = [
  { definition: hmacSha256, hash: 'sha256', field: 'sha256', hashBlockLength: 64, vectors: 'hmac_sha256_test.json' },
  { definition: hmacSha256Etm, hash: 'sha256', field: 'sha256', hashBlockLength: 64, vectors: 'hmac_sha256_test.json' },
  { definition: hmacSha384, hash: 'sha384', field: 'sha384', hashBlockLength: 128, vectors: undefined },
  { definition: hmacSha512, hash: 'sha512', field: 'sha512', hashBlockLength: 128, vectors: 'hmac_sha512_test.json' },
  { definition: hmacSha512Etm, hash: 'sha512', field: 'sha512', hashBlockLength: 128, vectors: 'hmac_sha512_test.json' },
] as const

const ascii = (text: string): string => Buffer.from(text, 'ascii').toString('hex')

// RFC 4231 §4.2–§4.5, §4.7 and §4.8. The test of §4.6 truncates the tag, which none of these MACs does.
const rfc4231 = [
  {
    section: '4.2',
    key: '0b'.repeat(20),
    data: ascii('Hi There'),
    sha256: 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    sha384: 'afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6',
    sha512:
      '87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854',
  },
  {
    section: '4.3',
    key: ascii('Jefe'),
    data: ascii('what do ya want for nothing?'),
    sha256: '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    sha384: 'af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649',
    sha512:
      '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
  },
  {
    section: '4.4',
    key: 'aa'.repeat(20),
    data: 'dd'.repeat(50),
    sha256: '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
    sha384: '88062608d3e6ad8a0aa2ace014c8a86f0aa635d947ac9febe83ef4e55966144b2a5ab39dc13814b94e3ab6e101a34f27',
    sha512:
      'fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb',
  },
  {
    section: '4.5',
    key: '0102030405060708090a0b0c0d0e0f10111213141516171819',
    data: 'cd'.repeat(50),
    sha256: '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
    sha384: '3e8a69b7783c25851933ab6290af6ca77a9981480850009cc5577c6e1f573b4e6801dd23c4a7d679ccf8a386c674cffb',
    sha512:
      'b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3dba91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd',
  },
  {
    section: '4.7',
    key: 'aa'.repeat(131),
    data: ascii('Test Using Larger Than Block-Size Key - Hash Key First'),
    sha256: '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    sha384: '4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952',
    sha512:
      '80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598',
  },
  {
    section: '4.8',
    key: 'aa'.repeat(131),
    data: ascii(
      'This is a test using a larger than block-size key and a larger than block-size data. ' +
        'The key needs to be hashed before being used by the HMAC algorithm.',
    ),
    sha256: '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
    sha384: '6617178e941f020d351e2f254e8fd32c602420feb0b8fb9adccebb82461e99c5a678cc31e799176d3860e6110c46523e',
    sha512:
      'e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58',
  },
] as const

/** SSH's keys have one length. HMAC pads shorter ones with zeros and hashes those longer than a block (RFC 2104 §2); so can a test. */
function fittedKey(variant: (typeof variants)[number], key: Uint8Array): Uint8Array | undefined {
  const { keyLength } = variant.definition
  if (key.length > variant.hashBlockLength) return new Uint8Array(createHash(variant.hash).update(key).digest())
  if (key.length > keyLength) return undefined
  const padded = new Uint8Array(keyLength)
  padded.set(key)
  return padded
}

/** SSH's MACs cover a sequence number first: here the first four bytes of what is signed. */
function sign(definition: MacDefinition, key: Uint8Array, message: Uint8Array): string {
  return toHex(definition.create(key).sign(Buffer.from(message).readUInt32BE(0), message.subarray(4)))
}

describe.each(variants)('$definition.name', (variant) => {
  const { definition, hash } = variant

  const reference = (key: Uint8Array) => (sequence: number, data: Uint8Array) => {
    const prefix = Buffer.alloc(4)
    prefix.writeUInt32BE(sequence)
    return createHmac(hash, key).update(prefix).update(data).digest()
  }
  register(macChecks(definition, { reference }), it)

  it.each(rfc4231)('gives the answer of RFC 4231 §$section', (vector) => {
    expect(sign(definition, fittedKey(variant, fromHex(vector.key))!, fromHex(vector.data))).toBe(vector[variant.field])
  })

  if (variant.vectors === undefined) return
  const file = wycheproof<{ tagSize: number }, { key: string; msg: string; tag: string }>(variant.vectors)

  it.runIf(file)('agrees with Project Wycheproof, truncated tags included', () => {
    let [valid, invalid] = [0, 0]
    for (const { tagSize, tests } of file!.testGroups) {
      for (const test of tests) {
        const [key, message] = [fittedKey(variant, fromHex(test.key)), fromHex(test.msg)]
        if (key === undefined || message.length < 4) continue
        const tag = sign(definition, key, message).slice(0, tagSize / 4)
        expect(tag === test.tag, `case ${test.tcId}: ${test.comment}`).toBe(test.result === 'valid')
        if (test.result === 'valid') valid++
        else invalid++
      }
    }
    expect(valid).toBeGreaterThan(40)
    expect(invalid).toBeGreaterThan(40)
  })
})

describe('the list of all', () => {
  it('is frozen, SHA-2 before SHA-1 and encrypt-then-MAC first, with the lengths of RFC 6668 and RFC 4253', () => {
    expect(Object.isFrozen(hmacMACs)).toBe(true)
    expect(hmacMACs.every((definition) => Object.isFrozen(definition))).toBe(true)
    expect(hmacMACs.map(({ name, keyLength, macLength, encryptThenMac }) => [name, keyLength, macLength, encryptThenMac])).toEqual([
      ['hmac-sha2-256-etm@openssh.com', 32, 32, true],
      ['hmac-sha2-512-etm@openssh.com', 64, 64, true],
      ['hmac-sha2-256', 32, 32, false],
      ['hmac-sha2-512', 64, 64, false],
      ['hmac-sha1-etm@openssh.com', 20, 20, true],
      ['hmac-sha1', 20, 20, false],
    ])
  })
})
