#!/usr/bin/env node
import type { AlgorithmRegistry, TransportDescription } from '@seashell/core'
import { defaultAlgorithms, type SSHClient } from '@seashell/ssh'
import { printable } from '@seashell/userauth'
import { type Arguments, parseArguments } from './arguments.ts'
import { connectTo } from './connect.ts'
import { startServer } from './demo/server.ts'
import { style } from './demo/style.ts'
import { download, upload } from './demo/transfer.ts'
import { createLog } from './log.ts'
import { runProgram } from './program.ts'
import { negotiatedRows } from './report.ts'

const COMMAND = 'uname -srm'

await runProgram(async (connected) => {
  const args = await demoArguments(process.argv.slice(2), defaultAlgorithms())
  if (args === undefined) return 0
  const begun = performance.now()
  const client = await connectTo(args, defaultAlgorithms(), createLog(args.verbose))
  connected()
  const { host, port, user } = args.destination
  console.log(`Logged in as ${user} to ${host} port ${port} in ${Math.round(performance.now() - begun)} ms.\n`)
  showNegotiated(client.describe())
  await run(client, args.command ?? COMMAND)
  console.log(style('bold', 'Throughput'))
  await upload(client)
  await download(client)
  await client.close()
  return 0
})

/** What the user says, in the client's words; where nothing is said, a server of our own is started and meant. */
async function demoArguments(argv: readonly string[], algorithms: AlgorithmRegistry): Promise<Arguments | undefined> {
  if (argv.length > 0) return parseArguments(argv, algorithms)
  console.log('Starting the example server on this machine; name another with: demo [options] [user@]HOST [COMMAND…]')
  return parseArguments([...(await startServer(algorithms)), COMMAND], algorithms)
}

function showNegotiated({ otherVersion, negotiated, strictKeyExchange }: TransportDescription): void {
  if (negotiated === undefined) throw new Error('expected algorithms to be negotiated')
  console.log(style('bold', 'Negotiated'))
  const rows = [
    ['server', printable(otherVersion ?? '')],
    ...negotiatedRows(negotiated),
    ['strict', strictKeyExchange ? 'yes' : 'no, the server does not know it'],
  ]
  for (const [what = '', which = ''] of rows)
    console.log(`  ${style('dim', what.padEnd(16))}  ${which.replace(/(?<!not )post-quantum/, (text) => style('green', text))}`)
  console.log()
}

async function run(client: SSHClient, command: string): Promise<void> {
  console.log(style('bold', `$ ${command}`))
  const session = await client.exec(command)
  const { stdout, stderr, code, signal } = await session.output()
  const text = printable(new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr)).trimEnd()
  console.log(text === '' ? '' : `${text.replaceAll(/^/gm, '  ')}\n`)
  if (code !== 0) throw new Error(`the command ended with ${signal === undefined ? `exit code ${code}` : `signal ${signal.name}`}`)
}
