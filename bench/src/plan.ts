import type { SuiteName } from './contract.ts'
import { Refusal } from './results.ts'
import { DEFAULT_KEX } from './suites.ts'
import type { Mode, WorkOptions } from './workloads.ts'

/** One end of a contestant. */
export interface EndSpec {
  readonly contender: string
  /** Switches Nagle's algorithm off where the contender leaves that to its caller. */
  readonly noDelay?: boolean
  /** Whether native add-ons may be loaded; where absent they may. */
  readonly addOns?: boolean
}

/** A client and a server that are measured together. */
export interface Contestant {
  readonly name: string
  /** What plots call it. */
  readonly label: string
  readonly client: EndSpec
  readonly server: EndSpec
  /** How fast it is at bulk, as a part of what the fast ones do: it moves so many bytes of what they move. 1 where absent. */
  readonly share?: number
}

/** One thing that is measured of several contestants, in turns. */
export interface Row {
  /** What results and targets know it by: `download/aes256-gcm`. */
  readonly name: string
  readonly mode: Mode
  readonly suite: SuiteName
  readonly kex: string
  readonly work: Partial<Omit<WorkOptions, 'serverPid'>>
  readonly contestants: readonly string[]
  /** What a sample is a figure of, and how the figure is called. */
  readonly unit: Unit
}

/** MB are 10^6 bytes; 'KB' is memory a connection, where less is better. */
export type Unit = '/s' | 'CPU s/GB' | 'KB' | 'MB/s' | 'ms CPU'

/** How much time to spend. */
export interface Scale {
  readonly name: string
  readonly rounds: number
  /** Bytes of a bulk transfer, for a contestant of share 1. */
  readonly bytes: number
  /** How long to count. */
  readonly seconds: number
  /** Connections of `idle`. */
  readonly idleConnections: number
}

/** What `pnpm bench` does. */
export const full: Scale = { name: 'full', rounds: 7, bytes: 2 ** 30, seconds: 3, idleConnections: 500 }

/** What `pnpm bench --quick` does. */
export const quick: Scale = { name: 'quick', rounds: 3, bytes: 2 ** 27, seconds: 0.5, idleConnections: 100 }

const seashell: EndSpec = { contender: 'seashell-default' }
const ssh2AddOn: EndSpec = { contender: 'ssh2', noDelay: true }
const openSSH: EndSpec = { contender: 'openssh' }

/** All of them. */
export const contestants: readonly Contestant[] = [
  both('seashell', 'SeaShell', seashell),
  both('seashell-node', 'SeaShell, node:crypto alone', { contender: 'seashell-node' }),
  both('seashell-wasm', 'SeaShell, portable and wasm', { contender: 'seashell-wasm' }),
  both('seashell-noble', 'SeaShell, portable', { contender: 'seashell-noble' }, 1 / 2),
  both('ssh2-addon-nodelay', 'ssh2, add-on, setNoDelay', ssh2AddOn),
  both('ssh2-addon', 'ssh2, add-on', { contender: 'ssh2' }),
  both('ssh2-plain-nodelay', 'ssh2, no add-on, setNoDelay', { contender: 'ssh2', noDelay: true, addOns: false }, 1 / 2),
  both('ssh2-plain', 'ssh2, no add-on', { contender: 'ssh2', addOns: false }, 1 / 4),
  both('dev-tunnels', 'dev-tunnels-ssh', { contender: 'dev-tunnels', noDelay: true }, 1 / 4),
  both('openssh', 'OpenSSH', openSSH),
  { name: 'seashell-to-openssh', label: 'SeaShell to sshd', client: seashell, server: openSSH },
  { name: 'ssh2-to-openssh', label: 'ssh2, add-on, to sshd', client: ssh2AddOn, server: openSSH },
  { name: 'openssh-to-seashell', label: 'ssh to SeaShell', client: openSSH, server: seashell },
  { name: 'openssh-to-ssh2', label: 'ssh to ssh2, add-on', client: openSSH, server: ssh2AddOn },
  both('raw-node', 'ceiling: node:crypto, no SSH', { contender: 'raw-node' }),
  both('raw-wasm', 'ceiling: wasm, no SSH', { contender: 'raw-wasm' }),
  both('raw-noble', 'ceiling: noble, no SSH', { contender: 'raw-noble' }, 1 / 2),
  both('tcp', 'ceiling: bare TCP', { contender: 'tcp' }),
]

/**
 * The contestant of a name.
 *
 * @throws Error where there is none
 */
export function contestantNamed(name: string): Contestant {
  const found = contestants.find((contestant) => contestant.name === name)
  if (found === undefined) throw new Error(`unknown contestant ${name}`)
  return found
}

function both(name: string, label: string, end: EndSpec, share?: number): Contestant {
  return { name, label, client: end, server: end, ...(share !== undefined && { share }) }
}

const SSH2 = ['ssh2-addon-nodelay', 'ssh2-addon', 'ssh2-plain-nodelay', 'ssh2-plain']
const ACROSS = ['seashell-to-openssh', 'ssh2-to-openssh', 'openssh-to-seashell', 'openssh-to-ssh2']
const LIBRARIES = ['seashell', 'seashell-noble', 'ssh2-addon-nodelay', 'ssh2-plain-nodelay', 'dev-tunnels']

