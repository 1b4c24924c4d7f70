import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { endFile } from './paths.ts'
import type { Contestant, EndSpec, Row } from './plan.ts'
import type { Measurement } from './workloads.ts'

/** Longer than any sample takes. */
const TIMEOUT = 120_000

/**
 * For the server of `idle`, whoever it is, so that what its process grows by is the connections' own.
 *
 * V8's young generation, where new objects are, is as small as it gets and stays so. It would double now and then otherwise, by up to 16 MiB,
 * and keep that when the connections are gone: when, depends on how much garbage came before, so the same library would measure twice as much
 * where a doubling falls between the two readings as where none does.
 *
 * And V8 does not optimize. What its compilers take while the connections come counts as theirs otherwise, and with Node 24, whose Maglev
 * begins early, that is two or three times as much; a warm-up that lets them finish leaves more freed memory behind than is to be measured.
 *
 * With both, a thousand connections take about twice what five hundred take.
 */
const STEADY_MEMORY = ['--max-semi-space-size=1', '--no-opt', '--no-maglev']

/** What one measurement gave. */
export interface Sample extends Measurement {
  /** What each end says it is. */
  readonly descriptions: readonly [client: string, server: string]
}

interface Report {
  readonly description: string
  readonly addOn?: boolean
}

/** More flags for the Node of an end, `client` or `server`. */
export type NodeFlags = (end: 'client' | 'server') => readonly string[]

/** Measures one contestant once, each end in a process of its own. */
export async function measureOnce(row: Row, contestant: Contestant, keys: string, flags: NodeFlags = () => []): Promise<Sample> {
  const server = start(
    contestant.server,
    [...flags('server'), ...(row.mode === 'idle' ? STEADY_MEMORY : [])],
    ['server', ...commonArguments(row, contestant.server, keys)],
  )
  try {
    const listening = await firstLine<Report & { port: number }>(server)
    checkAddOn(contestant.server, listening)
    const client = start(contestant.client, flags('client'), [
      'client',
      ...commonArguments(row, contestant.client, keys),
      ...workArguments(row, contestant),
      ...['--port', listening.port, '--server-pid', server.pid].map(String),
    ])
    const measured = await firstLine<Report & Measurement>(client)
    await stop(client)
    checkAddOn(contestant.client, measured)
    return { ...measured, descriptions: [measured.description, listening.description] }
  } finally {
    await stop(server)
  }
}

function commonArguments(row: Row, end: EndSpec, keys: string): string[] {
  const delay = end.noDelay ? ['--no-delay'] : []
  return ['--contender', end.contender, '--suite', row.suite, '--kex', row.kex, '--keys', keys, ...delay]
}

function workArguments({ mode, work }: Row, { share = 1 }: Contestant): string[] {
  const { bytes, channels, inFlight, seconds, connections } = work
  const values = { bytes: bytes && Math.round(bytes * share), channels, 'in-flight': inFlight, seconds, connections }
  return ['--mode', mode, ...Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, String(value)]))]
}

function start({ contender, addOns = true }: EndSpec, more: readonly string[], args: readonly string[]): ChildProcess {
  const flags = ['--expose-gc', ...(addOns ? [] : ['--no-addons']), ...more]
  // The helpers that run OpenSSH are those of the tests, which exist as TypeScript alone.
  if (contender === 'openssh') flags.push('--import', import.meta.resolve('tsx'))
  return spawn(process.execPath, [...flags, endFile, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
}

async function firstLine<Line>(child: ChildProcess): Promise<Line> {
  let said = ''
  child.stderr?.on('data', (text) => {
    said += text
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT)
  try {
    if (child.stdout === null) throw new Error('expected a process with a pipe for its output')
    for await (const line of createInterface(child.stdout)) return JSON.parse(line) as Line
    throw new Error(errorIn(said))
  } finally {
    clearTimeout(timer)
  }
}

/** The line that says what went wrong, out of what Node prints when a process dies of an error. */
function errorIn(said: string): string {
  const lines = said.split('\n').map((line) => line.trim())
  return lines.find((line) => /Error\b.*: /u.test(line)) ?? lines.find((line) => line !== '') ?? 'it ended and said nothing'
}

/** An end serves until its input ends. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.stdin?.end()
  const timer = setTimeout(() => child.kill('SIGKILL'), 3000)
  await exited
  clearTimeout(timer)
}

/** That ssh2 runs with its add-on, or without, is asked of ssh2 and not assumed. */
function checkAddOn({ addOns = true }: EndSpec, { addOn }: Report): void {
  if (addOn !== undefined && addOn !== addOns)
    throw new Error(`ssh2 runs ${addOn ? 'with' : 'without'} its add-on, unlike what was asked for`)
}
