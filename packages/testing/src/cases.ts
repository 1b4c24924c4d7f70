import { type ConnectOptions } from '@seashell/ssh'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Arena, type Encounter, type Join, type TargetOptions } from './arena.ts'
import { type Expectation, untilClosed } from './expectation.ts'
import type { Peer } from './peer.ts'
import type { PeerOptions, Role } from './transport-peer.ts'
import { Watch } from './watch.ts'

/** One thing that a hostile peer does, and how it ends. */
export interface HostileCase {
  /** What the peer does, as the end of a sentence: 'a server that sends NEWKEYS twice'. */
  readonly name: string
  /** Where it is from: a CVE, a paper, a section of an RFC. */
  readonly source?: string
  /** Whom the peer plays; the target is the other. */
  readonly role: Role
  /** What it speaks; see {@link PeerOptions} for what is the case where nothing is said. */
  readonly peer?: PeerOptions
  /** What is different about the target, where that is a client. */
  readonly client?: Partial<ConnectOptions>
  /** TCP where absent. */
  readonly join?: Join
  /** What it does. It may stop anywhere; that the target closes the connection under it is no error. */
  readonly script: (peer: Peer, encounter: Encounter) => Promise<void>
  /** How that ends. */
  readonly expect: Expectation
}

/** What no byte that a peer gets may look like: where in a program an error was thrown. */
const stackTrace = /\n\s+at |node:internal|\.[cm]?[jt]s:\d+|file:\/\//

/**
 * A suite of cases, one test each, against one server. After each of them the bystander's connection works, nothing was left unhandled,
 * no warning was given, and no stack trace has reached the peer.
 *
 * @param title the class of cases
 * @param target what is different about server and clients
 */
export function hostile(title: string, cases: readonly HostileCase[], target: TargetOptions = {}): void {
  describe(title, () => {
    let arena: Arena
    beforeAll(async () => {
      arena = await Arena.open(target)
    })
    afterAll(() => arena[Symbol.asyncDispose]())
    for (const each of cases) it(titleOf(each), () => runCase(arena, each))
  })
}

/** The same case with the peer in either role. */
export function inBothRoles(name: string, rest: Omit<HostileCase, 'name' | 'role'>): readonly HostileCase[] {
  const inRole = (role: Role): HostileCase => ({ ...rest, name: `${role}: ${name}`, role })
  return [inRole('client'), inRole('server')]
}

/** Runs one case in an arena, and makes sure that nothing else has suffered. */
export async function runCase(arena: Arena, hostileCase: HostileCase): Promise<void> {
  using watch = new Watch()
  await runQuietly(arena, hostileCase)
  expect(await arena.askBystander()).toBe('out: still here')
  expect(await watch.seen()).toStrictEqual([])
}

/** Runs very many cases that differ little: the bystander is asked once, behind all of them. */
export async function runCases(arena: Arena, cases: Iterable<HostileCase>): Promise<number> {
  using watch = new Watch()
  let count = 0
  for (const each of cases) {
    try {
      await runQuietly(arena, each)
    } catch (error) {
      throw new Error(`${titleOf(each)}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    }
    count++
  }
  expect(await arena.askBystander()).toBe('out: still here')
  expect(await watch.seen()).toStrictEqual([])
  return count
}

async function runQuietly(arena: Arena, { role, peer: options, join, client, script, expect: expectation }: HostileCase): Promise<void> {
  const encounter = await arena.meet(role, options, join, client)
  const { peer } = encounter
  try {
    await untilClosed(() => script(peer, encounter))
    await expectation(encounter)
    expect(peer.received.map(({ payload }) => payload.toString('latin1')).filter((text) => stackTrace.test(text))).toStrictEqual([])
  } finally {
    peer.line.destroy()
  }
}

function titleOf({ name, source }: HostileCase): string {
  return source === undefined ? name : `${name} (${source})`
}
