// NO SECURITY. Algorithms that keep every promise of the interfaces but the one that matters, so that tests of the protocol need no
// cryptography. Each fails loudly where core breaks the contract: a stream that is used after its destruction throws.
import { createHash } from 'node:crypto'
import type {
  AeadCipherDefinition,
  AlgorithmDefinition,
  CipherStream,
  CompressionDefinition,
  Hash,
  KemKeyExchangeDefinition,
  KexFormat,
  MacCipherDefinition,
  MacDefinition,
  PublicKeyDefinition,
  ScriptedKeyExchangeDefinition,
  Signer,
} from '../../src/index.ts'
import { AlgorithmRegistry } from '../../src/index.ts'
import {
  bigIntToBytes,
  bytesToBigInt,
  concatBytes,
  equalBytes,
  readUint32,
  SSHError,
  WireReader,
  WireWriter,
  writeUint32,
} from '../../src/wire/index.ts'

const common = { apiVersion: 1, provider: 'toy: NO SECURITY' } as const

/** SHA-256, from Node. */
export const toyHash: Hash = (data) => new Uint8Array(createHash('sha256').update(data).digest())

/** SHA-1, from Node: shorter than the keys of some toys, so that derivation has to go on. */
export const shortHash: Hash = (data) => new Uint8Array(createHash('sha1').update(data).digest())

// --- ciphers --------------------------------------------------------------------------------------------------------------------

/** A keystream that depends on key, initial vector and place. */
function keystream(key: Uint8Array, iv: Uint8Array): CipherStream & { alive(): void } {
  const pad = toyHash(concatBytes(key, iv))
  let place = 0
  let destroyed = false
  const alive = (): void => {
    if (destroyed) throw new Error('a toy was used after its destruction')
  }
  return {
    alive,
    transform(data) {
      alive()
      for (let index = 0; index < data.length; index++, place++) data[index]! ^= pad[place % pad.length]! ^ (place >>> 5) ^ (place * 7)
    },
    destroy() {
      destroyed = true
    },
  }
}

/** A cipher that is paired with a MAC: exclusive or with a pad. */
export function defineToyCipher(
  name: string,
  blockLength: number,
  more: { keyLimit?: number; chained?: boolean } = {},
): MacCipherDefinition {
  const create = (key: Uint8Array, iv: Uint8Array): CipherStream => {
    expectLengths(key, 24, iv, blockLength)
    return keystream(key, iv)
  }
  return Object.freeze({
    ...common,
    ...more,
    kind: 'cipher',
    name,
    integrity: 'mac',
    keyLength: 24,
    ivLength: blockLength,
    blockLength,
    createEncryptor: create,
    createDecryptor: (key, iv) => {
      const stream = create(key, iv)
      return {
        transform(data) {
          if (data.length % blockLength !== 0) throw new Error(`${data.length} bytes are no whole blocks`)
          stream.transform(data)
        },
        destroy: () => stream.destroy(),
      }
    },
  } satisfies MacCipherDefinition)
}

function expectLengths(key: Uint8Array, keyLength: number, iv: Uint8Array, ivLength: number): void {
  if (key.length !== keyLength || iv.length !== ivLength) throw new Error('a toy was given a key or an initial vector of another length')
}

/** How a packet's length travels: in clear, encrypted under its own key, or encrypted with the body. */
export type ToyFraming = 'clear' | 'own key' | 'with body'

const TAG_LENGTH = 12

/** A cipher that authenticates, in each of the three ways to frame the length. */
export function defineToyAead(
  name: string,
  framing: ToyFraming,
  more: { keyLimit?: number; negotiatesMAC?: boolean } = {},
): AeadCipherDefinition {
  const blockLength = framing === 'with body' ? 16 : 8
  return Object.freeze({
    ...common,
    ...more,
    kind: 'cipher',
    name,
    integrity: 'aead',
    keyLength: 40,
    ivLength: 4,
    blockLength,
    alignment: framing === 'with body' ? 'packet' : 'body',
    tagLength: TAG_LENGTH,
    createSealer(key, iv) {
      expectLengths(key, 40, iv, 4)
      const kept = key.slice()
      const [body, length] = [keystream(key, iv), keystream(key, Uint8Array.of(1))]
      return {
        seal(sequence, packet) {
          body.alive()
          const end = packet.length - TAG_LENGTH
          packet.set(sum(kept, sequence, packet.subarray(0, end), TAG_LENGTH), end)
          if (framing === 'with body') return body.transform(packet.subarray(0, end))
          body.transform(packet.subarray(4, end))
          if (framing === 'own key') length.transform(packet.subarray(0, 4))
        },
        destroy: () => body.destroy(),
      }
    },
    createOpener(key, iv) {
      expectLengths(key, 40, iv, 4)
      const kept = key.slice()
      const [body, length] = [keystream(key, iv), keystream(key, Uint8Array.of(1))]
      let plainLength = new Uint8Array(4)
      return {
        headLength: framing === 'with body' ? 16 : 4,
        readLength(_sequence, head) {
          body.alive()
          if (framing === 'with body') body.transform(head)
          plainLength = head.slice(0, 4)
          if (framing === 'own key') length.transform(plainLength)
          return readUint32(plainLength, 0)
        },
        open(sequence, packet) {
          body.alive()
          const end = packet.length - TAG_LENGTH
          packet.set(plainLength)
          body.transform(packet.subarray(framing === 'with body' ? 16 : 4, end))
          if (!equalBytes(sum(kept, sequence, packet.subarray(0, end), TAG_LENGTH), packet.subarray(end))) {
            throw new SSHError('MAC', 'a toy packet is not authentic', { fault: 'peer', reason: 5 })
          }
          return packet.subarray(4, end)
        },
        destroy: () => body.destroy(),
      }
    },
  } satisfies AeadCipherDefinition)
}

