import { type AlgorithmLists, type AlgorithmRegistry, isSSHError, selectAlgorithms } from '@seashell/core'
import { Command, CommanderError, Option } from 'commander'
import { oneLine } from './log.ts'

/** A user and the password that lets them in. */
export interface Password {
  readonly user: string
  readonly password: string
}

/** What the command line asks for. */
export interface Arguments {
  /** Where to listen; 0 for a free port. */
  readonly port: number
  /** Files of private keys, one at least. */
  readonly hostKeys: readonly string[]
  /** File of the public keys that may log in. */
  readonly authorizedKeys: string | undefined
  /** The one name that may log in; undefined for any. */
  readonly user: string | undefined
  readonly password: Password | undefined
  /** What to offer of the algorithms. */
  readonly lists: Partial<AlgorithmLists>
  /** Bytes in one direction after which keys are exchanged anew; undefined for the library's default. */
  readonly rekeyBytes: number | undefined
  readonly maxStartups: number
  /** Milliseconds from accept to authentication; Infinity for no limit. */
  readonly loginGraceTime: number
  readonly maxAuthTries: number
  readonly allowTCPForwarding: boolean
}

/** The command line, or what it names, is wrong: the message is one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Compression is nobody's choice but the client's, and waits for authentication: `zlib` itself has to be asked for. */
const DEFAULT_COMPRESSIONS = ['none', 'zlib@openssh.com']

// What a timer can be set to.
const MAX_SECONDS = 2_147_483

/** Below this, keys would be exchanged for what exchanging them takes. */
const MIN_REKEY_BYTES = 1024

const HELP = `
A LIST is written as for OpenSSH: a,b for these alone; +a,b after the defaults; -a,b without these; ^a,b before the
defaults; * and ? match any characters. The defaults are everything secure that there is, post-quantum first.

Commands run as the user who runs this server, in that user's home, through /bin/sh -c; whoever logs in is that user.
Of what clients send as environment, LANG, LC_*, TERM, COLORTERM and NO_COLOR are taken.

Exit code: 0 after SIGTERM or SIGINT; 2 where the command line, or a file it names, is wrong; 1 for anything else.`

/**
 * Reads the command line. For `--help` the text is written and the process ends.
 *
 * @param argv what stands behind the program's name
 * @throws UsageError
 */
export function parseArguments(argv: readonly string[], algorithms: AlgorithmRegistry): Arguments {
  const command = describe(algorithms)
  try {
    command.parse(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) process.exit(0)
    throw new UsageError(oneLine(error.message.replace(/^error: /, '')))
  }
  return check(command.opts<Options>())
}

interface Options {
  readonly port: number
  readonly hostKey?: readonly string[]
  readonly authorizedKeys?: string
  readonly user?: string
  readonly password?: Password
  readonly kex?: readonly string[]
  readonly ciphers?: readonly string[]
  readonly macs?: readonly string[]
  readonly hostKeyAlgorithms?: readonly string[]
  readonly compression: readonly string[]
  readonly rekeyLimit?: number
  readonly maxStartups: number
  readonly loginGrace: number
  readonly maxAuthTries: number
  readonly allowTcpForwarding?: true
}

function describe(algorithms: AlgorithmRegistry): Command {
  const command = new Command('seashell-server')
    .description('An SSH server on 127.0.0.1: commands, shells and forwarding for those who hold a key or a password.')
    .addHelpText('after', HELP)
    .configureHelp({ helpWidth: 120 })
    .configureOutput({ writeErr: () => {} })
    .showSuggestionAfterError(false)
    .exitOverride()
  for (const each of [...accessOptions(), ...listOptions(algorithms), ...limitOptions()]) command.addOption(each)
  return command
}

function accessOptions(): Option[] {
  return [
    option('--port <port>', 'port to listen on; 0 for a free one', integer(0, 65_535)).default(0),
    new Option('--host-key <file...>', 'private keys of the server, in OpenSSH format, without passphrase'),
    new Option('--authorized-keys <file>', 'public keys that may log in, as sshd has them; read once'),
    option('--user <name>', "the one name that may log in; where absent the password's, else any", parseUser),
    // What was given is a secret, and not quoted.
    new Option('--password <user:password>', 'lets this user in by password too; other users here can see it in ps').argParser(
      parsePassword,
    ),
    new Option('--allow-tcp-forwarding', 'connect to where clients ask for (ssh -L, -W, -D)'),
  ]
}

