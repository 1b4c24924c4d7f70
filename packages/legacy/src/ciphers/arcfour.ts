import type { CipherStream, MacCipherDefinition } from '@seashell/core'
import { requireLength, SHORT_BLOCK_KEY_LIMIT, streamOf } from './block-cipher.ts'

/** What makes one of the three differ from another. */
export interface ArcfourOptions {
  /** The cipher's name on the wire. */
  readonly name: string
  /** Bytes of key. */
  readonly keyLength: number
  /** Bytes of keystream to throw away at first: they tell most about the key. */
  readonly discardLength: number
  /** One sentence why nobody should use it. */
  readonly insecure: string
}

/** RC4 (RFC 4253 §6.3, RFC 4345): a stream cipher, which has no blocks; packets are padded as if they had 8 bytes. */
export function defineArcfour({ discardLength, ...rest }: ArcfourOptions): MacCipherDefinition {
  const blockLength = 8
  const create = (key: Uint8Array, iv: Uint8Array): CipherStream => {
    requireLength(`a key for ${rest.name}`, key, rest.keyLength)
    requireLength(`an initial vector for ${rest.name}`, iv, 0)
    const state = expandKey(key)
    const apply = keystreamOf(state)
    apply(new Uint8Array(discardLength))
    return streamOf({ name: rest.name, blockLength }, apply, () => state.fill(0))
  }
  return Object.freeze<MacCipherDefinition>({
    kind: 'cipher',
    apiVersion: 1,
    ...rest,
    provider: 'seashell',
    integrity: 'mac',
    ivLength: 0,
    blockLength,
    keyLimit: SHORT_BLOCK_KEY_LIMIT,
    createEncryptor: create,
    createDecryptor: create,
  })
}

function expandKey(key: Uint8Array): Uint8Array {
  const state = Uint8Array.from({ length: 256 }, (_, index) => index)
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + state[i]! + key[i % key.length]!) & 0xff
    swap(state, i, j)
  }
  return state
}

function keystreamOf(state: Uint8Array): (data: Uint8Array) => void {
  let [i, j] = [0, 0]
  return (data) => {
    for (let index = 0; index < data.length; index++) {
      i = (i + 1) & 0xff
      j = (j + state[i]!) & 0xff
      swap(state, i, j)
      data[index]! ^= state[(state[i]! + state[j]!) & 0xff]!
    }
  }
}

function swap(state: Uint8Array, i: number, j: number): void {
  const kept = state[i]!
  state[i] = state[j]!
  state[j] = kept
}
