import { randomBytes } from 'node:crypto'
import {
  type AlgorithmDefinition,
  AlgorithmRegistry,
  type AeadCipherDefinition,
  type CompressionDefinition,
  type KemKeyExchangeDefinition,
  type MacCipherDefinition,
  type MacDefinition,
  type PublicKeyDefinition,
} from '@seashell/core'
import { compatible } from '@seashell/presets'
import { providers } from '../providers.ts'

/** One thing to measure. */
export interface Operation {
  /** Wire name of the algorithm. */
  readonly name: string
  readonly work: string
  /** Who computes it, as the definition says. */
  readonly provider: string
  /** How many of it one run does. */
  readonly count: number
  /** Bytes of each; absent where it is not about bytes. */
  readonly bytes?: number
  readonly run: () => unknown
}

const LENGTHS = [64, 1024, 32_768]
/** Packets are opened in place, so a run opens so many that were sealed before. */
const PACKETS = 64

/** Every operation of every definition that a provider brings. */
export async function operations(): Promise<Operation[]> {
  const found: Operation[] = []
  for (const definition of definitions()) found.push(...(await operationsOf(definition)))
  return found
}

/** By name, then provider; a definition that several providers share is there once. */
function definitions(): AlgorithmDefinition[] {
  const registries = providers.map(({ packs }) => {
    const algorithms = new AlgorithmRegistry(compatible)
    for (const pack of packs) algorithms.override(pack)
    return algorithms
  })
  const all = compatible.flatMap(({ kind, name }) =>
    registries.flatMap(({ ciphers, macs, keyExchanges, publicKeys, compressions }): AlgorithmDefinition[] =>
      [...ciphers, ...macs, ...keyExchanges, ...publicKeys, ...compressions].filter((one) => one.kind === kind && one.name === name),
    ),
  )
  return [...new Set(all)]
}

async function operationsOf(definition: AlgorithmDefinition): Promise<Operation[]> {
  switch (definition.kind) {
    case 'cipher':
      return LENGTHS.flatMap((length) => (definition.integrity === 'aead' ? aead(definition, length) : stream(definition, length)))
    case 'mac':
      return LENGTHS.map((length) => mac(definition, length))
    case 'key-exchange':
      return definition.shape === 'kem' ? await keyExchange(definition) : []
    case 'public-key':
      return await signature(definition)
    case 'compression':
      return compression(definition)
  }
}

function aead(definition: AeadCipherDefinition, length: number): Operation[] {
  const [key, iv] = [randomBytes(definition.keyLength), randomBytes(definition.ivLength)]
  const sealer = definition.createSealer(key, iv)
  const packet = new Uint8Array(4 + length + definition.tagLength)
  let sequence = 0
  const first = definition.createSealer(key, iv)
  const sealed = Array.from({ length: PACKETS }, (_, number) => {
    const one = new Uint8Array(packet.length)
    new DataView(one.buffer).setUint32(0, length)
    first.seal(number, one)
    return one
  })
  const openAll = (): void => {
    const opener = definition.createOpener(key, iv)
    for (let number = 0; number < PACKETS; number++) {
      packet.set(sealed[number] as Uint8Array)
      opener.readLength(number, packet.subarray(0, opener.headLength))
      opener.open(number, packet)
    }
  }
  const { name, provider } = definition
  return [
    { name, provider, work: `seal ${length} B`, count: 1, bytes: length, run: () => sealer.seal(sequence++, packet) },
    { name, provider, work: `open ${length} B`, count: PACKETS, bytes: length, run: openAll },
  ]
}

function stream(definition: MacCipherDefinition, length: number): Operation[] {
  const [key, iv, data] = [randomBytes(definition.keyLength), randomBytes(definition.ivLength), new Uint8Array(length)]
  const [encryptor, decryptor] = [definition.createEncryptor(key, iv), definition.createDecryptor(key, iv)]
  const { name, provider } = definition
  return [
    { name, provider, work: `encrypt ${length} B`, count: 1, bytes: length, run: () => encryptor.transform(data) },
    { name, provider, work: `decrypt ${length} B`, count: 1, bytes: length, run: () => decryptor.transform(data) },
  ]
}

function mac(definition: MacDefinition, length: number): Operation {
  const [instance, data] = [definition.create(randomBytes(definition.keyLength)), randomBytes(length)]
  const { name, provider } = definition
  return { name, provider, work: `sign ${length} B`, count: 1, bytes: length, run: () => instance.sign(1, data) }
}

async function keyExchange(definition: KemKeyExchangeDefinition): Promise<Operation[]> {
  const pair = await definition.generate(randomBytes)
  const { ciphertext } = await definition.encapsulate(pair.publicKey, randomBytes)
  const { name, provider } = definition
  const client = async (): Promise<unknown> => {
    const { privateKey } = await definition.generate(randomBytes)
    return await definition.decapsulate(privateKey, ciphertext)
  }
  return [
    { name, provider, work: 'client', count: 1, run: client },
    { name, provider, work: 'server', count: 1, run: () => definition.encapsulate(pair.publicKey, randomBytes) },
  ]
}

async function signature(definition: PublicKeyDefinition): Promise<Operation[]> {
  const { name, provider, privateKeys } = definition
  if (privateKeys === undefined) return []
  const { publicKey, privateKey } = await privateKeys.generate(randomBytes)
  const data = randomBytes(32)
  const signed = await privateKeys.sign(privateKey, data)
  return [
    { name, provider, work: 'sign', count: 1, run: () => privateKeys.sign(privateKey, data) },
    { name, provider, work: 'verify', count: 1, run: () => definition.verify(publicKey, data, signed) },
  ]
}

function compression(definition: CompressionDefinition): Operation[] {
  const text = new TextEncoder().encode('const tagLength = cipher.integrity === "aead" ? cipher.tagLength : mac.macLength\n'.repeat(405))
  const { name, provider } = definition
  const compressor = definition.create()
  const inflate = (): void => {
    const [out, back] = [definition.create(), definition.create()]
    back.decompress(out.compress(text), text.length)
  }
  return [
    { name, provider, work: 'deflate 32 KiB', count: 1, bytes: text.length, run: () => compressor.compress(text) },
    { name, provider, work: 'deflate and inflate 32 KiB, state anew', count: 1, bytes: text.length, run: inflate },
  ]
}
