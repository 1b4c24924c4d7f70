import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { startAgent } from '../agent.ts'
import { type Conch, startConchClient, startConchServer } from '../conch.ts'
import type { OpenSSH } from '../peers.ts'
import { runSsh } from '../ssh.ts'
import { startSshd } from '../sshd.ts'
import type { Choice, MatrixKind } from './choice.ts'
import { HOST_NAME, keyFor, type MatrixKey, type MatrixKeys } from './keys.ts'
import { type ClientOutcome, REKEY_LENGTH } from './session.ts'

/** A peer of the matrix. */
export interface MatrixPeer {
  /** Its name and version: `OpenSSH 9.2p1`. */
  readonly name: string
  /** Every name that it says it has. */
  readonly names: Readonly<Record<MatrixKind, readonly string[]>>
  /** Starts its server, with all that it has, and makes its client ready. */
  start(options: PeerOptions): Promise<RunningPeer>
}

/** What a peer needs for its sessions. */
interface PeerOptions {
  /** A folder of its own. */
  readonly folder: string
  readonly keys: MatrixKeys
  /** What its client writes to its command. */
  readonly bytes: Uint8Array
}

/** A peer, ready for sessions. */
export interface RunningPeer {
  /** Its server. */
  readonly server: { readonly port: number; readonly user: string }
  /** Whether its client exchanges keys anew by itself; else our server has to. */
  readonly rekeys: boolean
  /** Has its client hold a session at our server, with these algorithms alone. */
  runClient(port: number, choice: Choice): Promise<ClientOutcome>
  stop(): Promise<void>
}

/** An OpenSSH as a peer of the matrix. */
export function openSSHPeer(openSSH: OpenSSH): MatrixPeer {
  const ask = (query: string): string[] =>
    spawnSync(openSSH.ssh, ['-Q', query], { encoding: 'utf8', timeout: 10_000 }).stdout.trim().split('\n')
  const [keys, plain] = [ask('key-sig'), ask('compression')]
  const names = {
    'key exchange': ask('kex'),
    'host key': keys,
    'user key': keys,
    cipher: ask('cipher'),
    MAC: ask('mac'),
    compression: plain,
  }
  return { name: `OpenSSH ${openSSH.version}`, names, start: (options) => startOpenSSH(openSSH, names, options) }
}

async function startOpenSSH(openSSH: OpenSSH, names: MatrixPeer['names'], { folder, keys, bytes }: PeerOptions): Promise<RunningPeer> {
  const knownHosts = join(folder, 'known_hosts')
  await writeFile(knownHosts, await knownHostsOf(keys))
  const hostFiles = new Set([...keys.hosts].filter(([name]) => names['host key'].includes(name)).map(([, { path }]) => path))
  const users = [...new Set([...keys.users.values()].map(({ path }) => path))]
  const sshd = await startSshd(openSSH, {
    hostKeyTypes: [],
    authorizedKeys: [`cert-authority ${keys.authority}`, ...(await Promise.all(users.map(publicLine)))],
    config: [
      ...[...hostFiles].flatMap((path) => [`HostKey ${path}`, `HostCertificate ${path}-cert.pub`]),
      `KexAlgorithms ${names['key exchange'].join(',')}`,
      `HostKeyAlgorithms ${names['host key'].join(',')}`,
      `PubkeyAcceptedAlgorithms ${names['user key'].join(',')}`,
      `Ciphers ${names.cipher.join(',')}`,
      `MACs ${names.MAC.join(',')}`,
    ],
  })
  return {
    server: sshd,
    rekeys: true,
    runClient: (port, choice) => runOpenSSH(openSSH, { port, choice, knownHosts, key: keyFor(keys.users, choice['user key']), bytes }),
    stop: () => sshd.stop(),
  }
}

interface OpenSSHSession {
  readonly port: number
  readonly choice: Choice
  readonly knownHosts: string
  readonly key: MatrixKey
  readonly bytes: Uint8Array
}

async function runOpenSSH(openSSH: OpenSSH, { port, choice, knownHosts, key, bytes }: OpenSSHSession): Promise<ClientOutcome> {
  const config = [
    `UserKnownHostsFile ${knownHosts}`,
    `KexAlgorithms ${choice['key exchange']}`,
    `HostKeyAlgorithms ${choice['host key']}`,
    `PubkeyAcceptedAlgorithms ${key.accepted.join(',')}`,
    `Ciphers ${choice.cipher}`,
    `MACs ${choice.MAC}`,
    `RekeyLimit ${REKEY_LENGTH}`,
    `Compression ${choice.compression === 'none' ? 'no' : 'yes'}`,
  ]
  const socket = `${key.path}-${port}.sock`
  const agent = key.securityKey === undefined ? undefined : await startAgent(socket, key.securityKey)
  // Beside a key in a file ssh finds the certificate by itself.
  if (agent !== undefined) config.push(`IdentityAgent ${socket}`, `CertificateFile ${key.path}-cert.pub`)
  try {
    const result = await runSsh(openSSH, { port, hostKeys: [], identity: key.path, config, command: 'echo', stdin: bytes })
    if (result.code !== 7) throw new Error(`ssh ended with ${result.code}; it said:\n${result.stderr}`)
    return result
  } finally {
    agent?.stop()
  }
}

async function knownHostsOf({ authority, hosts }: MatrixKeys): Promise<string> {
  const lines = await Promise.all([...new Set([...hosts.values()].map(({ path }) => path))].map(publicLine))
  return [`@cert-authority ${HOST_NAME} ${authority}`, ...lines.map((line) => `${HOST_NAME} ${line}`), ''].join('\n')
}

async function publicLine(path: string): Promise<string> {
  return (await readFile(`${path}.pub`, 'utf8')).trim()
}

/** Conch as a peer of the matrix. */
export function conchPeer({ version, lists }: Conch): MatrixPeer {
  const names = {
    'key exchange': lists.keyExchanges,
    'host key': lists.hostKeys,
    'user key': lists.hostKeys,
    cipher: lists.ciphers,
    MAC: lists.macs,
    compression: lists.compressions,
  }
  return { name: `Conch ${version}`, names, start: (options) => startConch(names, options) }
}

async function startConch(names: MatrixPeer['names'], { folder, keys, bytes }: PeerOptions): Promise<RunningPeer> {
  const pathsOf = (all: ReadonlyMap<string, MatrixKey>): string[] => [
    ...new Set([...all].filter(([name]) => names['host key'].includes(name)).map(([, { path }]) => path)),
  ]
  const [authorizedKeys, input] = [join(folder, 'authorized_keys'), join(folder, 'input')]
  await writeFile(authorizedKeys, `${(await Promise.all(pathsOf(keys.users).map(publicLine))).join('\n')}\n`)
  await writeFile(input, bytes)
  const server = await startConchServer({ hostKeys: pathsOf(keys.hosts), authorizedKeys, moduli: '/etc/ssh/moduli' })
  const client = startConchClient()
  const user = userInfo().username
  return {
    server: { port: server.port, user },
    rekeys: false,
    runClient: (port, choice) =>
      client.run({
        port,
        user,
        input,
        hostKey: keyFor(keys.hosts, choice['host key']).signer.publicKey,
        identity: keyFor(keys.users, choice['user key']).path,
        lists: {
          keyExchanges: [choice['key exchange']],
          hostKeys: [choice['host key']],
          ciphers: [choice.cipher],
          macs: [choice.MAC],
          compressions: [choice.compression],
        },
      }),
    stop: async () => {
      await Promise.all([server.stop(), client.stop()])
    },
  }
}
