import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AlgorithmRegistry } from '@seashell/core'
import { formatKnownHost, formatPrivateKey, formatPublicKey, generatePrivateKey } from '@seashell/keys'
import { messageOf } from '../log.ts'

const PROGRAM = fileURLToPath(new URL('../../../server/dist/main.js', import.meta.url))
const HOST = '127.0.0.1'
const USER = 'demo'
const START_TIME = 15_000

/**
 * Starts the example server on a free port, with keys made on the spot. It and its files go when this process does, whatever ends it.
 *
 * @returns what the client's command line needs to log in there
 * @throws Error where it does not start
 */
export async function startServer({ publicKeys }: AlgorithmRegistry): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'seashell-demo-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const [hostKey, userKey] = await Promise.all([0, 1].map(() => generatePrivateKey(publicKeys.get('ssh-ed25519'))))
  if (hostKey === undefined || userKey === undefined) throw new Error('expected two keys')
  const file = (name: string): string => join(folder, name)
  await writeFile(file('host_key'), await formatPrivateKey(hostKey), { mode: 0o600 })
  await writeFile(file('user_key'), await formatPrivateKey(userKey), { mode: 0o600 })
  await writeFile(file('authorized_keys'), `${formatPublicKey(userKey.publicKey)}\n`)
  const port = await start(['--port', '0', '--host-key', file('host_key'), '--authorized-keys', file('authorized_keys'), '--user', USER])
  await writeFile(file('known_hosts'), `${formatKnownHost(HOST, port, hostKey.publicKey)}\n`)
  return ['-p', `${port}`, '-i', file('user_key'), '-o', `UserKnownHostsFile=${file('known_hosts')}`, `${USER}@${HOST}`]
}

/** Runs the server until this process ends, and waits until it says where it listens. */
function start(args: readonly string[]): Promise<number> {
  const server = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  process.once('exit', () => server.kill())
  let said = ''
  return new Promise((resolve, reject) => {
    const fail = (what: string): void => reject(new Error(`the example server ${what}${said === '' ? '' : `: ${messageOf(said)}`}`))
    const timer = setTimeout(() => fail('does not start'), START_TIME)
    const listen = (text: string): void => {
      said += text
      const port = /listening on 127\.0\.0\.1:(\d+)/.exec(said)?.[1]
      if (port === undefined) return
      clearTimeout(timer)
      server.stdout.off('data', listen).resume()
      server.stderr.off('data', listen).resume()
      resolve(Number(port))
    }
    server.stdout.setEncoding('utf8').on('data', listen)
    server.stderr.setEncoding('utf8').on('data', listen)
    server.on('error', (error) => fail(`does not start, ${error.message}`))
    server.on('close', () => fail('ended at once'))
  })
}
