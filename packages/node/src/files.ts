import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { type PublicKeyDefinition, type Signer, SSHError } from '@seashell/core'
import { type AuthorizedKeys, createSigner, KnownHosts, parseAuthorizedKeys, parsePrivateKey } from '@seashell/keys'

/** The file of host keys of the user who runs this program: `~/.ssh/known_hosts`. */
export function defaultKnownHostsFile(): string {
  return join(homedir(), '.ssh', 'known_hosts')
}

/**
 * Reads a private key of the format openssh-key-v1.
 *
 * @param file its path
 * @param publicKeys the types of key that there are: `algorithms.publicKeys`
 * @throws SSHError `KEY`, naming the file, where it cannot be read or is something else
 */
export async function readPrivateKeyFile(file: string, publicKeys: Iterable<PublicKeyDefinition>): Promise<Signer> {
  const bytes = await read(file)
  return await naming(file, async () => createSigner(await parsePrivateKey(bytes, { publicKeys }), publicKeys))
}

/**
 * Reads an authorized_keys file.
 *
 * @throws SSHError `KEY`, naming the file, where it cannot be read
 */
export async function readAuthorizedKeysFile(file: string): Promise<AuthorizedKeys> {
  const bytes = await read(file)
  return await naming(file, async () => parseAuthorizedKeys(bytes))
}

/**
 * Reads a known_hosts file; one that is not there knows nobody.
 *
 * @throws SSHError `KEY`, naming the file, where it is there and cannot be read
 */
export async function readKnownHostsFile(file: string): Promise<KnownHosts> {
  const bytes = await read(file, new Uint8Array(0))
  return await naming(file, async () => new KnownHosts(bytes))
}

/**
 * Adds what `KnownHosts.add` gave to a known_hosts file, and makes file and folder where they are not there, for their owner alone.
 *
 * @throws SSHError `KEY`, naming the file, where it cannot be written
 */
export async function appendKnownHostsFile(file: string, addition: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await appendFile(file, addition, { mode: 0o600 })
  } catch (error) {
    throw fileError(file, error)
  }
}

async function read(file: string, whereMissing?: Uint8Array): Promise<Uint8Array> {
  try {
    return await readFile(file)
  } catch (error) {
    if (whereMissing !== undefined && error instanceof Error && 'code' in error && error.code === 'ENOENT') return whereMissing
    throw fileError(file, error)
  }
}

async function naming<T>(file: string, parse: () => Promise<T>): Promise<T> {
  try {
    return await parse()
  } catch (error) {
    throw fileError(file, error)
  }
}

function fileError(file: string, error: unknown): SSHError {
  const message = error instanceof Error ? error.message : String(error)
  return new SSHError('KEY', `${file}: ${message}`, { fault: 'caller', cause: error })
}
