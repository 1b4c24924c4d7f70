#!/usr/bin/env node
import { defaultAlgorithms, type SSHClient } from '@seashell/ssh'
import { type Arguments, parseArguments } from './arguments.ts'
import { connectTo } from './connect.ts'
import { startForwarding } from './forwarding.ts'
import { createLog, type Log } from './log.ts'
import { type Connected, runProgram } from './program.ts'
import { runSession } from './session.ts'

await runProgram(main)

async function main(connected: Connected): Promise<number> {
  const algorithms = defaultAlgorithms()
  const args = parseArguments(process.argv.slice(2), algorithms)
  if (args === undefined) return 0
  const log = createLog(args.verbose)
  const client = await connectTo(args, algorithms, log)
  connected()
  try {
    return await serve(client, args, log)
  } finally {
    // Orderly, but at once: whatever channels are left, nobody waits for them.
    await client.connection.close({ signal: AbortSignal.abort() }).catch(() => {})
  }
}

async function serve(client: SSHClient, args: Arguments, log: Log): Promise<number> {
  for (const forward of args.forwards) await startForwarding(client, forward, log)
  if (!args.forwardingOnly) return await runSession(client, args, log)
  throw (await client.closed) ?? new Error('the server closed the connection')
}
