import { aes256Ctr, aes256Gcm } from '@seashell/cipher-aes'
import { chacha20Poly1305 } from '@seashell/cipher-chacha20-poly1305'
import { AlgorithmRegistry, type CipherDefinition, type MacDefinition, type Sealer, SSHServerTransport } from '@seashell/core'
import { concatBytes, writeUint32 } from '@seashell/core/wire'
import { aes128Cbc } from '@seashell/legacy'
import { hmacSha256, hmacSha256Etm } from '@seashell/mac-hmac'
import { expect } from '../invariants.ts'
import { StoppedClock } from '../support/clock.ts'
import { Input, sized } from '../support/input.ts'
import { prelude, constantBytes, Subject } from '../support/subject.ts'
import { toyDefinitions, toySigner } from '../support/toys.ts'
import type { Target } from '../target.ts'

/** A cipher, and the MAC it needs. */
interface Pair {
  readonly cipher: CipherDefinition
  readonly mac?: MacDefinition
  /** Whether the end of the connection waits for the end of the longest packet, so that it tells nothing of a length (CVE-2008-5161). */
  readonly endsLate?: boolean
}

/** Each way to frame and protect a packet. */
const protections: readonly Pair[] = [
  { cipher: aes256Ctr, mac: hmacSha256 },
  { cipher: aes256Ctr, mac: hmacSha256Etm },
  { cipher: aes128Cbc, mac: hmacSha256, endsLate: true },
  { cipher: aes256Gcm },
  { cipher: chacha20Poly1305 },
]

const algorithms = new AlgorithmRegistry([
  ...toyDefinitions,
  ...new Set(protections.flatMap(({ cipher, mac }) => (mac === undefined ? [cipher] : [cipher, mac]))),
])

type Keys = Readonly<Record<'key' | 'iv' | 'macKey', Uint8Array>>

/** A server that lets its peer have the keys. NO SECURITY. */
class OpenServer extends SSHServerTransport {
  keys: Keys | undefined

  protected override keySetup(sharedSecret: Uint8Array, exchangeHash: Uint8Array): void {
    const { cipher, mac } = this.#incoming()
    const key = (letter: string, length: number): Uint8Array => this.getKey(letter, sharedSecret, exchangeHash, length)
    this.keys = { iv: key('A', cipher.ivLength), key: key('C', cipher.keyLength), macKey: key('E', mac?.keyLength ?? 0) }
    super.keySetup(sharedSecret, exchangeHash)
  }

  #incoming(): { cipher: CipherDefinition; mac: MacDefinition | undefined } {
    const mac = this.supportedMACs[0]
    return {
      cipher: this.algorithms.ciphers.get(this.supportedCiphers[0]!),
      mac: mac === undefined ? undefined : this.algorithms.macs.get(mac),
    }
  }
}

/** What a peer seals with: the three framings, written down a second time. */
function sealerFor({ cipher, mac }: Pair, { key, iv, macKey }: Keys): Sealer {
  if (cipher.integrity === 'aead') return cipher.createSealer(key, iv)
  const stream = cipher.createEncryptor(key, iv)
  const signer = mac!.create(macKey)
  return {
    seal(sequence, packet) {
      const [tagged, tag] = [packet.subarray(0, -mac!.macLength), packet.subarray(-mac!.macLength)]
      if (mac!.encryptThenMac) stream.transform(tagged.subarray(4))
      tag.set(signer.sign(sequence, tagged))
      if (!mac!.encryptThenMac) stream.transform(tagged)
    },
    destroy() {},
  }
}

/** How a packet is padded and tagged. */
interface Framing {
  readonly blockLength: number
  /** Bytes that count towards the block beside the body. */
  readonly counted: number
  readonly tagLength: number
}

function framingOf({ cipher, mac }: Pair): Framing {
  const { blockLength } = cipher
  if (cipher.integrity === 'aead') return { blockLength, counted: cipher.alignment === 'packet' ? 4 : 0, tagLength: cipher.tagLength }
  return { blockLength, counted: mac!.encryptThenMac ? 0 : 4, tagLength: mac!.macLength }
}

const limits = { packetLength: 40_000 }

/** What the flags of a packet in the input say. */
const LIES_ABOUT_LENGTH = 1
const HAS_BAD_TAG = 2
const HAS_OWN_PADDING = 4

