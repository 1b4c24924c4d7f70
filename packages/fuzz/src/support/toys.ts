// NO SECURITY: keys have no effect, and tags and signatures are what anybody can compute. A fuzzer cannot guess a MAC, and would never get
// past a key exchange with real ones. Lengths, checks and errors are those that the interfaces ask for.
import {
  AlgorithmRegistry,
  type AlgorithmDefinition,
  type KemKeyExchangeDefinition,
  type MacCipherDefinition,
  type MacDefinition,
  type PublicKeyDefinition,
  type ScriptedKeyExchangeDefinition,
  type Signer,
} from '@seashell/core'
import { concatBytes, keyExchangeFailed, SSHError, WireReader, WireWriter } from '@seashell/core/wire'
import { zlibCompressions } from '@seashell/compression-zlib'

const common = { apiVersion: 1, provider: 'toy: NO SECURITY' } as const

/** Plaintext. NO SECURITY. */
const toyCipher = Object.freeze<MacCipherDefinition>({
  ...common,
  kind: 'cipher',
  name: 'toy-cipher',
  integrity: 'mac',
  keyLength: 1,
  ivLength: 1,
  blockLength: 8,
  createEncryptor: () => ({ transform: () => {}, destroy: () => {} }),
  createDecryptor: () => ({ transform: () => {}, destroy: () => {} }),
})

/** The tag of every packet. NO SECURITY. */
export const TOY_TAG: Uint8Array = Uint8Array.of(0x54, 0x4f, 0x59, 0x21)

const toyMac = Object.freeze<MacDefinition>({
  ...common,
  kind: 'mac',
  name: 'toy-mac',
  keyLength: 1,
  macLength: TOY_TAG.length,
  encryptThenMac: false,
  create: () => ({ sign: () => TOY_TAG, destroy: () => {} }),
})

/** A sum: fast, and the same everywhere. NO SECURITY. */
function toyHash(data: Uint8Array): Uint8Array {
  const sum = new Uint8Array(8)
  for (const [index, byte] of data.entries()) sum[index % 8] = Math.imul(sum[index % 8]! ^ byte, 31) + 1
  return sum
}

/** Whatever the other side sends, but for nothing: the secret is always the same. NO SECURITY. */
const toyKem = Object.freeze<KemKeyExchangeDefinition>({
  ...common,
  kind: 'key-exchange',
  name: 'toy-kem',
  shape: 'kem',
  hash: toyHash,
  publicFormat: 'string',
  secretFormat: 'string',
  postQuantum: false,
  generate: () => ({ publicKey: Uint8Array.of(1), privateKey: Uint8Array.of(2) }),
  encapsulate(publicKey) {
    if (publicKey.length === 0) throw keyExchangeFailed('expected a toy public value; got nothing')
    return { ciphertext: Uint8Array.of(3), sharedSecret: Uint8Array.of(4) }
  },
  decapsulate(_privateKey, ciphertext) {
    if (ciphertext.length === 0) throw keyExchangeFailed('expected a toy public value; got nothing')
    return Uint8Array.of(4)
  },
})

/** An exchange of several messages: 32 and 33, then 34 and 35 as often as the client likes, then 36 and 37. NO SECURITY. */
const toyScripted = Object.freeze<ScriptedKeyExchangeDefinition>({
  ...common,
  kind: 'key-exchange',
  name: 'toy-scripted',
  shape: 'scripted',
  hash: toyHash,
  secretFormat: 'mpint',
  postQuantum: false,
  async runClient(io) {
    io.send(32, new Uint8Array(0))
    let message = await io.receive(33, 37)
    while (message.number === 33) {
      io.send(34, message.payload)
      message = await io.receive(33, 37)
    }
    const reader = new WireReader(message.payload, 'message 37')
    const [hostKey, signature] = [reader.readString(), reader.readString()]
    reader.end()
    return { hostKey, signature, sharedSecret: Uint8Array.of(4), transcript: new Uint8Array(0) }
  },
  async runServer(io) {
    await io.receive(32)
    io.send(33, io.random(4))
    while ((await io.receive(34, 36)).number === 34) io.send(33, io.random(4))
    const outcome = { sharedSecret: Uint8Array.of(4), transcript: new Uint8Array(0) }
    const signature = await io.sign(outcome)
    io.send(37, new WireWriter().writeString(io.hostKey).writeString(signature).finish())
    return outcome
  },
})

/** A signature is right where it ends in 1. NO SECURITY. */
function defineToyKey(name: string, keyFormat: string): PublicKeyDefinition {
  const check = (publicKey: Uint8Array): number => {
    const reader = new WireReader(publicKey, 'a toy key')
    if (reader.readName() !== keyFormat) throw new SSHError('KEY', `expected a key of format ${keyFormat}`, { fault: 'peer' })
    const bits = reader.readString().length * 8
    reader.end()
    return bits
  }
  return Object.freeze<PublicKeyDefinition>({
    ...common,
    kind: 'public-key',
    name,
    keyFormat,
    signatureFormat: name,
    typeName: 'TOY',
    bitLength: check,
    verify(publicKey, _data, signature) {
      check(publicKey)
      return signature.at(-1) === 1
    },
  })
}

/** The public key blob of {@link toySigner}. */
export const toyPublicKey: Uint8Array = new WireWriter().writeString('toy-key').writeString('host').finish()

/** A signature blob that is right, by anybody's key. */
export function toySignature(algorithm = 'toy-sign'): Uint8Array {
  return new WireWriter().writeString(algorithm).writeString(Uint8Array.of(1)).finish()
}

/** Signs with a toy key. */
export const toySigner: Signer = Object.freeze<Signer>({
  publicKey: toyPublicKey,
  algorithms: ['toy-sign', 'toy-sign-2'],
  sign: async (_data, algorithm) => toySignature(algorithm),
})

/** Two algorithms of one kind of key. */
export const toyPublicKeys: readonly PublicKeyDefinition[] = [defineToyKey('toy-sign', 'toy-key'), defineToyKey('toy-sign-2', 'toy-key')]

/** Every toy, and real compression. */
export const toyDefinitions: readonly AlgorithmDefinition[] = [
  toyCipher,
  toyMac,
  toyKem,
  toyScripted,
  ...toyPublicKeys,
  ...zlibCompressions,
]

/** A registry with every toy. Transports take a snapshot of it. */
export const toyRegistry: AlgorithmRegistry = new AlgorithmRegistry(toyDefinitions)

/** A packet as these toys, or none at all, protect it (RFC 4253 §6). */
export function packetOf(message: Uint8Array, tag: Uint8Array = TOY_TAG): Uint8Array {
  const padding = 8 + ((8 - ((5 + message.length) % 8)) % 8)
  const writer = new WireWriter(message.length + padding + 16)
  writer
    .writeUint32(1 + message.length + padding)
    .writeByte(padding)
    .writeBytes(message)
    .writeBytes(new Uint8Array(padding))
  return concatBytes(writer.finish(), tag)
}
