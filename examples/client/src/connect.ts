import type { AlgorithmRegistry } from '@seashell/core'
import { readKnownHostsFile } from '@seashell/node'
import { connect, type SSHClient } from '@seashell/ssh'
import type { Arguments } from './arguments.ts'
import { methodsOf, readPasswordFile } from './authentication.ts'
import { Deadline } from './deadline.ts'
import { hostKeyDecision } from './host-key.ts'
import { loadIdentities } from './identities.ts'
import type { Log } from './log.ts'
import { attemptLine, eventLines } from './report.ts'
import { terminalAsk } from './terminal.ts'

/**
 * Connects and logs in as the command line says, with everything that may be asked on the way.
 *
 * @throws Error: what went wrong, in a sentence
 */
export async function connectTo(
  { destination, settings, identities }: Pick<Arguments, 'destination' | 'settings' | 'identities'>,
  algorithms: AlgorithmRegistry,
  log: Log,
): Promise<SSHClient> {
  const { host, port, user } = destination
  const { choices, knownHostsFile, passwordFile, connectTimeout, rekeyBytes } = settings
  const ask = terminalAsk()
  const credentials = {
    signers: await loadIdentities(identities, algorithms, log),
    password: passwordFile === undefined ? undefined : await readPasswordFile(passwordFile),
    ask,
  }
  const knownHosts = await readKnownHostsFile(knownHostsFile)
  for (const { error } of knownHosts.problems) log.detail(`${knownHostsFile}: not used: ${error.message}`)
  const decide = hostKeyDecision(settings, ask, log)
  const deadline = new Deadline(connectTimeout, () => new Error(`${host} port ${port} was silent for ${(connectTimeout ?? 0) / 1000} s`))
  log.detail(`connecting to ${host} port ${port} as ${user}`)
  deadline.start()
  try {
    return await connect({
      host,
      port,
      user,
      methods: methodsOf(credentials, destination, log),
      knownHosts,
      verifyHostKey: (question) => deadline.pausedFor(() => decide(question)),
      algorithms,
      choices,
      ...(rekeyBytes !== undefined && { rekey: { bytes: rekeyBytes } }),
      onBanner: (text) => log.show(text),
      onEvent: (event) => eventLines(event).forEach((line) => log.detail(line)),
      onAttempt: (attempt) => {
        // From its first answer on a server may take its time: it may be asking a person on its side.
        deadline.stop()
        log.detail(attemptLine(attempt))
      },
      signal: deadline.signal,
    })
  } catch (error) {
    throw deadline.signal.aborted ? deadline.signal.reason : error
  } finally {
    deadline.stop()
  }
}
