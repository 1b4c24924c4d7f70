import { fromHex, seededRandom, slowPoly1305, toHex } from '@seashell/test-support'
import { compile, moduleSource } from '@seashell/test-support/wasm'
import { describe, expect, it } from 'vitest'
import { STRIDE_LENGTH } from '../src/layout.ts'
import { layout } from '../wasm/memory.ts'
import { moduleText } from '../wasm/module.ts'

/** What the module calls inside, which tests export to have ChaCha20 and Poly1305 alone. */
interface Internals {
  readonly memory: WebAssembly.Memory
  readonly prepare: () => void
  readonly encrypt: (text: number) => void
  readonly encryptAndAbsorb: (text: number, data: number, end: number) => number
  readonly absorb: (data: number, end: number) => void
  readonly keepLastBlock: (end: number) => void
  readonly finish: (end: number) => void
}

const ASCII = new TextEncoder()

/** Where one half works on something while the other is tested: far behind what that works on. */
const ELSEWHERE = 32_768

describe('the module in src', () => {
  it('is what the text in wasm/ compiles to', async () => {
    await expect(moduleSource('@seashell/cipher-chacha20-poly1305-wasm', await compile(moduleText()))).toMatchFileSnapshot(
      '../src/module-hex.ts',
    )
  })
})

describe('ChaCha20 in the module', async () => {
  const { encrypt, encryptAndAbsorb, bytes } = await instance()

  // Both places where it is: on its own, and where Poly1305 absorbs something meanwhile.
  const ways: readonly [string, Internals['encrypt']][] = [
    ['alone', encrypt],
    ['beside Poly1305', (text) => void encryptAndAbsorb(text, ELSEWHERE, text + STRIDE_LENGTH)],
  ]

  /** Encrypts at most 256 bytes, which begin with block `counter`, by a function of choice. */
  function chacha20(
    encryptStride: Internals['encrypt'],
    key: Uint8Array,
    counter: number,
    nonce: Uint8Array,
    text: Uint8Array,
  ): Uint8Array {
    const state = new DataView(bytes.buffer, layout.state, 256)
    const constants = ASCII.encode('expand 32-byte k')
    const input = new DataView(Uint8Array.from([...constants, ...key, 0, 0, 0, 0, ...nonce]).buffer)
    for (let word = 0; word < 16; word++) {
      for (let lane = 0; lane < 4; lane++) {
        state.setUint32(16 * word + 4 * lane, word === 12 ? counter + lane : input.getUint32(4 * word, true), true)
      }
    }
    bytes.set(text, layout.packet)
    bytes.fill(0, layout.packet + text.length, layout.packet + 256)
    encryptStride(layout.packet)
    return bytes.slice(layout.packet, layout.packet + text.length)
  }

  it.each(ways)('gives the keystream block of RFC 8439 §2.3.2, %s', (_, encryptStride) => {
    const block = chacha20(encryptStride, counting, 1, fromHex('000000090000004a00000000'), new Uint8Array(64))
    expect(toHex(block)).toBe(
      '10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4ed2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e',
    )
  })

  it.each(ways)('encrypts the text of RFC 8439 §2.4.2, %s', (_, encryptStride) => {
    const text = "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it."
    expect(toHex(chacha20(encryptStride, counting, 1, fromHex('000000000000004a00000000'), ASCII.encode(text)))).toBe(
      '6e2e359a2568f98041ba0728dd0d6981e97e7aec1d4360c20a27afccfd9fae0bf91b65c5524733ab8f593dabcd62b3571639d624e65152ab8f530c359f0861d8' +
        '07ca0dbf500d6a6156a38e088a22b65e52bc514d16ccf806818ce91ab77937365af90bbf74a35be6b40b8eedf2785e42874d',
    )
  })
})

