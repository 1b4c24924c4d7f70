import { invalidArgument } from '../errors.ts'
import { shown } from '../shown.ts'
import type { AlgorithmDefinition, AlgorithmKind } from './definition.ts'

/** The version of the interfaces in `definition.ts`. */
const API_VERSION = 1

/** The longest name that RFC 4251 §6 allows. */
const NAME_LENGTH = 64

/** What a field has to be. */
interface Rule {
  readonly holds: (value: unknown) => boolean
  readonly expected: string
}

type Rules = Readonly<Record<string, Rule>>

const text: Rule = { holds: (value) => typeof value === 'string' && value !== '', expected: 'a text' }
const flag: Rule = { holds: (value) => typeof value === 'boolean', expected: 'true or false' }
const operation: Rule = { holds: (value) => typeof value === 'function', expected: 'a function' }
const byteCount: Rule = { holds: (value) => Number.isInteger(value) && (value as number) >= 0, expected: 'a number of bytes' }
const format: Rule = { holds: (value) => value === 'mpint' || value === 'string', expected: "'mpint' or 'string'" }

// Padding is at least 4 and at most 255 bytes (RFC 4253 §6), so a block has room for it up to 248.
const block: Rule = {
  holds: (value) => byteCount.holds(value) && (value as number) >= 8 && (value as number) <= 248,
  expected: 'from 8 to 248 bytes',
}
const keyLimit: Rule = { holds: (value) => value === undefined || (value as number) > 0, expected: 'absent, or a number of bytes above 0' }
const optionalFlag: Rule = { holds: (value) => value === undefined || flag.holds(value), expected: 'absent, true or false' }
const alignment: Rule = { holds: (value) => value === 'body' || value === 'packet', expected: "'body' or 'packet'" }

const cipher: Rules = { keyLength: byteCount, ivLength: byteCount, blockLength: block, keyLimit }
const keyExchange: Rules = { hash: operation, secretFormat: format, postQuantum: flag }

/** The kinds; of ciphers and key exchanges, the field by which their two sorts are told apart; and the fields of each sort. */
const kinds: Readonly<Record<AlgorithmKind, { readonly discriminant?: string; readonly sorts: Readonly<Record<string, Rules>> }>> = {
  cipher: {
    discriminant: 'integrity',
    sorts: {
      mac: { ...cipher, chained: optionalFlag, createEncryptor: operation, createDecryptor: operation },
      aead: { ...cipher, alignment, negotiatesMAC: optionalFlag, tagLength: byteCount, createSealer: operation, createOpener: operation },
    },
  },
  mac: { sorts: { mac: { keyLength: byteCount, macLength: byteCount, encryptThenMac: flag, create: operation } } },
  'key-exchange': {
    discriminant: 'shape',
    sorts: {
      kem: { ...keyExchange, publicFormat: format, generate: operation, encapsulate: operation, decapsulate: operation },
      scripted: { ...keyExchange, runClient: operation, runServer: operation },
    },
  },
  'public-key': {
    sorts: { 'public-key': { keyFormat: text, signatureFormat: text, typeName: text, bitLength: operation, verify: operation } },
  },
  compression: { sorts: { compression: { delayed: flag, create: operation } } },
}

/**
 * Refuses a definition that is not well-formed when it is registered, rather than when a peer negotiates it.
 *
 * @throws SSHError `ARGUMENT`: which definition, what was expected of it, what it has, and how to mend it
 */
export function checkDefinition(definition: AlgorithmDefinition): void {
  if (typeof definition !== 'object' || definition === null) {
    throw invalidArgument(`expected the definition of an algorithm, an object; got ${shown(definition)}: is its import right?`)
  }
  const fault = faultOf({ ...definition }) ?? frozenFault(definition)
  if (fault !== undefined) throw invalidArgument(`${titleOf({ ...definition })} is not well-formed: ${fault}`)
}

type Fields = Readonly<Record<string, unknown>>

/** How a definition is called in messages, whose author has to act: `the cipher "aes256-ctr" by noble`. */
export function titleOf({ kind, name, provider }: Fields): string {
  const known = typeof kind === 'string' && Object.hasOwn(kinds, kind)
  return `the ${known ? kind : 'algorithm'} ${shown(name)}${text.holds(provider) ? ` by ${String(provider)}` : ''}`
}

function faultOf(fields: Fields): string | undefined {
  if (fields['apiVersion'] !== API_VERSION) return versionFault(fields['apiVersion'])
  if (!isName(fields['name'])) {
    const example = `a name of your own ends with a domain of yours, as in "my-cipher@example.org" (RFC 4251 §6)`
    return `expected a name of 1 to ${NAME_LENGTH} characters of printable US-ASCII without comma; got ${shown(fields['name'])}: ${example}`
  }
  const kind = Object.hasOwn(kinds, String(fields['kind'])) ? kinds[fields['kind'] as AlgorithmKind] : undefined
  if (kind === undefined)
    return `expected kind to be ${oneOf(Object.keys(kinds))}; got ${shown(fields['kind'])}: say which of the five it is`
  const { discriminant, sorts } = kind
  const sort = discriminant === undefined ? fields['kind'] : fields[discriminant]
  if (!Object.hasOwn(sorts, String(sort))) return `expected ${discriminant} to be ${oneOf(Object.keys(sorts))}; got ${shown(sort)}`
  for (const [field, { holds, expected }] of Object.entries({ provider: text, ...sorts[String(sort)] })) {
    if (!holds(fields[field])) return `expected ${field} to be ${expected}; got ${shown(fields[field])}`
  }
  return undefined
}

/** Which of the two sides is behind decides who has to move. */
function versionFault(found: unknown): string {
  const expected = `expected apiVersion ${API_VERSION}, which this @seashell/core knows; got ${shown(found)}`
  if (typeof found !== 'number') return `${expected}: write apiVersion: ${API_VERSION} into the definition`
  return found > API_VERSION
    ? `${expected}: update @seashell/core, or take a release of the algorithm's package that was made for ${API_VERSION}`
    : `${expected}: update the algorithm's package`
}

function frozenFault(definition: AlgorithmDefinition): string | undefined {
  if (Object.isFrozen(definition)) return undefined
  return 'expected a frozen object; got one that could change under open connections: wrap it in Object.freeze(…)'
}

function isName(name: unknown): boolean {
  return typeof name === 'string' && name.length <= NAME_LENGTH && /^[!-+\--~]+$/.test(name)
}

function oneOf(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(' or ')
}
