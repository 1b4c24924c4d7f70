import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { missing } from './missing.ts'
import { type ChildOutcome, childOutcome } from './process.ts'

/** PuTTY's command line client on this machine. */
export interface Plink {
  /** What it calls itself: `0.78`. */
  readonly version: string
  /** An absolute path. */
  readonly plink: string
}

/** What to run, and against whom. */
export interface PlinkOptions {
  /** On 127.0.0.1. */
  readonly port: number
  /** The server's host key as `SHA256:…`: any other is refused. */
  readonly hostKey: string
  /** The remote command. */
  readonly command: string
  /** What the command reads; then its input ends. */
  readonly stdin: Uint8Array
}

/** How a plink ended; its status is the remote command's, or 1 for an error of plink's own. */
export type PlinkResult = ChildOutcome

const PLINK = '/usr/bin/plink'
const TIMEOUT = 30_000

/** Settings under which PuTTY offers all that it has, without a question: everything stands in front of the algorithms it warns of. */
const SESSION = `Protocol=ssh
HostName=127.0.0.1
UserName=alice
KEX=ecdh,dh-gex-sha1,dh-group18-sha512,dh-group16-sha512,dh-group14-sha1,rsa,dh-group1-sha1,WARN
Cipher=aes,chacha20,aesgcm,3des,blowfish,arcfour,des,WARN
HostKey=ed25519,ecdsa,rsa,dsa,WARN
TryAgent=0
`

/**
 * The plink to test against.
 *
 * @throws Error under `CI` where it is missing
 */
export function findPlink(): Plink | undefined {
  if (!existsSync(PLINK)) return missing('plink (putty-tools)')
  const { stdout } = spawnSync(PLINK, ['-V'], { encoding: 'utf8', timeout: 10_000 })
  const version = /^plink: Release (\S+)/.exec(stdout)?.[1]
  if (version === undefined) throw new Error(`${PLINK} -V: expected plink: Release <version>; found ${JSON.stringify(stdout)}`)
  return { version, plink: PLINK }
}

/**
 * Runs plink, as the user alice, against a server that asks for no authentication. Settings of the account's own are neither read nor written.
 *
 * @throws Error with what plink said, where it does not end in 30 seconds
 */
export async function runPlink({ plink }: Plink, { port, hostKey, command, stdin }: PlinkOptions): Promise<PlinkResult> {
  const folder = await mkdtemp(join(tmpdir(), 'seashell-plink-'))
  await mkdir(join(folder, 'sessions'))
  await writeFile(join(folder, 'sessions', 'test'), SESSION)
  const child = spawn(plink, ['-batch', '-load', 'test', '-P', String(port), '-hostkey', hostKey, command], {
    env: { PATH: process.env['PATH'], PUTTYDIR: folder },
  })
  child.stdin.end(stdin)
  try {
    return await childOutcome(child, 'plink', TIMEOUT)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
