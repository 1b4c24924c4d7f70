import {
  aeadAes128Gcm,
  aeadAes256Gcm,
  aes128Ctr,
  aes128Gcm,
  aes128GcmBare,
  aes256GcmBare,
  aes192Ctr,
  aes256Ctr,
  aes256Gcm,
} from '@seashell/cipher-aes'
import { chacha20Poly1305 } from '@seashell/cipher-chacha20-poly1305'
import type { AeadCipherDefinition, MacCipherDefinition } from '@seashell/core'
import { cipherChecks, type MacVector, macChecks, register } from '@seashell/conformance'
import { hmacSha1, hmacSha1Etm, hmacSha256, hmacSha256Etm, hmacSha512, hmacSha512Etm } from '@seashell/mac-hmac'
import { chachaPacketVector, seededRandom, toHex, unaligned } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { expectEveryOverride, nodeDefinition } from './portable.ts'

const ctrPlaintext = `
  6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51
  30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710`

const ctrCases: readonly { portable: MacCipherDefinition; section: string; key: string; ciphertext: string }[] = [
  {
    portable: aes128Ctr,
    section: 'F.5.1',
    key: '2b7e151628aed2a6abf7158809cf4f3c',
    ciphertext: `
      874d6191b620e3261bef6864990db6ce 9806f66b7970fdff8617187bb9fffdff
      5ae4df3edbd5d35e5b4f09020db03eab 1e031dda2fbe03d1792170a0f3009cee`,
  },
  {
    portable: aes192Ctr,
    section: 'F.5.3',
    key: '8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b',
    ciphertext: `
      1abc932417521ca24f2b0459fe7e6e0b 090339ec0aa6faefd5ccc2c6f4ce8e94
      1e36b26bd1ebc670d1bd1d665620abf7 4f78a7f6d29809585a97daec58c6b050`,
  },
  {
    portable: aes256Ctr,
    section: 'F.5.5',
    key: '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4',
    ciphertext: `
      601ec313775789a5b7a7f504bbf3d228 f443e3ca4d62b59aca84e990cacaf5c5
      2b0930daa23de94ce87017ba2d84988d dfc9c58db67aada613c2dd08457941a6`,
  },
]

describe.each(ctrCases)('$portable.name on node:crypto', ({ portable, section, key, ciphertext }) => {
  const vectors = [
    { source: `NIST SP 800-38A ${section}`, key, iv: 'f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff', plaintext: ctrPlaintext, ciphertext },
  ]
  register(cipherChecks(nodeDefinition(portable), { reference: portable, vectors }), it)
})

// No one has published a whole SSH packet under AES-GCM; the portable definition is held against the vectors of GCM itself.
const aeadCases = [
  { portable: aes128Gcm, vectors: [] },
  { portable: aes256Gcm, vectors: [] },
  { portable: aeadAes128Gcm, vectors: [] },
  { portable: aeadAes256Gcm, vectors: [] },
  { portable: aes128GcmBare, vectors: [] },
  { portable: aes256GcmBare, vectors: [] },
  { portable: chacha20Poly1305, vectors: [chachaPacketVector] },
]

describe.each(aeadCases)('$portable.name on node:crypto', ({ portable, vectors }) => {
  const ours = nodeDefinition(portable)
  register(cipherChecks(ours, { reference: portable, vectors }), it)

  it('seals and opens 200 packets of up to 33 KiB as the portable definition does, each the other way', () => {
    const random = seededRandom(portable.name)
    const [key, iv] = [random(portable.keyLength), random(portable.ivLength)]
    const ends = [ours, portable].map((each) => ({ sealer: each.createSealer(key, iv), opener: each.createOpener(key, iv) }))
    for (let index = 0; index < 200; index++) {
      const sequence = (2 ** 32 - 100 + index) % 2 ** 32
      const packet = packetOf(portable, (index * 1_627) % 33_792, random)
      const [byNode, byPortable] = ends.map(({ sealer }) => {
        const sealed = unaligned(packet)
        sealer.seal(sequence, sealed)
        return sealed
      })
      expect(toHex(byNode!)).toBe(toHex(byPortable!))
      for (const { opener } of ends) {
        const arrived = unaligned(byNode!)
        expect(opener.readLength(sequence, arrived.subarray(0, opener.headLength))).toBe(packet.length - 4 - portable.tagLength)
        expect(toHex(opener.open(sequence, arrived))).toBe(toHex(packet.subarray(4, -portable.tagLength)))
      }
    }
  })

  it('refuses a long packet with any one bit changed, and leaves its body encrypted', () => {
    const random = seededRandom('damage')
    const [key, iv] = [random(portable.keyLength), random(portable.ivLength)]
    const packet = packetOf(portable, 8_192, random)
    portable.createSealer(key, iv).seal(3, packet)
    for (let index = 4; index < packet.length; index += index < packet.length - 40 ? 211 : 1) {
      const damaged = packet.with(index, packet[index]! ^ (1 << (index % 8)))
      const arrived = damaged.slice()
      const opener = ours.createOpener(key, iv)
      const refusal = expect.objectContaining({ name: 'SSHError', code: 'MAC', fault: 'peer', reason: 5 })
      expect(() => opener.open(3, arrived)).toThrow(refusal)
      expect(toHex(arrived)).toBe(toHex(damaged))
      // Not even the right one is opened after that.
      expect(() => opener.open(3, packet.slice())).toThrow(refusal)
    }
  })
})

/** `length ‖ body ‖ room for the tag`, of about so many bytes. */
function packetOf({ blockLength, tagLength }: AeadCipherDefinition, length: number, random: (length: number) => Uint8Array): Uint8Array {
  const bodyLength = Math.ceil((length + 1) / blockLength) * blockLength
  const packet = new Uint8Array(4 + bodyLength + tagLength)
  new DataView(packet.buffer).setUint32(0, bodyLength)
  packet.set(random(bodyLength), 4)
  return packet
}

// RFC 4231 §4.2: keys shorter than SSH's, which HMAC itself fills with zeros (RFC 2104 §2); 'Hi T' serves as the sequence number.
const [key, sequence, data] = ['0b'.repeat(20), 0x48692054, '68657265']

function hmacVector(length: number, tag: string): MacVector {
  return { source: 'RFC 4231 §4.2', key: key.padEnd(2 * length, '0'), sequence, data, tag }
}

const sha256Vector = hmacVector(32, 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7')
const sha512Vector = hmacVector(
  64,
  `87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde
  daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854`,
)

const sha1Vector: MacVector = {
  source: 'RFC 2202 §3, test case 1',
  key,
  sequence,
  data,
  tag: 'b617318655057264e28bc0b6fb378c8ef146be00',
}

const macCases = [
  { portable: hmacSha1, vectors: [sha1Vector] },
  { portable: hmacSha1Etm, vectors: [sha1Vector] },
  { portable: hmacSha256, vectors: [sha256Vector] },
  { portable: hmacSha256Etm, vectors: [sha256Vector] },
  { portable: hmacSha512, vectors: [sha512Vector] },
  { portable: hmacSha512Etm, vectors: [sha512Vector] },
]

it('every cipher and MAC of nodeCrypto is held against the portable one', () => {
  expectEveryOverride(['cipher', 'mac'], [...ctrCases, ...aeadCases, ...macCases])
})

describe.each(macCases)('$portable.name on node:crypto', ({ portable, vectors }) => {
  register(macChecks(nodeDefinition(portable), { reference: portable, vectors }), it)
})
