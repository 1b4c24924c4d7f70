import { chmod, readFile, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { sshEd25519 } from '@seashell/key-ed25519'
import { formatPrivateKey, formatPublicKey, generatePrivateKey } from '@seashell/keys'

/** Who logs in: this account, the only one that an sshd knows which does not run as root; all other servers take anybody. */
export const USER: string = userInfo().username

/** A key pair as files have it. */
export interface KeyFile {
  /** The private key's file. */
  readonly path: string
  /** Its content. */
  readonly privateKey: string
  /** The line of the public key. */
  readonly publicKey: string
}

/** Writes an Ed25519 key pair for each end into a folder. */
export async function writeKeys(folder: string): Promise<void> {
  for (const name of ['host', 'client']) {
    const key = await generatePrivateKey(sshEd25519, { comment: `bench-${name}` })
    const path = join(folder, name)
    await writeFile(path, await formatPrivateKey(key))
    await chmod(path, 0o600) // ssh refuses a key that others can read
    await writeFile(`${path}.pub`, `${formatPublicKey(key.publicKey, key.comment)}\n`)
  }
}

const read = new Map<string, Promise<KeyFile>>()

/** Reads the key pair of one end: once, for what a connection costs has no file in it. */
export function readKey(folder: string, end: 'client' | 'host'): Promise<KeyFile> {
  const path = join(folder, end)
  const known = read.get(path) ?? readKeyFile(path)
  read.set(path, known)
  return known
}

async function readKeyFile(path: string): Promise<KeyFile> {
  const [privateKey, publicKey] = await Promise.all([readFile(path, 'utf8'), readFile(`${path}.pub`, 'utf8')])
  return { path, privateKey, publicKey: publicKey.trim() }
}
