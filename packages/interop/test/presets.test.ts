import { spawnSync } from 'node:child_process'
import { AlgorithmRegistry } from '@seashell/core'
import { findOpenSSH, type OpenSSH } from '@seashell/interop'
import { compatible, legacy } from '@seashell/presets'
import { describe, expect, it } from 'vitest'

/** Our lists, and what OpenSSH calls them: in its configuration, and after `ssh -Q`. */
const lists = [
  { list: 'keyExchanges', option: 'kexalgorithms', query: 'kex' },
  { list: 'publicKeys', option: 'hostkeyalgorithms', query: 'HostKeyAlgorithms' },
  { list: 'publicKeys', option: 'pubkeyacceptedalgorithms', query: 'PubkeyAcceptedAlgorithms' },
  { list: 'ciphers', option: 'ciphers', query: 'cipher' },
  { list: 'macs', option: 'macs', query: 'mac' },
] as const

/** Names of OpenSSH 10.0 that the preset `legacy` does not register, each with the reason. Whatever else is missing is a failure. */
const notRegistered: Readonly<Record<string, string>> = {
  'webauthn-sk-ecdsa-sha2-nistp256@openssh.com': 'who accepts signatures made by browsers has to say for which origins; key-sk has it',
}

const peer = findOpenSSH().find(({ version }) => version.startsWith('10.0'))
const offered = new AlgorithmRegistry(compatible)
const registered = new AlgorithmRegistry(legacy)

describe.skipIf(peer === undefined)('the preset compatible', () => {
  it.each(lists)('is what OpenSSH 10.0 offers, in its order: $option', ({ list, option }) => {
    expect(offered[list].defaults).toEqual(defaultsOf(peer!).get(option)!.split(','))
  })

  it('is what OpenSSH 10.0 offers, in its order: compression', () => {
    expect(defaultsOf(peer!).get('compression')).toBe('no') // it then offers none, and zlib@openssh.com after it
    expect(offered.compressions.defaults).toEqual(namesOf(peer!, 'compression'))
  })
})

describe.skipIf(peer === undefined)('the preset legacy', () => {
  it.each(lists)('has every name that OpenSSH 10.0 knows: ssh -Q $query', ({ list, query }) => {
    const missing = namesOf(peer!, query).filter((name) => !registered[list].has(name))
    expect(missing).toEqual(missing.filter((name) => name in notRegistered))
  })

  it('leaves out no more than it has a reason for', () => {
    const known = new Set(lists.flatMap(({ query }) => namesOf(peer!, query)))
    const stale = Object.keys(notRegistered).filter((name) => !known.has(name) || registered.publicKeys.has(name))
    expect(stale).toEqual([])
  })
})

/** What this ssh would do for any host, without a configuration file: option by option, in lower case. */
function defaultsOf({ ssh }: OpenSSH): ReadonlyMap<string, string> {
  const lines = run(ssh, ['-F', 'none', '-G', 'host.invalid'])
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]))
}

function namesOf({ ssh }: OpenSSH, query: string): readonly string[] {
  return run(ssh, ['-Q', query])
}

function run(program: string, args: readonly string[]): readonly string[] {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: 10_000 })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr}`)
  return stdout.trimEnd().split('\n')
}
