// One end of a contender, as a process: `server` prints a JSON line with its port and serves until its input ends; `client` does one piece
// of work and prints what came of it, in one JSON line.
import { Command, Option } from 'commander'
import { findContender } from './contenders/index.ts'
import type { EndOptions, SuiteName } from './contract.ts'
import { runProgram } from './programs.ts'
import { DEFAULT_KEX, suites } from './suites.ts'
import { type Mode, work, type WorkOptions } from './workloads.ts'

interface CommonOptions extends EndOptions {
  readonly contender: string
}

interface ClientOptions extends CommonOptions, WorkOptions {
  readonly mode: Mode
  readonly port: number
}

const MODES: readonly Mode[] = ['download', 'upload', 'echo', 'handshake', 'exec', 'idle']

function command(name: string): Command {
  return new Command(name)
    .requiredOption('--contender <name>')
    .addOption(new Option('--suite <name>').choices(Object.keys(suites)).default('aes256-gcm' satisfies SuiteName))
    .option('--kex <name>', 'wire name of the key exchange', DEFAULT_KEX)
    .requiredOption('--keys <folder>', 'with host, host.pub, client and client.pub')
    .option('--no-delay', "switch Nagle's algorithm off where the contender does not do so itself")
}

const server = command('server').action(async () => {
  const options = optionsOf(server) as CommonOptions
  const contender = await findContender(options.contender)
  const { port } = await contender.serve(runProgram, options)
  process.on('SIGUSR2', () => globalThis.gc?.())
  process.stdin.resume().once('end', () => process.exit())
  print({ port, description: contender.describe(), addOn: contender.hasAddOn?.() })
})

const client = command('client')
  .addOption(new Option('--mode <mode>').choices(MODES).makeOptionMandatory())
  .requiredOption('--port <port>', 'of the server, on 127.0.0.1', Number)
  .requiredOption('--server-pid <pid>', "the server's process", Number)
  .option('--bytes <count>', 'to transfer', Number, 2 ** 30)
  .option('--channels <count>', 'to transfer them through', Number, 1)
  .option('--in-flight <count>', 'echoes or handshakes at once', Number, 1)
  .option('--seconds <seconds>', 'to count for', Number, 2)
  .option('--connections <count>', 'that stand by', Number, 0)
  .action(async () => {
    const options = optionsOf(client) as ClientOptions
    const contender = await findContender(options.contender)
    const measurement = await work(options.mode, () => contender.connect(options.port, options), options)
    print({ ...measurement, description: contender.describe(), addOn: contender.hasAddOn?.() })
    process.exit()
  })

/** commander reads `--no-delay` as `delay: false`, which is what it says but not how we call it. */
function optionsOf(parsed: Command): unknown {
  const { delay, ...options } = parsed.opts<{ delay: boolean }>()
  return { ...options, noDelay: !delay }
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

await new Command('end').addCommand(server).addCommand(client).parseAsync()
