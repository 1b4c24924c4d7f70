import { createHash, timingSafeEqual } from 'node:crypto'
import type { AuthorizedKey, AuthorizedKeys } from '@seashell/keys'
import type { Accepted, AuthContext, ServerMethods } from '@seashell/userauth'
import type { Password } from './arguments.ts'
import { isUsable, obstacleOf } from './permissions.ts'

/** Who may log in, and by what. */
export interface Credentials {
  /** The one name; undefined for any. */
  readonly user: string | undefined
  readonly password: Password | undefined
  /** The keys that may be used: see {@link usableKeys}. */
  readonly keys: readonly AuthorizedKey[]
}

/** The keys of a file that are a way in here, and what is to be said of the lines that are none. */
export function usableKeys({ entries, problems }: AuthorizedKeys): { keys: readonly AuthorizedKey[]; remarks: readonly string[] } {
  const judged = entries.map((entry) => ({ entry, obstacle: obstacleOf(entry) }))
  return {
    keys: judged.filter(({ obstacle }) => obstacle === undefined).map(({ entry }) => entry),
    remarks: [
      ...problems.map(({ error }) => error.message),
      ...judged.flatMap(({ entry, obstacle }) => (obstacle === undefined ? [] : `line ${entry.line}: ${obstacle}`)),
    ],
  }
}

/**
 * The ways to log in. Another name than the right one is treated as the right one is, at the same cost, and refused at the end: nothing
 * tells a stranger which names there are. A password is asked for by `password` and by `keyboard-interactive`, whichever the client likes.
 */
export function methodsFor({ user, password, keys }: Credentials): ServerMethods {
  const isUser = (name: string): boolean => user === undefined || areEqual(name, user)
  const isRight = (name: string, given: string): boolean => {
    const [nameIsRight, passwordIsRight] = [isUser(name), areEqual(given, password?.password ?? '')]
    return password !== undefined && nameIsRight && passwordIsRight
  }
  return {
    ...(keys.length > 0 && {
      publicKey: ({ publicKey }, context) => {
        const decision = judgeKey(keys, publicKey, context)
        return isUser(context.user) && decision
      },
    }),
    ...(password && {
      // Passwords cannot be changed here.
      password: ({ password: given, newPassword }, context) => newPassword === undefined && isRight(context.user, given),
      keyboardInteractive: async ({ ask }, context) => {
        const [given = ''] = await ask({ prompts: [{ prompt: 'Password: ', echo: false }] })
        return isRight(context.user, given)
      },
    }),
  }
}

/** The first line that has the key and may be used; it goes along, for what it permits. */
function judgeKey(keys: readonly AuthorizedKey[], publicKey: Uint8Array, { peer }: AuthContext): Accepted | false {
  const [address, now] = [peer.address.host.replace(/^::ffff:/, ''), new Date()]
  const entry = keys.find((key) => Buffer.compare(key.publicKey, publicKey) === 0 && isUsable(key, address, now))
  return entry !== undefined && { accept: true, details: entry }
}

/** Compares in a time that depends on neither text: their hashes have one length, and tell nothing of where they differ. */
function areEqual(one: string, other: string): boolean {
  return timingSafeEqual(hash(one), hash(other))
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
