import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { OpenSSH } from './peers.ts'

/** A key pair in files, as ssh-keygen leaves it. */
export interface KeyFile {
  /** Where the private key is; the public one is beside it, with `.pub`. */
  readonly path: string
  /** The line of the public key: `ssh-ed25519 AAAA… comment`. */
  readonly publicKey: string
}

/**
 * Has ssh-keygen generate a key pair.
 *
 * @param path where to put the private key; must not exist
 * @param type for `-t`: `ed25519`, `ecdsa`, `rsa`
 * @param args more of ssh-keygen's arguments: `['-b', '521']`, `['-Z', 'aes256-ctr']`
 */
export async function generateKey(peer: OpenSSH, path: string, type: string, args: readonly string[] = []): Promise<KeyFile> {
  const passphrase = args.includes('-N') ? [] : ['-N', '']
  await promisify(execFile)(peer.sshKeygen, ['-q', '-t', type, '-f', path, '-C', 'seashell-test', ...passphrase, ...args], {
    timeout: 60_000,
  })
  return { path, publicKey: (await readFile(`${path}.pub`, 'utf8')).trim() }
}