// --- message authentication codes -----------------------------------------------------------------------------------------------

/** FNV-1a, several of them side by side: a change of one byte changes each of them. */
function sum(key: Uint8Array, sequence: number, data: Uint8Array, length: number): Uint8Array {
  const tag = new Uint8Array(length)
  const head = new Uint8Array(4)
  writeUint32(head, 0, sequence)
  for (let lane = 0; lane < length; lane += 4) {
    let state = (0x811c_9dc5 + lane) >>> 0
    for (const part of [key, head, data]) for (const byte of part) state = Math.imul(state ^ byte, 0x0100_0193) >>> 0
    writeUint32(tag, lane, state)
  }
  return tag
}

/** A MAC that is a sum. */
export function defineToyMac(name: string, encryptThenMac: boolean): MacDefinition {
  return Object.freeze({
    ...common,
    kind: 'mac',
    name,
    keyLength: 36,
    macLength: 12,
    encryptThenMac,
    create(key) {
      if (key.length !== 36) throw new Error('a toy was given a key of another length')
      const kept = key.slice()
      let destroyed = false
      return {
        sign(sequence, data) {
          if (destroyed) throw new Error('a toy was used after its destruction')
          return sum(kept, sequence, data, 12)
        },
        destroy() {
          destroyed = true
        },
      }
    },
  } satisfies MacDefinition)
}

// --- key exchange ---------------------------------------------------------------------------------------------------------------

const PRIME = 2n ** 61n - 1n

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base % PRIME]
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % PRIME
    square = (square * square) % PRIME
  }
  return result
}

/** Diffie-Hellman modulo 2^61 − 1. */
export function defineToyKem(name: string, format: KexFormat, hash: Hash = toyHash): KemKeyExchangeDefinition {
  const encode = (value: bigint): Uint8Array => bigIntToBytes(value, format === 'string' ? 8 : undefined)
  const raise = (blob: Uint8Array, exponent: Uint8Array): Uint8Array => {
    const value = bytesToBigInt(blob)
    if (value <= 1n || value >= PRIME - 1n) {
      throw new SSHError('KEY_EXCHANGE', 'expected a toy public value in range', { fault: 'peer', reason: 3 })
    }
    return encode(power(value, bytesToBigInt(exponent)))
  }
  return Object.freeze({
    ...common,
    kind: 'key-exchange',
    name,
    shape: 'kem',
    hash,
    publicFormat: format,
    secretFormat: format,
    postQuantum: false,
    generate(random) {
      const privateKey = random(7)
      return { privateKey, publicKey: encode(power(3n, bytesToBigInt(privateKey))) }
    },
    encapsulate(publicKey, random) {
      const exponent = random(7)
      return { ciphertext: encode(power(3n, bytesToBigInt(exponent))), sharedSecret: raise(publicKey, exponent) }
    },
    decapsulate: (privateKey, ciphertext) => raise(ciphertext, privateKey),
  } satisfies KemKeyExchangeDefinition)
}

