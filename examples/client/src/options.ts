import { type AlgorithmList, type AlgorithmRegistry, selectAlgorithms } from '@seashell/core'
import { defaultKnownHostsFile } from '@seashell/node'
import type { AlgorithmChoices } from '@seashell/ssh'
import { expandHome } from './files.ts'

/** What `-o` and its short forms can say. */
export interface Settings {
  /** The lists of algorithms that differ from the defaults. */
  readonly choices: AlgorithmChoices
  /** The path of the known hosts. */
  readonly knownHostsFile: string
  /** What to do about a host that is not known; `ask` where nothing was said. */
  readonly strictHostKeyChecking: (typeof STRICTNESS)[number]
  /** The path of a file with the password. */
  readonly passwordFile?: string
  /** After so many bytes in one direction keys are exchanged anew. */
  readonly rekeyBytes?: number
  /** How long the server may keep silent before it lets us in, in milliseconds. */
  readonly connectTimeout?: number
}

const STRICTNESS = ['ask', 'yes', 'no', 'accept-new'] as const

interface Setting {
  /** What its values look like. */
  readonly values: string
  /** What it is for. */
  readonly help: string
  /** Reads a value. */
  readonly read: (value: string, algorithms: AlgorithmRegistry) => Partial<Settings>
}

const table: Readonly<Record<string, Setting>> = {
  KexAlgorithms: { values: 'LIST', help: 'key exchange methods', read: choice('keyExchanges') },
  HostKeyAlgorithms: { values: 'LIST', help: "signature algorithms of the server's key", read: choice('publicKeys') },
  Ciphers: { values: 'LIST', help: 'ciphers', read: choice('ciphers') },
  MACs: { values: 'LIST', help: 'message authentication codes', read: choice('macs') },
  Compression: { values: 'yes|no', help: 'with zlib@openssh.com; no unless told', read: readCompression },
  UserKnownHostsFile: {
    values: 'FILE',
    help: 'the known hosts; ~/.ssh/known_hosts unless told',
    read: (value) => ({ knownHostsFile: expandHome(value) }),
  },
  StrictHostKeyChecking: {
    values: 'WHEN',
    help: 'an unknown host: ask, yes (refuse), no or accept-new (add)',
    read: (value) => ({ strictHostKeyChecking: oneOf(value, STRICTNESS) }),
  },
  PasswordFile: {
    values: 'FILE',
    help: 'has the password; nobody is asked for it',
    read: (value) => ({ passwordFile: expandHome(value) }),
  },
  RekeyLimit: {
    values: 'BYTES[K|M|G]',
    help: 'new keys after so much data in one direction',
    read: (value) => ({ rekeyBytes: readSize(value) }),
  },
  ConnectTimeout: {
    values: 'SECONDS',
    help: 'how long the server may be silent at first',
    read: (value) => ({ connectTimeout: readSeconds(value) * 1000 }),
  },
}

/**
 * Reads what `-o` was given: `Key=Value` or `Key Value`, without regard to the case of the key. Where a key comes twice the first counts,
 * as with ssh.
 *
 * @param algorithms what the lists choose from
 * @throws Error for an unknown key, value or algorithm: it says which are known
 */
export function readSettings(assignments: readonly string[], algorithms: AlgorithmRegistry): Settings {
  const read = assignments.map((assignment) => readAssignment(assignment, algorithms)).toReversed()
  const defaults: Settings = { choices: {}, knownHostsFile: defaultKnownHostsFile(), strictHostKeyChecking: 'ask' }
  return Object.assign(defaults, ...read, { choices: Object.assign({}, ...read.map(({ choices }) => choices)) })
}

/** The table, for `--help`. */
export function describeSettings(): string {
  const rows = Object.entries(table).map(([key, { values, help }]) => [`${key}=${values}`, help] as const)
  return rows.map(([assignment, help]) => `  ${assignment.padEnd(34)} ${help}`).join('\n')
}

function readAssignment(assignment: string, algorithms: AlgorithmRegistry): Partial<Settings> {
  const [, key = '', value = ''] = /^\s*([^\s=]+)\s*(?:=\s*|\s)(\S|\S.*\S)\s*$/.exec(assignment) ?? []
  if (value === '') throw new Error(`-o ${assignment}: expected Key=Value`)
  const [name, setting] = Object.entries(table).find(([known]) => known.toLowerCase() === key.toLowerCase()) ?? []
  if (setting === undefined) throw new Error(`-o ${key}: there is no such option; there are ${Object.keys(table).join(', ')}`)
  try {
    return setting.read(value, algorithms)
  } catch (error) {
    throw new Error(`-o ${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

function choice(kind: keyof AlgorithmChoices): Setting['read'] {
  return (expression, algorithms) => {
    const list: AlgorithmList = algorithms[kind]
    return { choices: { [kind]: selectAlgorithms(list.defaults, expression, list.names) } }
  }
}

function readCompression(value: string, algorithms: AlgorithmRegistry): Partial<Settings> {
  return choice('compressions')(oneOf(value, ['yes', 'no']) === 'yes' ? '^zlib@openssh.com' : '^none', algorithms)
}

function oneOf<Value extends string>(value: string, values: readonly Value[]): Value {
  const found = values.find((each) => each === value.toLowerCase())
  if (found === undefined) throw new Error(`expected ${values.join(' or ')}; got ${JSON.stringify(value)}`)
  return found
}

/** OpenSSH takes 16 bytes or more: less would exchange keys for each packet. */
function readSize(value: string): number {
  const [, number = '', unit = ''] = /^(\d+)([KMG]?)$/i.exec(value) ?? []
  const size = Number(number) * 1024 ** ['', 'K', 'M', 'G'].indexOf(unit.toUpperCase())
  if (number === '' || size < 16)
    throw new Error(`expected a number of bytes from 16 up, maybe with K, M or G; got ${JSON.stringify(value)}`)
  return size
}

/** No timer of JavaScript counts past 2^31 milliseconds. */
function readSeconds(value: string): number {
  const seconds = /^\d+$/.test(value) ? Number(value) : 0
  if (seconds < 1 || seconds > 2_147_483) throw new Error(`expected a number of seconds from 1 to 2147483; got ${JSON.stringify(value)}`)
  return seconds
}
