import { DisconnectReasons, SSHError } from '@seashell/core'
import { appendKnownHostsFile } from '@seashell/node'
import type { HostKeyDecision, HostKeyQuestion } from '@seashell/ssh'
import { type Log, messageOf } from './log.ts'
import type { Settings } from './options.ts'
import type { Ask } from './terminal.ts'

/** What decides about the key of a host that is not known, as `StrictHostKeyChecking` has it. A changed key never comes here. */
export function hostKeyDecision(
  { strictHostKeyChecking, knownHostsFile }: Pick<Settings, 'strictHostKeyChecking' | 'knownHostsFile'>,
  ask: Ask | undefined,
  log: Log,
): HostKeyDecision {
  return async (question) => {
    if (strictHostKeyChecking === 'yes') throw unknown(question, `StrictHostKeyChecking=yes takes only what is in ${knownHostsFile}`)
    if (strictHostKeyChecking === 'ask') {
      if (ask === undefined) throw unknown(question, 'there is no terminal to ask about it')
      if (!(await isTrusted(question, ask, log))) throw unknown(question, 'you do not trust it')
    }
    await remember(question, knownHostsFile, log)
    return true
  }
}

async function isTrusted(question: HostKeyQuestion, ask: Ask, log: Log): Promise<boolean> {
  const { host, port, typeName, bits, fingerprint } = question
  log.say(`${host} port ${port} is not known. Its key is of type ${typeName}, ${bits} bits, with the fingerprint`)
  log.say(`  ${fingerprint}`)
  for (;;) {
    const answer = (await ask('Connect to it, and know it from now on? (yes, no, or the fingerprint) ', { echo: true }))?.trim()
    if (answer === undefined || answer === 'no') return false
    if (answer === 'yes' || answer === fingerprint) return true
  }
}

async function remember(question: HostKeyQuestion, file: string, log: Log): Promise<void> {
  try {
    await appendKnownHostsFile(file, question.remember())
    log.say(`added the ${question.typeName} key of ${question.host} port ${question.port} to ${file}`)
  } catch (error) {
    log.say(`the key of ${question.host} was accepted and could not be remembered: ${messageOf(error)}`)
  }
}

function unknown({ host, port, typeName, fingerprint }: HostKeyQuestion, why: string): SSHError {
  const message = `the ${typeName} key ${fingerprint} of ${host} port ${port} is not known, and ${why}`
  return new SSHError('HOST_KEY', message, { fault: 'local', reason: DisconnectReasons.HOST_KEY_NOT_VERIFIABLE })
}
