import { homedir } from 'node:os'
import { join } from 'node:path'
import type { AlgorithmRegistry, Signer } from '@seashell/core'
import { readPrivateKeyFile } from '@seashell/node'
import { type Log, messageOf } from './log.ts'

const DEFAULT_NAMES = ['id_ed25519', 'id_ecdsa', 'id_rsa']

/**
 * The keys to log in with.
 *
 * @param files what `-i` names; undefined: those of ssh's usual names that are there and can be read
 * @throws SSHError `KEY` where a file that `-i` names cannot be read or is something else
 */
export async function loadIdentities(
  files: readonly string[] | undefined,
  { publicKeys }: AlgorithmRegistry,
  log: Log,
): Promise<readonly Signer[]> {
  if (files !== undefined) return await Promise.all(files.map((file) => readPrivateKeyFile(file, publicKeys)))
  const found = await Promise.all(
    DEFAULT_NAMES.map(async (name) => {
      try {
        return await readPrivateKeyFile(join(homedir(), '.ssh', name), publicKeys)
      } catch (error) {
        if (!isMissing(error)) log.detail(`not used: ${messageOf(error)}`)
        return undefined
      }
    }),
  )
  return found.filter((signer) => signer !== undefined)
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof Error && 'code' in error.cause && error.cause.code === 'ENOENT'
}
