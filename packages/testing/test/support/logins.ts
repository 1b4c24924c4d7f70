import { expect } from 'vitest'
import {
  account,
  authRequest,
  byte,
  type Encounter,
  type Expectation,
  type HostileCase,
  Msg,
  type Peer,
  string,
  survived,
} from '../../src/index.ts'

/** A case of a client that begins to authenticate. */
export type LoginCase = Pick<HostileCase, 'name' | 'source' | 'script' | 'expect'>

/** Cases of clients for which the service ssh-userauth runs. */
export function clients(...cases: readonly LoginCase[]): readonly HostileCase[] {
  return cases.map((each) => client(each))
}

function client({ script, ...rest }: LoginCase): HostileCase {
  const begin = async (peer: Peer, encounter: Encounter): Promise<void> => {
    await peer.secure()
    await peer.startUserAuth()
    await script(peer, encounter)
  }
  return { ...rest, role: 'client', script: begin }
}

/** Sends a request, which is refused. */
export async function refused(peer: Peer, request: Buffer): Promise<void> {
  await peer.send(Msg.USERAUTH_REQUEST, request)
  await peer.receive(Msg.USERAUTH_FAILURE)
}

/** A request of the method `password`. */
export const password = (text: string | Uint8Array, user: string | Uint8Array = account.user): Buffer =>
  authRequest({ user, method: 'password' }, byte(false), string(text))
/** The case ends as told, and the client has been let in just as often, and refused. */
export function judged(successes: number, failures: number, end: Expectation = survived): Expectation {
  return async (encounter) => {
    await end(encounter)
    const count = (number: number): number => encounter.peer.received.filter((message) => message.number === number).length
    expect({ successes: count(Msg.USERAUTH_SUCCESS), failures: count(Msg.USERAUTH_FAILURE) }).toStrictEqual({ successes, failures })
  }
}