/** A packet before it is sealed. */
interface Plan {
  readonly packet: Uint8Array
  readonly badTag: boolean
  /** Nothing is wrong with it but perhaps its tag. */
  readonly sound: boolean
}

function readPlan(input: Input, { blockLength, counted, tagLength }: Framing): Plan {
  const flags = input.byte()
  const lie = (flags & LIES_ABOUT_LENGTH) === 0 ? undefined : input.byte()
  const ownPadding = (flags & HAS_OWN_PADDING) === 0 ? undefined : input.byte()
  const payload = input.bytes()
  const least = counted + 1 + payload.length + 4
  const padding = 4 + ((blockLength - (least % blockLength)) % blockLength)
  const packet = new Uint8Array(4 + 1 + payload.length + padding + tagLength)
  const length = 1 + payload.length + padding
  writeUint32(packet, 0, lie === undefined ? length : (length + (lie - 128) * blockLength) >>> 0)
  packet[4] = ownPadding ?? padding
  packet.set(payload, 5)
  const sound = payload.length > 0 && (lie ?? 128) === 128 && (ownPadding ?? padding) === padding
  return { packet, badTag: (flags & HAS_BAD_TAG) !== 0, sound }
}

/** Packets in every framing. The first byte says which; each packet has flags in front. */
export const packets: Target = {
  name: 'packets',
  share: 3,
  mutations: 500,
  seeds: () =>
    protections.flatMap((_, choice) => [
      concatBytes(Uint8Array.of(choice), plan(0, [2, 0, 0, 0, 0]), plan(0, [192, 0, 0, 0, 1, 7])),
      concatBytes(Uint8Array.of(choice), plan(0, [2, 0, 0, 0, 0]), plan(0, [192, 0, 0, 0, 1, 7]), plan(HAS_BAD_TAG, [2])),
      concatBytes(Uint8Array.of(choice), Uint8Array.of(LIES_ABOUT_LENGTH, 129), sized(Uint8Array.of(2, 0, 0, 0, 0)), plan(0, [2])),
      concatBytes(Uint8Array.of(choice), Uint8Array.of(HAS_OWN_PADDING, 200), sized(Uint8Array.of(2, 0, 0, 0, 0))),
    ]),
  async run(data) {
    const input = new Input(data)
    const protection = input.pick(protections)
    const { cipher, mac, endsLate = false } = protection
    const clock = new StoppedClock()
    const supported = { ciphers: [cipher.name], macs: mac === undefined ? [] : [mac.name] }
    const transport = new OpenServer({ algorithms, random: constantBytes, clock, hostKeys: [toySigner], supported, limits })
    const subject = new Subject(transport, clock)
    subject.opaque = true
    await subject.feed(prelude(false, { ciphers: supported.ciphers, macs: supported.macs }))
    const sealer = sealerFor(protection, transport.keys!)
    let [sound, honest, broken] = [true, true, false]
    // What the longest packet takes, from the beginning of one with a wrong tag on.
    let rest = 4 + limits.packetLength + framingOf(protection).tagLength
    // Strict key exchange is not agreed on: three packets were sent under no keys.
    for (let sequence = 3; input.more && !subject.stream.ended; sequence++) {
      const next = readPlan(input, framingOf(protection))
      sound &&= next.sound
      honest &&= next.sound && !next.badTag
      broken ||= next.badTag && sound
      sealer.seal(sequence, next.packet)
      if (next.badTag) next.packet[next.packet.length - 1]! ^= 1
      const said = subject.stream.length
      await subject.feed(next.packet)
      if (!broken) continue
      rest -= next.packet.length
      const isOver = !endsLate || rest <= 0
      expect(subject.stream.ended === isOver, 'a packet with a wrong tag ends the connection, under CBC when the longest would be over')
      expect(isOver || subject.stream.length === said, 'until then nothing is said')
    }
    if (broken && !subject.stream.ended) {
      await subject.feed(new Uint8Array(rest))
      expect(subject.stream.ended, 'the longest packet is over')
    }
    const ended = subject.stream.ended
    const error = await subject.end()
    expect(error?.code !== 'MAC' || !honest, 'a packet with the right tag is authentic')
    return ended ? 'refused' : 'accepted'
  },
}

function plan(flags: number, payload: readonly number[]): Uint8Array {
  return concatBytes(Uint8Array.of(flags), sized(Uint8Array.from(payload)))
}