/** All rows, in the report's order. */
export function rowsOf(scale: Scale): readonly Row[] {
  return [...bulkRows(scale), ...smallRows(scale), ...connectionRows(scale), ...growthRows(scale)]
}

const MAIN = ['seashell', 'ssh2-addon-nodelay']
const QUICK: Readonly<Record<string, readonly string[]>> = {
  'download/aes256-gcm': [...MAIN, 'openssh', 'raw-node'],
  'upload/aes256-gcm': [...MAIN, 'openssh', 'raw-node'],
  'download/chacha20-poly1305': ['seashell', 'ssh2-plain-nodelay', 'raw-wasm'],
  'upload/chacha20-poly1305': ['seashell', 'ssh2-plain-nodelay', 'raw-wasm'],
  'echo/1 in flight': MAIN,
  'echo/64 in flight': MAIN,
  'handshake/1 at once': MAIN,
  'handshake/16 at once': MAIN,
  'handshake/mlkem768x25519': MAIN,
  idle: MAIN,
}

/** The few that `--quick` measures where nothing is named. */
export function quickRowsOf(scale: Scale): readonly Row[] {
  return rowsOf(scale).flatMap((one) => {
    const left = one.contestants.filter((name) => QUICK[one.name]?.includes(name))
    return left.length > 0 ? [{ ...one, contestants: left }] : []
  })
}

/**
 * The rows and contestants whose `row contestant` matches.
 *
 * @throws Refusal where none does: which there are
 */
export function selectRows(rows: readonly Row[], only: RegExp): readonly Row[] {
  const selected = rows
    .map((one) => ({ ...one, contestants: one.contestants.filter((contestant) => only.test(`${one.name} ${contestant}`)) }))
    .filter((one) => one.contestants.length > 0)
  if (selected.length > 0) return selected
  const names = rows.map((one) => `  ${one.name}: ${one.contestants.join(', ')}`)
  throw new Refusal(`no row and contestant match ${only.source}; there are\n${names.join('\n')}`)
}

function bulkRows({ bytes }: Scale): Row[] {
  const bySuite: Readonly<Record<SuiteName, readonly string[]>> = {
    'aes256-gcm': [
      'seashell',
      'seashell-wasm',
      'seashell-noble',
      ...SSH2,
      'dev-tunnels',
      'openssh',
      ...ACROSS,
      'raw-node',
      'raw-wasm',
      'tcp',
    ],
    'aes128-gcm': ['seashell', 'ssh2-addon-nodelay', 'openssh', 'raw-node'],
    'chacha20-poly1305': [
      'seashell',
      'seashell-node',
      'seashell-wasm',
      'seashell-noble',
      ...SSH2,
      'openssh',
      ...ACROSS,
      'raw-node',
      'raw-wasm',
      'raw-noble',
    ],
    'aes128-ctr-hmac': ['seashell', 'ssh2-addon-nodelay', 'ssh2-plain-nodelay', 'openssh'],
  }
  const ways = ['download', 'upload'] as const
  return [
    ...Object.entries(bySuite).flatMap(([suite, names]) =>
      ways.map((mode) => row(`${mode}/${suite}`, mode, 'MB/s', names, { bytes }, suite as SuiteName)),
    ),
    // What both ends compile at first is a part of it that shrinks, and what they leave to the garbage collector one that grows.
    ...ways.map((mode) => row(`${mode}/aes256-gcm, four times the bytes`, mode, 'MB/s', [...MAIN, 'openssh'], { bytes: 4 * bytes })),
  ]
}

function smallRows({ seconds }: Scale): Row[] {
  return [1, 64].flatMap((inFlight) => [
    row(`echo/${inFlight} in flight`, 'echo', '/s', [...LIBRARIES, 'ssh2-addon', 'openssh'], { inFlight, seconds }),
    row(`echo/${inFlight} in flight, chacha20-poly1305`, 'echo', '/s', [...MAIN, 'openssh'], { inFlight, seconds }, 'chacha20-poly1305'),
  ])
}

function connectionRows({ seconds, idleConnections }: Scale): Row[] {
  const handshakes = [1, 16].map((inFlight) =>
    row(`handshake/${inFlight} at once`, 'handshake', '/s', [...LIBRARIES, 'ssh2-addon', 'seashell-to-openssh', 'ssh2-to-openssh'], {
      inFlight,
      seconds,
    }),
  )
  const postQuantum = row('handshake/mlkem768x25519', 'handshake', '/s', ['seashell'], { seconds })
  return [
    ...handshakes,
    { ...postQuantum, kex: 'mlkem768x25519-sha256' },
    row('exec', 'exec', '/s', [...LIBRARIES, 'ssh2-addon', 'openssh'], { seconds }),
    row('idle', 'idle', 'KB', LIBRARIES, { connections: idleConnections }),
  ]
}

function growthRows({ bytes, seconds }: Scale): Row[] {
  return [
    ...[1, 10, 100].map((channels) => row(`channels/${channels}`, 'download', 'CPU s/GB', ['seashell'], { bytes, channels })),
    ...[1, 100, 1000].map((connections) =>
      row(`standing by/${connections}`, 'handshake', 'ms CPU', ['seashell'], { seconds, connections }),
    ),
  ]
}

function row(name: string, mode: Mode, unit: Unit, names: readonly string[], work: Row['work'], suite: SuiteName = 'aes256-gcm'): Row {
  return { name, mode, unit, suite, work, kex: DEFAULT_KEX, contestants: names }
}
