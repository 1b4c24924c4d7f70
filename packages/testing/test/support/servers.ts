import type { Signer } from '@seashell/core'
import { expect } from 'vitest'
import {
  byte,
  type Encounter,
  type Expectation,
  type HostileCase,
  Msg,
  nameList,
  type Peer,
  Reason,
  type SigningKey,
  string,
  uint32,
} from '../../src/index.ts'

/** The client has tried what it has, and says so; no fault of anybody's. */
export const gaveUp: Expectation = async ({ peer, ended }) => {
  await peer.drain()
  expect(peer.disconnect).toStrictEqual({
    reason: Reason.NO_MORE_AUTH_METHODS_AVAILABLE,
    description: 'there is no other way to authenticate',
  })
  expect((await ended).error).toMatchObject({ code: 'AUTHENTICATION', fault: 'local' })
}

/** A case of a server that a client asks to be let in. */
export type ServerCase = Pick<HostileCase, 'name' | 'source' | 'client' | 'script' | 'expect'>

/** Cases of a server that the client has asked to be let in. */
export function servers(...cases: readonly ServerCase[]): readonly HostileCase[] {
  return cases.map((each) => server(each))
}

function server({ script, ...rest }: ServerCase): HostileCase {
  const begin = async (peer: Peer, encounter: Encounter): Promise<void> => {
    await peer.secure()
    await peer.startUserAuth()
    await peer.receive(Msg.USERAUTH_REQUEST)
    await script(peer, encounter)
  }
  return { ...rest, role: 'server', script: begin }
}

/** A key as what signs for a client. */
export const signerOf = (signing: SigningKey): Signer => ({
  publicKey: signing.blob,
  algorithms: [signing.algorithm],
  sign: (data) => Promise.resolve(signing.sign(data)),
})
/** The fields of USERAUTH_FAILURE (RFC 4252 §5.1). */
export const failure = (methods: readonly string[], partial = false): readonly Buffer[] => [nameList(methods), byte(partial)]
/** The fields of USERAUTH_BANNER (RFC 4252 §5.4). */
export const banner = (text: string | Uint8Array): readonly Buffer[] => [string(text), string('')]
/** The fields of USERAUTH_INFO_REQUEST (RFC 4256 §3.2): so many prompts, as it says, and those that there are. */
export const questions = (count: number, ...prompts: readonly Buffer[]): readonly Buffer[] => [
  ...['', '', ''].map(string),
  uint32(count),
  ...prompts,
]
