import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { certified, certifiedSigner } from '@seashell/certificates'
import type { PublicKeyDefinition, Signer } from '@seashell/core'
import { createSigner, formatPublicKey, parsePrivateKey, parsePublicKey } from '@seashell/keys'
import { generateKey } from '../keys.ts'
import type { OpenSSH } from '../peers.ts'
import { securityKey, webSecurityKey } from '../security-key.ts'
import { plainPublicKeys } from './ours.ts'

/** A key for one signature algorithm. */
export interface MatrixKey {
  /** Path of the private key, where a file holds it; beside it are `.pub` and, of its certificate, `-cert.pub`. */
  readonly path: string
  /** The security key that holds the private key, where no file does. */
  readonly securityKey?: Signer
  /** Signs with that algorithm and no other. Its public key is the certificate, where the algorithm wants one. */
  readonly signer: Signer
  /**
   * The names to accept: that algorithm, and for a certificate also the plain key's. OpenSSH shows certificates only where it may sign with
   * the plain algorithm, and has an agent sign with the plain key.
   */
  readonly accepted: readonly string[]
}

/** The keys of hosts and users, and the authority that has certified all of them. */
export interface MatrixKeys {
  /** The authority's public key: a line. */
  readonly authority: string
  /** By signature algorithm. */
  readonly hosts: ReadonlyMap<string, MatrixKey>
  /** By signature algorithm. */
  readonly users: ReadonlyMap<string, MatrixKey>
}

/** By key format: what ssh-keygen wants to make such a key. */
const TYPES: Readonly<Record<string, readonly [string, ...string[]]>> = {
  'ssh-ed25519': ['ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa', '-b', '256'],
  'ecdsa-sha2-nistp384': ['ecdsa', '-b', '384'],
  'ecdsa-sha2-nistp521': ['ecdsa', '-b', '521'],
  'ssh-rsa': ['rsa', '-b', '2048'],
  'ssh-dss': ['dsa'],
}

/** The name under which hosts are certified, and users know them. */
export const HOST_NAME = 'seashell'

/**
 * Makes a key, and a certificate for it, for every signature algorithm that an OpenSSH can have.
 *
 * @param keygen whose ssh-keygen makes them: the oldest, for newer ones know no DSA
 * @param folder where to put the files
 */
export async function makeMatrixKeys(keygen: OpenSSH, folder: string): Promise<MatrixKeys> {
  const authority = await generateKey(keygen, join(folder, 'authority'), 'ed25519')
  const certify = async (path: string, args: readonly string[]): Promise<void> => {
    await promisify(execFile)(keygen.sshKeygen, ['-q', '-s', authority.path, '-I', 'matrix', ...args, `${path}.pub`], { timeout: 30_000 })
  }
  const make = async (role: string, args: readonly string[]): Promise<Map<string, MatrixKey>> => {
    const formats = Object.entries(TYPES).map(async ([format, [type, ...options]]) => {
      const path = join(folder, `${role}-${format}`)
      await generateKey(keygen, path, type, options)
      await certify(path, args)
      return await keysInFile(path, format)
    })
    return new Map((await Promise.all(formats)).flat())
  }
  const user = ['-n', userInfo().username]
  const [hosts, users] = [await make('host', ['-h', '-n', HOST_NAME]), await make('user', user)]
  for (const [name, signer] of [securityKey('ed25519'), securityKey('ecdsa'), webSecurityKey()].map(
    (key) => [key.algorithms[0]!, key] as const,
  )) {
    const path = join(folder, `user-${name}`)
    await writeFile(`${path}.pub`, `${formatPublicKey(signer.publicKey)}\n`)
    await certify(path, user)
    for (const [each, key] of await withCertificate(path, signer)) users.set(each, { ...key, securityKey: signer })
  }
  return { authority: authority.publicKey, hosts, users }
}

async function keysInFile(path: string, format: string): Promise<[string, MatrixKey][]> {
  const definitions = plainPublicKeys.filter(({ keyFormat }) => keyFormat === format)
  const pair = await parsePrivateKey(await readFile(path, 'utf8'), { publicKeys: definitions })
  const keys = await Promise.all(definitions.map((definition) => withCertificate(path, createSigner(pair, [definition]))))
  return keys.flat()
}

/** A key of one algorithm, and the same with the certificate that is beside it: each under its name. */
async function withCertificate(path: string, signer: Signer): Promise<[string, MatrixKey][]> {
  const certificate = parsePublicKey(await readFile(`${path}-cert.pub`, 'utf8')).publicKey
  const plain = plainPublicKeys.find(({ name }) => name === signer.algorithms[0])
  if (plain === undefined) throw new Error(`expected an algorithm of ours; found ${signer.algorithms[0]}`)
  const { name } = certified(plain)
  return [
    [plain.name, { path, signer, accepted: [plain.name] }],
    [name, { path, signer: certifiedSigner(signer, certificate), accepted: [name, plain.name] }],
  ]
}

/**
 * The key for a signature algorithm.
 *
 * @throws Error where there is none
 */
export function keyFor(keys: ReadonlyMap<string, MatrixKey>, name: PublicKeyDefinition['name']): MatrixKey {
  const key = keys.get(name)
  if (key === undefined) throw new Error(`there is no key for ${name}, but for ${[...keys.keys()].join(', ')}`)
  return key
}