function listOptions(algorithms: AlgorithmRegistry): Option[] {
  const list = (flags: string, description: string, name: keyof AlgorithmLists, defaults = algorithms[name].defaults): Option =>
    option(flags, description, (value) => selectAlgorithms(defaults, value, algorithms[name].names))
  return [
    list('--kex <list>', 'key exchange methods', 'keyExchanges'),
    list('--ciphers <list>', 'ciphers', 'ciphers'),
    list('--macs <list>', 'message authentication codes', 'macs'),
    list('--host-key-algorithms <list>', 'signature algorithms of host keys', 'publicKeys'),
    list('--compression <list>', 'compression methods', 'compressions', DEFAULT_COMPRESSIONS).default(
      DEFAULT_COMPRESSIONS,
      DEFAULT_COMPRESSIONS.join(','),
    ),
  ]
}

function limitOptions(): Option[] {
  return [
    option('--rekey-limit <bytes>', 'bytes in one direction until keys are exchanged anew, as 4096, 512K, 1M, 4G', parseBytes),
    option('--max-startups <n>', 'unauthenticated connections beyond which a new one is closed', integer(1, 65_536)).default(100),
    option('--login-grace <seconds>', 'time to log in, from accept on; 0 for no limit', integer(0, MAX_SECONDS)).default(120),
    option('--max-auth-tries <n>', 'failed attempts after which a connection ends', integer(1, 1000)).default(6),
  ]
}

/** An option whose errors say which it is and what was given. */
function option(flags: string, description: string, parse: (value: string) => unknown): Option {
  return new Option(flags, description).argParser((value) => {
    try {
      return parse(value)
    } catch (error) {
      if (!isSSHError(error) && !(error instanceof UsageError)) throw error
      throw new UsageError(`${flags.split(' ', 1)[0]} ${JSON.stringify(value)}: ${error.message}`)
    }
  })
}

function check(options: Options): Arguments {
  const { user, password, hostKey, authorizedKeys, kex, ciphers, macs, hostKeyAlgorithms, compression } = options
  if (hostKey === undefined) throw new UsageError('expected --host-key')
  if (authorizedKeys === undefined && password === undefined) {
    throw new UsageError('nobody could log in: expected --authorized-keys or --password')
  }
  if (user !== undefined && password !== undefined && user !== password.user) {
    throw new UsageError('the password could let nobody in: --user and --password name different users')
  }
  return {
    port: options.port,
    hostKeys: hostKey,
    authorizedKeys,
    user: user ?? password?.user,
    password,
    lists: {
      compressions: compression,
      ...(kex && { keyExchanges: kex }),
      ...(ciphers && { ciphers }),
      ...(macs && { macs }),
      ...(hostKeyAlgorithms && { publicKeys: hostKeyAlgorithms }),
    },
    rekeyBytes: options.rekeyLimit,
    maxStartups: options.maxStartups,
    loginGraceTime: options.loginGrace === 0 ? Number.POSITIVE_INFINITY : options.loginGrace * 1000,
    maxAuthTries: options.maxAuthTries,
    allowTCPForwarding: options.allowTcpForwarding ?? false,
  }
}

function integer(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN
    if (number >= least && number <= most) return number
    throw new UsageError(`expected a number from ${least} to ${most}`)
  }
}

function parseBytes(value: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,12})([KMG]?)$/i.exec(value) ?? []
  const bytes = Number(digits) * 1024 ** ['', 'K', 'M', 'G'].indexOf(unit.toUpperCase())
  if (bytes >= MIN_REKEY_BYTES) return bytes
  throw new UsageError(`expected a number of bytes, ${MIN_REKEY_BYTES} at least, maybe with K, M or G behind it`)
}

function parseUser(value: string): string {
  if (isName(value)) return value
  throw new UsageError('expected a name of printable characters')
}

function parsePassword(value: string): Password {
  const [, user = '', password = ''] = /^([^:]*):(.+)$/s.exec(value) ?? []
  if (isName(user)) return { user, password }
  throw new UsageError('--password: expected USER:PASSWORD, a name of printable characters and a password that is not empty')
}

function isName(value: string): boolean {
  return value !== '' && oneLine(value) === value
}
