#!/usr/bin/env node
import type { StreamAddress } from '@seashell/core'
import type { AuthorizedKey } from '@seashell/keys'
import { readAuthorizedKeysFile, readPrivateKeyFile } from '@seashell/node'
import { createServer, defaultAlgorithms, isSSHError, type ServerOptions, type SSHServer } from '@seashell/ssh'
import type { Login } from '@seashell/userauth'
import { type Arguments, parseArguments, UsageError } from './arguments.ts'
import { methodsFor, usableKeys } from './authentication.ts'
import { baseEnvironment } from './environment.ts'
import { forwarding } from './forwarding.ts'
import { log, logAttempt, logConnection, logEvent, messageOf } from './log.ts'
import { permissionsOf } from './permissions.ts'
import { type LoginContext, sessionHandlers } from './session.ts'

const USAGE_ERROR = 2

/** How long clients may take to close their channels when the server ends, in milliseconds. */
const CLOSE_TIME = 1000

const algorithms = defaultAlgorithms()

// Nobody may read the log any more; that is no reason to end.
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})

try {
  const args = parseArguments(process.argv.slice(2), algorithms)
  await serve(args)
} catch (error) {
  process.stderr.write(`seashell-server: ${messageOf(error)}\n`)
  process.exitCode = error instanceof UsageError ? USAGE_ERROR : 1
}

async function serve(args: Arguments): Promise<void> {
  const host = { host: '127.0.0.1', port: args.port }
  const server = await usable(async () => createServer(await optionsFor(args, host)))
  const listener = await server.listen(host)
  host.port = listener.port
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end(server, signal))
  process.stdout.write(`listening on ${host.host}:${host.port}\n`)
}

/** What the library finds wrong before anything listens comes from the command line. */
async function usable<T>(prepare: () => Promise<T>): Promise<T> {
  try {
    return await prepare()
  } catch (error) {
    throw isSSHError(error) ? new UsageError(error.message, { cause: error }) : error
  }
}

async function optionsFor(args: Arguments, host: StreamAddress): Promise<ServerOptions> {
  const { user, password, loginGraceTime, rekeyBytes } = args
  const hostKeys = await Promise.all(args.hostKeys.map((file) => readPrivateKeyFile(file, algorithms.publicKeys)))
  const keys = await readKeys(args)
  return {
    hostKeys,
    auth: methodsFor({ user, password, keys }),
    algorithms,
    choices: args.lists,
    ...(rekeyBytes !== undefined && { rekey: { bytes: rekeyBytes } }),
    limits: { keyExchangeTime: loginGraceTime, authenticationTime: loginGraceTime },
    maxStartups: args.maxStartups,
    userAuth: { maxAttempts: args.maxAuthTries },
    onSession: (session, login) => sessionHandlers(session, contextOf(login, host)),
    connection: (login) => ({
      onDirectTCPIP: forwarding(args.allowTCPForwarding, contextOf(login, host)),
      onHandlerError: (error) => log(`error: ${messageOf(error)}`, login.peer),
      closeTime: CLOSE_TIME,
    }),
    onConnection: logConnection,
    onEvent: logEvent,
    onAttempt: logAttempt,
  }
}

async function readKeys({ authorizedKeys, password }: Arguments): Promise<readonly AuthorizedKey[]> {
  if (authorizedKeys === undefined) return []
  const { keys, remarks } = usableKeys(await readAuthorizedKeysFile(authorizedKeys))
  if (keys.length === 0 && (password === undefined || remarks.length > 0)) {
    throw new UsageError(`${authorizedKeys}: expected a key that may log in; found none${remarks.length > 0 ? `: ${remarks[0]}` : ''}`)
  }
  for (const remark of remarks) log(`${authorizedKeys}: passed over ${remark}`)
  return keys
}

function contextOf(login: Login, host: StreamAddress): LoginContext {
  return {
    permissions: permissionsOf(login),
    env: baseEnvironment(login.peer.address, host),
    log: (text) => log(text, login.peer),
  }
}

/** Closes all sessions, which hangs up what runs in them, and ends. */
async function end(server: SSHServer, signal: string): Promise<void> {
  log(`ending on ${signal}`)
  await server.close()
  // Programs that do not mind being hung up would keep this process alive.
  process.exit(0)
}