/** An exchange with messages of its own: 34 and 35 say hello, 36 and 37 bring both halves of the secret, in clear. */
export const toyScripted: ScriptedKeyExchangeDefinition = Object.freeze({
  ...common,
  kind: 'key-exchange',
  name: 'toy-scripted',
  shape: 'scripted',
  hash: toyHash,
  secretFormat: 'string',
  postQuantum: false,
  async runClient(io) {
    io.send(34, new Uint8Array(0))
    const hello = await io.receive(35)
    const half = io.random(8)
    io.send(36, half)
    const reader = new WireReader((await io.receive(37)).payload, 'message 37')
    const [hostKey, signature] = [reader.readString(), reader.readString()]
    return { hostKey, signature, sharedSecret: concatBytes(half, hello.payload), transcript: concatBytes(hello.payload, half) }
  },
  async runServer(io) {
    await io.receive(34)
    const hello = io.random(8)
    io.send(35, hello)
    const half = (await io.receive(36)).payload
    const outcome = { sharedSecret: concatBytes(half, hello), transcript: concatBytes(hello, half) }
    const signature = await io.sign(outcome)
    io.send(37, new WireWriter().writeString(io.hostKey).writeString(signature).finish())
    return outcome
  },
} satisfies ScriptedKeyExchangeDefinition)

// --- public keys ----------------------------------------------------------------------------------------------------------------

/** A signature that anybody can make: the hash of the key, the algorithm and what is signed. */
function toySignature(publicKey: Uint8Array, algorithm: string, data: Uint8Array): Uint8Array {
  return toyHash(new WireWriter().writeString(publicKey).writeString(algorithm).writeString(data).finish())
}

/** A signature algorithm. */
export function defineToyPublicKey(name: string, keyFormat: string): PublicKeyDefinition {
  return Object.freeze({
    ...common,
    kind: 'public-key',
    name,
    keyFormat,
    signatureFormat: name,
    typeName: keyFormat.toUpperCase(),
    bitLength: () => 8,
    verify(publicKey, data, signature) {
      const reader = new WireReader(signature, 'a toy signature')
      reader.readName()
      return equalBytes(reader.readString(), toySignature(publicKey, name, data))
    },
  } satisfies PublicKeyDefinition)
}

/** What holds a toy host key. */
export function toySigner(keyFormat: string, algorithms: readonly string[], label = 'host'): Signer {
  const publicKey = new WireWriter().writeString(keyFormat).writeString(label).finish()
  return {
    publicKey,
    algorithms,
    sign: async (data, algorithm) =>
      new WireWriter()
        .writeString(algorithm)
        .writeString(toySignature(publicKey, algorithm, data))
        .finish(),
  }
}

// --- compression ----------------------------------------------------------------------------------------------------------------

/** Runs of bytes as pairs of length and byte, behind a counter: it remembers, as real compression does. */
export function defineToyCompression(name: string, delayed: boolean): CompressionDefinition {
  return Object.freeze({
    ...common,
    kind: 'compression',
    name,
    delayed,
    create() {
      let counter = 0
      let destroyed = false
      const tick = (): number => {
        if (destroyed) throw new Error('a toy was used after its destruction')
        return counter++ & 0xff
      }
      return {
        compress(data) {
          const pairs = [tick()]
          for (let start = 0, end = 0; start < data.length; start = end) {
            while (end < data.length && end - start < 255 && data[end] === data[start]) end++
            pairs.push(end - start, data[start]!)
          }
          return Uint8Array.from(pairs)
        },
        decompress(data, limit) {
          if (data[0] !== tick()) throw corrupt('a toy packet was lost')
          const runs: Uint8Array[] = []
          let length = 0
          for (let index = 1; index < data.length; index += 2) {
            length += data[index]!
            if (length > limit) throw corrupt(`more than ${limit} bytes`)
            runs.push(new Uint8Array(data[index]!).fill(data[index + 1]!))
          }
          return concatBytes(...runs)
        },
        destroy() {
          destroyed = true
        },
      }
    },
  } satisfies CompressionDefinition)
}

function corrupt(message: string): SSHError {
  return new SSHError('COMPRESSION', message, { fault: 'peer', reason: 6 })
}

// --- all together ---------------------------------------------------------------------------------------------------------------

/** Every toy, most preferred first in each kind. */
export const toys: readonly AlgorithmDefinition[] = [
  defineToyAead('toy-aead-own-key', 'own key'),
  defineToyAead('toy-aead-clear', 'clear'),
  defineToyAead('toy-aead-with-body', 'with body'),
  defineToyCipher('toy-xor', 16),
  defineToyCipher('toy-xor-8', 8),
  defineToyMac('toy-sum-etm', true),
  defineToyMac('toy-sum', false),
  defineToyKem('toy-kem-string', 'string'),
  defineToyKem('toy-kem-mpint', 'mpint', shortHash),
  toyScripted,
  defineToyPublicKey('toy-sign', 'toy-key'),
  defineToyPublicKey('toy-sign-2', 'toy-key'),
  defineToyPublicKey('toy-other-sign', 'toy-other-key'),
  defineToyCompression('toy-runs', false),
  defineToyCompression('toy-runs-delayed', true),
]

/** A registry with every toy. */
export function toyRegistry(): AlgorithmRegistry {
  return new AlgorithmRegistry(toys)
}
