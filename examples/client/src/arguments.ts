import type { AlgorithmRegistry } from '@seashell/core'
import { Command } from 'commander'
import { type Destination, parseDestination } from './destination.ts'
import { expandHome } from './files.ts'
import { type Forward, parseForward } from './forwarding.ts'
import { describeSettings, readSettings, type Settings } from './options.ts'

/** What the command line says. */
export interface Arguments {
  readonly destination: Destination
  /** What to run; undefined: a shell. */
  readonly command: string | undefined
  /** Private key files; undefined: those that ssh would look for. */
  readonly identities: readonly string[] | undefined
  readonly settings: Settings
  readonly forwards: readonly Forward[]
  /** Whether nothing is to be run. */
  readonly forwardingOnly: boolean
  /** When the command gets a terminal: never, as it is right for what is run, if we have one, always. */
  readonly terminal: 'never' | 'auto' | 'wanted' | 'forced'
  readonly verbose: boolean
}

interface Options {
  readonly p?: string
  readonly l?: string
  readonly i: readonly string[]
  readonly o: readonly string[]
  readonly c?: string
  readonly m?: string
  readonly C?: true
  readonly N?: true
  readonly T?: true
  readonly t: number
  readonly L: readonly string[]
  readonly v?: true
}

/**
 * Reads a command line. `--help` is answered on standard output.
 *
 * @param argv without the program
 * @param algorithms what lists of algorithms choose from
 * @returns undefined where there is no more to do, for help was wanted
 * @throws Error where it is not understood
 */
export function parseArguments(argv: readonly string[], algorithms: AlgorithmRegistry): Arguments | undefined {
  const command = commandLine()
  try {
    command.parse(argv, { from: 'user' })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'commander.helpDisplayed') return undefined
    throw error instanceof Error ? new Error(error.message.replace(/^error: /, ''), { cause: error }) : error
  }
  const options = command.opts<Options>()
  const [destination, ...words] = command.args
  if (destination === undefined) throw new Error('expected [user@]HOST; --help tells more')
  // As with ssh, two hyphens before the command are not part of it.
  const remote = (words[0] === '--' ? words.slice(1) : words).join(' ')
  if (options.N && remote !== '') throw new Error('-N runs no command, and there is one')
  return {
    destination: parseDestination(destination, { user: options.l, port: options.p }),
    command: remote === '' ? undefined : remote,
    identities: options.i.length === 0 ? undefined : options.i.map((path) => expandHome(path)),
    settings: readSettings([...shortForms(options), ...options.o], algorithms),
    forwards: options.L.map((text) => parseForward(text)),
    forwardingOnly: options.N ?? false,
    terminal: options.T ? 'never' : ((['auto', 'wanted'] as const)[options.t] ?? 'forced'),
    verbose: options.v ?? false,
  }
}

/** The short forms come first, for the first value of a key counts. */
function shortForms({ c, m, C }: Options): string[] {
  return [c !== undefined && `Ciphers=${c}`, m !== undefined && `MACs=${m}`, C && 'Compression=yes'].filter(
    (form) => typeof form === 'string',
  )
}

const USAGE = `[-CNTtv] [-c LIST] [-i KEYFILE] [-L FORWARD] [-l USER] [-m LIST]
                [-o KEY=VALUE] [-p PORT] [user@]HOST [COMMAND…]`

function commandLine(): Command {
  return new Command('seashell')
    .usage(USAGE)
    .description('Logs in to HOST and runs COMMAND there, or a shell where there is none. Options end at HOST.')
    .argument('[destination]')
    .argument('[command...]')
    .passThroughOptions()
    .option('-p <PORT>', 'the port; 22 unless told')
    .option('-l <USER>', 'whom to log in as; your name here unless told')
    .option('-i <KEYFILE>', 'a private key; may be repeated; ~/.ssh/id_ed25519, id_ecdsa and id_rsa unless told', collect, [])
    .option('-o <KEY=VALUE>', 'see below; may be repeated; the first value of a key counts', collect, [])
    .option('-c <LIST>', 'short for -o Ciphers')
    .option('-m <LIST>', 'short for -o MACs')
    .option('-C', 'short for -o Compression=yes')
    .option('-N', 'run nothing: for forwarding alone')
    .option('-T', 'no terminal for what is run')
    .option('-t', 'a terminal for COMMAND too; twice: even without one here', (_, count: number) => count + 1, 0)
    .option('-L <FORWARD>', '[BIND:]PORT:HOST:HOSTPORT: connections to PORT here go on from there to HOST; may be repeated', collect, [])
    .option('-v', 'tell what is negotiated and tried')
    .helpOption('--help', 'this text')
    .configureHelp({ visibleArguments: () => [], optionDescription: ({ description }) => description })
    .configureOutput({ writeErr: () => undefined })
    .addHelpText('after', afterOptions)
    .exitOverride()
}

function collect(value: string, values: readonly string[]): readonly string[] {
  return [...values, value]
}

const afterOptions = (): string => `
Keys and values of -o:
${describeSettings()}

A LIST is OpenSSH's: names between commas, * and ? as in a shell; +LIST adds to
the defaults, -LIST takes away from them, ^LIST goes before them.

An unknown host's key is asked about on the terminal, and refused without one. A
changed key is always refused, whatever StrictHostKeyChecking says.

The exit code is the command's. It is 255 where the command was killed or told
none, and for every failure here, with one line that says which.`
