import type { ConnectOptions } from '@seashell/ssh'
import { publicKey } from '@seashell/userauth'
import { expect } from 'vitest'
import {
  byte,
  closed,
  disconnected,
  type Expectation,
  Fields,
  hostile,
  type HostileCase,
  Msg,
  nameList,
  type Peer,
  Reason,
  rsaKey,
  ed25519Key,
  string,
  survived,
  uint32,
  unimplemented,
} from '../src/index.ts'
import { banner, failure, gaveUp, questions, servers, signerOf } from './support/servers.ts'

const protocolError = disconnected(Reason.PROTOCOL_ERROR)
const notAllowed = disconnected(Reason.PROTOCOL_ERROR, /not allowed now/)

const key = ed25519Key()
/** Asks first whether the key will do. */
const asking: Partial<ConnectOptions> = { methods: [publicKey(signerOf(key))] }

hostile('a server that answers what was not asked', [
  ...servers(
    {
      name: 'lets in, as anybody may: this one is right',
      script: (peer) => peer.sendSuccess(),
      expect: survived,
    },
    {
      name: 'lets in twice',
      source: 'RFC 4252 §5.1',
      async script(peer) {
        await peer.sendSuccess()
        await peer.send(Msg.USERAUTH_SUCCESS)
      },
      expect: disconnected(Reason.PROTOCOL_ERROR, /after authentication/),
    },
    {
      name: 'lets in with something behind it',
      script: (peer) => peer.send(Msg.USERAUTH_SUCCESS, byte(0)),
      expect: disconnected(Reason.PROTOCOL_ERROR, /goes on/),
    },
    ...[Msg.USERAUTH_REQUEST, Msg.USERAUTH_FAILURE, Msg.USERAUTH_BANNER, 60, 61, 79].map((number) => ({
      name: `message ${number} after success`,
      source: 'RFC 4252 §6',
      async script(peer: Peer) {
        await peer.sendSuccess()
        await peer.send(number, string('again'), string(''))
      },
      expect: disconnected(Reason.PROTOCOL_ERROR, /after authentication/),
    })),
    {
      name: 'asks to be let in itself',
      source: 'RFC 4252 §6',
      script: (peer) => peer.send(Msg.USERAUTH_REQUEST, string('root'), string('ssh-connection'), string('none')),
      expect: protocolError,
    },
    { name: 'answers questions', script: (peer) => peer.send(Msg.USERAUTH_INFO_RESPONSE, uint32(0)), expect: protocolError },
    {
      name: 'opens a channel before it lets in',
      source: 'CVE-2025-32433',
      script: (peer) => peer.send(Msg.CHANNEL_OPEN, string('session'), uint32(0), uint32(1000), uint32(1000)),
      expect: protocolError,
    },
    {
      name: 'messages of authentication that nobody knows',
      source: 'RFC 4253 §11.4',
      async script(peer) {
        for (const number of [54, 59, 62, 79]) await peer.send(number, string('what is this?'))
        await peer.sendSuccess()
      },
      expect: unimplemented(1, 2, 3, 4),
    },
    {
      name: 'PK_OK to a password',
      source: 'RFC 4252 §7',
      script: (peer) => peer.send(Msg.USERAUTH_PK_OK, string('ssh-ed25519'), string(key.blob)),
      expect: gaveUp,
    },
    {
      name: 'a question in place of a demand to change the password',
      script: (peer) => peer.send(Msg.USERAUTH_INFO_REQUEST, ...questions(1, string('Password: '), byte(0))),
      expect: disconnected(Reason.PROTOCOL_ERROR, /goes on/),
    },
    {
      name: 'a demand to change the password, whose text does things to terminals: nobody changes it',
      source: 'RFC 4252 §8',
      async script(peer) {
        await peer.send(Msg.USERAUTH_PASSWD_CHANGEREQ, string('\u001B[2Jnew password for root:'), string(''))
        await peer.drain()
      },
      expect: gaveUp,
    },
    {
      name: 'success for a key that was only asked about',
      source: 'CVE-2018-10933, RFC 4252 §7',
      client: asking,
      script: (peer) => peer.sendSuccess(),
      expect: protocolError,
    },
    {
      name: 'PK_OK for another key',
      source: 'RFC 4252 §7',
      client: asking,
      script: (peer) => peer.send(Msg.USERAUTH_PK_OK, string('ssh-ed25519'), string(ed25519Key().blob)),
      expect: disconnected(Reason.PROTOCOL_ERROR, /another key/),
    },
    {
      name: 'PK_OK for another algorithm',
      source: 'RFC 4252 §7',
      client: asking,
      script: (peer) => peer.send(Msg.USERAUTH_PK_OK, string('ssh-rsa'), string(key.blob)),
      expect: disconnected(Reason.PROTOCOL_ERROR, /it speaks of ssh-rsa/),
    },
    {
      name: 'PK_OK twice',
      source: 'RFC 4252 §7',
      client: asking,
      async script(peer) {
        for (let count = 0; count < 2; count++) await peer.send(Msg.USERAUTH_PK_OK, string('ssh-ed25519'), string(key.blob))
      },
      expect: protocolError,
    },
    {
      name: 'FAILURE cut off',
      script: (peer) => peer.send(Msg.USERAUTH_FAILURE, nameList(['password'])),
      expect: disconnected(Reason.PROTOCOL_ERROR, /ends early/),
    },
    {
      name: 'FAILURE with methods of control characters',
      script: (peer) => peer.send(Msg.USERAUTH_FAILURE, ...failure(['pass\u001B[2Jword'])),
      expect: disconnected(Reason.PROTOCOL_ERROR, /US-ASCII/),
    },
    {
      name: 'FAILURE twice',
      async script(peer) {
        await peer.send(Msg.USERAUTH_FAILURE, ...failure(['password']))
        await peer.send(Msg.USERAUTH_FAILURE, ...failure(['password']))
      },
      expect: gaveUp,
    },
    {
      name: 'partial success, again and again, with the same method',
      source: 'RFC 4252 §5.1',
      async script(peer) {
        for (let count = 0; count < 50; count++) await peer.send(Msg.USERAUTH_FAILURE, ...failure(['password'], true))
        await peer.drain()
      },
      expect: gaveUp,
    },
    {
      name: 'FAILURE with methods that every object has',
      script: (peer) => peer.send(Msg.USERAUTH_FAILURE, ...failure(['__proto__', 'constructor'])),
      expect: gaveUp,
    },
    {
      name: 'the end of the connection, with a reason that is none',
      script: (peer) => peer.send(Msg.DISCONNECT, uint32(99), string('no'), string('')),
      expect: closed,
    },
  ),
])

