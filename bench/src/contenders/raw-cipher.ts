import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { AlgorithmRegistry, type Opener, type Sealer } from '@seashell/core'
import { compatible } from '@seashell/presets'
import type { SuiteName } from '../contract.ts'
import type { Provider } from '../providers.ts'
import { suites } from '../suites.ts'

/** What seals and opens packets `length ‖ body ‖ tag`. */
export interface RawCipher {
  readonly tagLength: number
  readonly sealer: Pick<Sealer, 'seal'>
  readonly opener: Pick<Opener, 'headLength' | 'open' | 'readLength'>
}

const LENGTH_LENGTH = 4
const TAG_LENGTH = 16
/** One for all: what is measured is how fast, not how secret. */
const KEY_BYTE = 7

/** The cipher of a suite by itself: AES-GCM straight from `node:crypto` where the provider is that, else the provider's definition. */
export function rawCipher(provider: Provider, suite: SuiteName): RawCipher {
  if (provider.name === 'node' && suite !== 'chacha20-poly1305') return nodeGcm(suite)
  const algorithms = new AlgorithmRegistry(compatible)
  for (const pack of provider.packs) algorithms.override(pack)
  const definition = algorithms.ciphers.get(suites[suite].cipher)
  if (definition.integrity !== 'aead') throw new Error(`${suite} is not an AEAD`)
  const [key, iv] = [new Uint8Array(definition.keyLength).fill(KEY_BYTE), new Uint8Array(definition.ivLength)]
  return { tagLength: definition.tagLength, sealer: definition.createSealer(key, iv), opener: definition.createOpener(key, iv) }
}

/** No protection: what a socket does. */
export const noCipher: RawCipher = {
  tagLength: 0,
  sealer: { seal: () => {} },
  opener: { headLength: LENGTH_LENGTH, readLength: readClearLength, open: (_sequence, packet) => packet.subarray(LENGTH_LENGTH) },
}

function readClearLength(_sequence: number, head: Uint8Array): number {
  return Buffer.from(head.buffer, head.byteOffset, LENGTH_LENGTH).readUInt32BE()
}

/** So much at once: what `update` returns is allocated anew, and from here on costs page faults. */
const SLICE_LENGTH = 8192

function nodeGcm(suite: SuiteName): RawCipher {
  const bits = suite === 'aes256-gcm' ? 256 : 128
  const algorithm = `aes-${bits}-gcm` as const
  const key = createSecretKey(new Uint8Array(bits / 8).fill(KEY_BYTE))
  return {
    tagLength: TAG_LENGTH,
    sealer: { seal: (sequence, packet) => seal(algorithm, key, sequence, packet) },
    opener: { headLength: LENGTH_LENGTH, readLength: readClearLength, open: (sequence, packet) => open(algorithm, key, sequence, packet) },
  }
}

type GcmName = 'aes-128-gcm' | 'aes-256-gcm'

const nonce = Buffer.alloc(12)

function nonceOf(sequence: number): Buffer {
  nonce.writeUInt32BE(sequence, 8)
  return nonce
}

function seal(algorithm: GcmName, key: KeyObject, sequence: number, packet: Uint8Array): void {
  const cipher = createCipheriv(algorithm, key, nonceOf(sequence))
  cipher.setAAD(packet.subarray(0, LENGTH_LENGTH))
  transform(cipher, packet.subarray(LENGTH_LENGTH, packet.length - TAG_LENGTH))
  cipher.final()
  packet.set(cipher.getAuthTag(), packet.length - TAG_LENGTH)
}

function open(algorithm: GcmName, key: KeyObject, sequence: number, packet: Uint8Array): Uint8Array {
  const decipher = createDecipheriv(algorithm, key, nonceOf(sequence))
  decipher.setAAD(packet.subarray(0, LENGTH_LENGTH))
  decipher.setAuthTag(packet.subarray(packet.length - TAG_LENGTH))
  const body = packet.subarray(LENGTH_LENGTH, packet.length - TAG_LENGTH)
  transform(decipher, body)
  decipher.final()
  return body
}

function transform(cipher: { update(data: Uint8Array): Uint8Array }, data: Uint8Array): void {
  for (let start = 0; start < data.length; start += SLICE_LENGTH) {
    data.set(cipher.update(data.subarray(start, start + SLICE_LENGTH)), start)
  }
}
