import { invalidArgument } from '../errors.ts'
import type { AlgorithmDefinition, AlgorithmKind } from './definition.ts'

/** The longest name that RFC 4251 §6 allows. */
const NAME_LENGTH = 64

/** What a field has to be, and how one says that it is not. */
interface Rule {
  readonly holds: (value: unknown) => boolean
  readonly otherwise: string
}

type Rules = Readonly<Record<string, Rule>>

const text: Rule = { holds: (value) => typeof value === 'string' && value !== '', otherwise: 'is not a text' }
const flag: Rule = { holds: (value) => typeof value === 'boolean', otherwise: 'is not true or false' }
const operation: Rule = { holds: (value) => typeof value === 'function', otherwise: 'is not a function' }
const byteCount: Rule = { holds: (value) => Number.isInteger(value) && (value as number) >= 0, otherwise: 'is not a number of bytes' }
const format: Rule = { holds: (value) => value === 'mpint' || value === 'string', otherwise: "is not 'mpint' or 'string'" }

// Padding is at least 4 and at most 255 bytes (RFC 4253 §6), so a block has room for it up to 248.
const block: Rule = {
  holds: (value) => byteCount.holds(value) && (value as number) >= 8 && (value as number) <= 248,
  otherwise: 'is not from 8 to 248 bytes',
}
const keyLimit: Rule = { holds: (value) => value === undefined || (value as number) > 0, otherwise: 'is not above 0' }
const alignment: Rule = { holds: (value) => value === 'body' || value === 'packet', otherwise: "is not 'body' or 'packet'" }

const cipher: Rules = { keyLength: byteCount, ivLength: byteCount, blockLength: block, keyLimit }
const keyExchange: Rules = { hash: operation, secretFormat: format, postQuantum: flag }

/** The fields of each kind; of ciphers and key exchanges, of each of their two sorts. */
const rules: Readonly<Record<string, Rules>> = {
  'cipher mac': { ...cipher, createEncryptor: operation, createDecryptor: operation },
  'cipher aead': { ...cipher, alignment, tagLength: byteCount, createSealer: operation, createOpener: operation },
  mac: { keyLength: byteCount, macLength: byteCount, encryptThenMac: flag, create: operation },
  'key-exchange kem': { ...keyExchange, publicFormat: format, generate: operation, encapsulate: operation, decapsulate: operation },
  'key-exchange scripted': { ...keyExchange, runClient: operation, runServer: operation },
  'public-key': { keyFormat: text, signatureFormat: text, typeName: text, bitLength: operation, verify: operation },
  compression: { delayed: flag, create: operation },
}

/** The field by which a kind's two sorts are told apart. */
const discriminants: Readonly<Partial<Record<AlgorithmKind, string>>> = { cipher: 'integrity', 'key-exchange': 'shape' }

/**
 * Refuses a definition that is not well-formed when it is registered, rather than when a peer negotiates it.
 *
 * @throws SSHError `ARGUMENT`, naming the definition and what is wrong with it
 */
export function checkDefinition(definition: AlgorithmDefinition): void {
  if (typeof definition !== 'object' || definition === null) throw invalidArgument(`expected an algorithm; got ${String(definition)}`)
  const wrong = faultOf({ ...definition }) ?? (Object.isFrozen(definition) ? undefined : 'it is not frozen')
  if (wrong !== undefined) throw invalidArgument(`the algorithm ${JSON.stringify(definition.name)} is not well-formed: ${wrong}`)
}

function faultOf(fields: Readonly<Record<string, unknown>>): string | undefined {
  const { apiVersion, name, kind } = fields
  if (apiVersion !== 1) return `it is for version ${String(apiVersion)} of the interfaces; this is version 1`
  if (!isName(name)) return `a name is 1 to ${NAME_LENGTH} characters of printable US-ASCII without comma`
  const discriminant = discriminants[kind as AlgorithmKind]
  const sort = discriminant === undefined ? String(kind) : `${String(kind)} ${String(fields[discriminant])}`
  const expected = Object.hasOwn(rules, sort) ? rules[sort] : undefined
  if (expected === undefined) return `there is no ${sort}`
  for (const [field, { holds, otherwise }] of Object.entries({ provider: text, ...expected })) {
    if (!holds(fields[field])) return `${field} ${otherwise}`
  }
  return undefined
}

function isName(name: unknown): boolean {
  return typeof name === 'string' && name.length <= NAME_LENGTH && /^[!-+\--~]+$/.test(name)
}