/** Says before any service what signatures it takes: a client then sends its first request behind SERVICE_REQUEST at once. */
async function invite(peer: Peer, algorithms: string): Promise<void> {
  await peer.exchangeVersions()
  await peer.exchangeKexInits()
  await peer.exchangeKeys()
  const newKeys = peer.seal(byte(Msg.NEWKEYS))
  peer.switchOutgoing()
  const extensions = Buffer.concat([byte(Msg.EXT_INFO), uint32(1), string('server-sig-algs'), string(algorithms)])
  await peer.sendRaw(Buffer.concat([newKeys, peer.seal(extensions)]))
  await peer.receive(Msg.NEWKEYS)
  await peer.receive(Msg.SERVICE_REQUEST)
}

const early: Record<string, readonly [number, ...Buffer[]]> = {
  SUCCESS: [Msg.USERAUTH_SUCCESS],
  FAILURE: [Msg.USERAUTH_FAILURE, ...failure(['password'], true)],
  BANNER: [Msg.USERAUTH_BANNER, ...banner('welcome')],
  PK_OK: [Msg.USERAUTH_PK_OK, string('ssh-ed25519'), string(key.blob)],
}

hostile('a server that does not wait for SERVICE_ACCEPT', [
  ...Object.entries(early).flatMap(([name, [number, ...rest]]): HostileCase[] => [
    {
      name: `${name}, behind the request that the client has sent early`,
      source: 'CVE-2018-10933',
      role: 'server',
      async script(peer) {
        await invite(peer, 'ssh-ed25519')
        await peer.receive(Msg.USERAUTH_REQUEST)
        await peer.send(number, ...rest)
      },
      expect: notAllowed,
    },
    {
      name: `${name}, before anything was asked for`,
      source: 'CVE-2018-10933',
      role: 'server',
      async script(peer) {
        await peer.secure()
        await peer.send(number, ...rest)
      },
      expect: notAllowed,
    },
  ]),
  {
    name: 'accepts another service than was asked for, behind an early request',
    role: 'server',
    async script(peer) {
      await invite(peer, 'ssh-ed25519')
      await peer.send(Msg.SERVICE_ACCEPT, string('ssh-connection'))
      await peer.sendSuccess()
    },
    expect: disconnected(Reason.PROTOCOL_ERROR, /requested the service ssh-userauth/),
  },
  {
    name: 'accepts and lets in, in one breath: this one is right',
    role: 'server',
    async script(peer, { client }) {
      await invite(peer, 'ssh-ed25519')
      await peer.receive(Msg.USERAUTH_REQUEST)
      const [accept, success] = [Buffer.concat([byte(Msg.SERVICE_ACCEPT), string('ssh-userauth')]), byte(Msg.USERAUTH_SUCCESS)]
      await peer.sendRaw(Buffer.concat([peer.seal(accept), peer.seal(success)]))
      await client
    },
    expect: survived,
  },
  {
    name: 'asks for a key exchange between the early request and its acceptance: this one is right, too',
    role: 'server',
    async script(peer, { client }) {
      await invite(peer, 'ssh-ed25519')
      await peer.receive(Msg.USERAUTH_REQUEST)
      await peer.exchangeAgain()
      await peer.send(Msg.SERVICE_ACCEPT, string('ssh-userauth'))
      await peer.sendSuccess()
      await client
    },
    expect: survived,
  },
])

const rsa = rsaKey()

/** The algorithms of the signatures that a server has got. */
const signedWith =
  (algorithms: readonly string[], end: Expectation): Expectation =>
  async (encounter) => {
    await end(encounter)
    const requests = encounter.peer.received
      .filter(({ number }) => number === Msg.USERAUTH_REQUEST)
      .map(({ payload }) => new Fields(payload))
    expect(requests.map((fields) => [fields.text(), fields.text(), fields.text(), fields.boolean(), fields.text()][4])).toStrictEqual(
      algorithms,
    )
  }

function downgrade(algorithms: string, used: readonly string[]): HostileCase {
  return {
    name: `server-sig-algs of "${algorithms}"`,
    source: 'RFC 8308 §3.1, CVE-2023-46445',
    role: 'server',
    client: { methods: [publicKey({ ...signerOf(rsa), algorithms: ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'] }, { query: false })] },
    async script(peer) {
      await invite(peer, algorithms)
      await peer.send(Msg.SERVICE_ACCEPT, string('ssh-userauth'))
      if (used.length === 0) return
      await peer.receive(Msg.USERAUTH_REQUEST)
      await peer.sendSuccess()
    },
    expect: signedWith(used, used.length > 0 ? survived : gaveUp),
  }
}

hostile('a server that would have SHA-1', [
  downgrade('ssh-rsa', []),
  downgrade('', []),
  downgrade('ssh-rsa,rsa-sha2-512', ['rsa-sha2-512']),
])