describe('Poly1305 in the module', async () => {
  const { prepare, absorb, keepLastBlock, finish, encryptAndAbsorb, bytes } = await instance()

  /** The tag of a message; whole blocks are absorbed by a function of choice. */
  function poly1305(key: Uint8Array, message: Uint8Array, absorbBlocks: Internals['absorb']): Uint8Array {
    bytes.fill(0)
    bytes.set(key, layout.keystream + 64)
    bytes.set(message, layout.packet)
    prepare()
    const end = layout.packet + message.length
    absorbBlocks(layout.packet, end - (message.length % 16))
    keepLastBlock(end)
    finish(end)
    return bytes.slice(end, end + 16)
  }

  // Both places where blocks are absorbed: on their own, and sixteen at once while ChaCha20 works on something else; then the rest alone.
  const ways: readonly [string, Internals['absorb']][] = [
    ['alone', absorb],
    [
      'beside ChaCha20',
      (data, end) => {
        const strides = Math.floor((end - data) / STRIDE_LENGTH)
        absorb(encryptAndAbsorb(ELSEWHERE, data, ELSEWHERE + strides * STRIDE_LENGTH), end)
      },
    ],
  ]

  it.each(ways)('gives the tags of RFC 8439 §2.5.2 and A.3, %s', (_, absorbBlocks) => {
    for (const { key, message, tag } of rfc8439) {
      expect(toHex(poly1305(fromHex(key), typeof message === 'string' ? fromHex(message) : message, absorbBlocks))).toBe(
        toHex(fromHex(tag)),
      )
    }
  })

  it.each(ways)('carries as it should where words are full or empty, %s', (_, absorbBlocks) => {
    const random = seededRandom('words')
    for (let round = 0; round < 1500; round++) {
      // Half of them end within the first blocks, and half within the first strides.
      const length = round % 2 === 0 ? round % 157 : (round * 7) % 1100
      const [key, message] = [extreme(random(8)), extreme(random(Math.ceil(length / 4))).subarray(0, length)]
      const found = poly1305(key, message, absorbBlocks)
      expect(toHex(found), `key ${toHex(key)}, message ${toHex(message)}`).toBe(toHex(slowPoly1305(message, key)))
    }
  })

  it.each(ways)('carries as it should with the greatest multiplier and full blocks, around each stride, %s', (_, absorbBlocks) => {
    for (const greatest of [ones(32), `${ones(16)}${zeros(16)}`].map(fromHex)) {
      for (let stride = 0; stride <= 4; stride++) {
        for (let length = Math.max(0, 256 * stride - 17); length <= 256 * stride + 17; length++) {
          const message = new Uint8Array(length).fill(0xff)
          expect(toHex(poly1305(greatest, message, absorbBlocks)), `${length} bytes`).toBe(toHex(slowPoly1305(message, greatest)))
        }
      }
    }
  })
})

/** A word of four bytes for each byte: two in three are all zeros or all ones, but for their lowest bit. */
function extreme(seeds: Uint8Array): Uint8Array {
  const words = Array.from(seeds, (seed) => [0x00000000, 0xffffffff, 0xfffffffe, 0x00000001, seed * 0x01010101, seed << 24][seed % 6]!)
  return new Uint8Array(Uint32Array.from(words, (word) => word >>> 0).buffer)
}

// RFC 8439 §2.5.2, and of Appendix A.3 numbers 4 to 11, most of which are made for mistakes with carries.
const rfc8439: readonly { readonly key: string; readonly message: string | Uint8Array; readonly tag: string }[] = [
  {
    key: '85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b',
    message: ASCII.encode('Cryptographic Forum Research Group'),
    tag: 'a8061dc1305136c6c22b8baf0c0127a9',
  },
  {
    key: '1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0',
    message: ASCII.encode(
      "'Twas brillig, and the slithy toves\nDid gyre and gimble in the wabe:\nAll mimsy were the borogoves,\nAnd the mome raths outgrabe.",
    ),
    tag: '4541669a7eaaee61e708dc7cbcc5eb62',
  },
  { key: `02${zeros(31)}`, message: ones(16), tag: `03${zeros(15)}` },
  { key: `02${zeros(15)}${ones(16)}`, message: `02${zeros(15)}`, tag: `03${zeros(15)}` },
  { key: `01${zeros(31)}`, message: `${ones(16)} f0${ones(15)} 11${zeros(15)}`, tag: `05${zeros(15)}` },
  { key: `01${zeros(31)}`, message: `${ones(16)} fb${'fe'.repeat(15)} ${'01'.repeat(16)}`, tag: zeros(16) },
  { key: `02${zeros(31)}`, message: `fd${ones(15)}`, tag: `fa${ones(15)}` },
  {
    key: `01${zeros(7)} 04${zeros(23)}`,
    message: `e33594d7505e43b9${zeros(8)} 3394d7505e4379cd01${zeros(7)} ${zeros(16)} 01${zeros(15)}`,
    tag: `14${zeros(7)} 55${zeros(7)}`,
  },
  {
    key: `01${zeros(7)} 04${zeros(23)}`,
    message: `e33594d7505e43b9${zeros(8)} 3394d7505e4379cd01${zeros(7)} ${zeros(16)}`,
    tag: `13${zeros(15)}`,
  },
]

function zeros(length: number): string {
  return '00'.repeat(length)
}

function ones(length: number): string {
  return 'ff'.repeat(length)
}

const counting = Uint8Array.from({ length: 32 }, (_, index) => index)

async function instance() {
  const module = await compile(moduleText('prepare', 'encrypt', 'encryptAndAbsorb', 'absorb', 'keepLastBlock', 'finish'))
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(module)))
  const internals = exports as unknown as Internals
  return { ...internals, bytes: new Uint8Array(internals.memory.buffer) }
}
