import type { ConnectOptions } from '@seashell/ssh'
import { keyboardInteractive, password, publicKey } from '@seashell/userauth'
import { expect } from 'vitest'
import {
  byte,
  disconnected,
  ecdsaKey,
  ed25519Key,
  type Expectation,
  Fields,
  hostile,
  Msg,
  type Peer,
  Reason,
  string,
  survived,
} from '../src/index.ts'
import { banner, failure, gaveUp, questions, type ServerCase, servers, signerOf } from './support/servers.ts'

/** Answers every question with nothing, and is not asked for a password. */
const answering: Partial<ConnectOptions> = { methods: [keyboardInteractive(({ prompts }) => prompts.map(() => ''))] }

hostile('a server that asks and tells a great deal', [
  ...servers(
    {
      name: '50,000 questions at once, which are answered',
      source: 'RFC 4256 §3.2',
      client: answering,
      async script(peer) {
        const prompts = Array.from({ length: 50_000 }, () => Buffer.alloc(5))
        await peer.send(Msg.USERAUTH_INFO_REQUEST, ...questions(prompts.length, ...prompts))
        expect(new Fields((await peer.receive(Msg.USERAUTH_INFO_RESPONSE)).payload).uint32()).toBe(prompts.length)
        await peer.sendSuccess()
      },
      expect: survived,
    },
    {
      name: '100,000 questions of four bytes at once: too long for a packet',
      client: answering,
      async script(peer) {
        const prompts = Array.from({ length: 100_000 }, () => Buffer.alloc(5))
        await peer.send(Msg.USERAUTH_INFO_REQUEST, ...questions(prompts.length, ...prompts))
      },
      expect: disconnected(Reason.PROTOCOL_ERROR, /packetLength/),
    },
    {
      name: '2^32 − 1 questions, and none',
      client: answering,
      script: (peer) => peer.send(Msg.USERAUTH_INFO_REQUEST, ...questions(2 ** 32 - 1)),
      expect: disconnected(Reason.PROTOCOL_ERROR, /ends early/),
    },
    {
      name: 'no questions, again and again',
      source: 'RFC 4256 §3.2',
      client: answering,
      async script(peer) {
        for (let count = 0; count < 1100; count++) await peer.send(Msg.USERAUTH_INFO_REQUEST, ...questions(0))
      },
      expect: disconnected(Reason.PROTOCOL_ERROR, /unauthenticatedPackets/),
    },
    {
      name: 'banners, again and again',
      source: 'RFC 4252 §5.4',
      async script(peer) {
        for (let count = 0; count < 1100; count++) await peer.send(Msg.USERAUTH_BANNER, ...banner('welcome\r\n'))
      },
      expect: disconnected(Reason.PROTOCOL_ERROR, /unauthenticatedPackets/),
    },
    {
      name: 'banners of 200 KiB',
      source: 'RFC 4252 §5.4',
      async script(peer) {
        for (let count = 0; count < 6; count++) await peer.send(Msg.USERAUTH_BANNER, ...banner('x'.repeat(204_800)))
      },
      expect: disconnected(Reason.PROTOCOL_ERROR, /unauthenticatedLength/),
    },
    {
      name: 'a banner of no UTF-8',
      source: 'RFC 4252 §5.4',
      script: (peer) => peer.send(Msg.USERAUTH_BANNER, ...banner(Buffer.of(0xff))),
      expect: disconnected(Reason.PROTOCOL_ERROR, /UTF-8/),
    },
    terminalBanner(),
  ),
])

function terminalBanner(): ServerCase {
  const seen: string[] = []
  return {
    name: 'a banner that does things to terminals',
    source: 'RFC 4252 §5.4',
    client: { onBanner: (text) => seen.push(text) },
    async script(peer) {
      await peer.send(Msg.USERAUTH_BANNER, ...banner('\u001B]0;owned\u0007\u009B2J\u202Ewelcome\r\n'))
      await peer.sendSuccess()
    },
    async expect(encounter) {
      await survived(encounter)
      expect(seen).toStrictEqual(['\uFFFD]0;owned\uFFFD\uFFFD2J\uFFFDwelcome\n'])
    },
  }
}

const tooMany = disconnected(Reason.PROTOCOL_ERROR, /unauthenticatedPackets/)

/** Says the same, over and over, each time behind the client’s answer. */
const again =
  (number: number, ...fields: readonly Buffer[]) =>
  async (peer: Peer): Promise<void> => {
    for (;;) {
      await peer.send(number, ...fields)
      await peer.receive(Msg.USERAUTH_REQUEST, Msg.USERAUTH_INFO_RESPONSE)
    }
  }

/** The case ends as told, and the client has asked to be let in so often. */
function asked(times: number, end: Expectation): Expectation {
  return async (encounter) => {
    await end(encounter)
    expect(encounter.peer.received.filter(({ number }) => number === Msg.USERAUTH_REQUEST)).toHaveLength(times)
  }
}

const changing = password('old', { change: () => ({ newPassword: 'new' }) })
const keys = [ed25519Key(), ecdsaKey(), ed25519Key()].map((key) => signerOf(key))

hostile(
  'a server that is never content',
  servers(
    {
      name: 'it wants the password to be changed, whatever to',
      source: 'RFC 4252 §8',
      client: { methods: [changing] },
      script: again(Msg.USERAUTH_PASSWD_CHANGEREQ, string('another, please'), string('')),
      expect: tooMany,
    },
    {
      name: 'it asks, whatever is answered',
      source: 'RFC 4256 §3.2',
      client: answering,
      script: again(Msg.USERAUTH_INFO_REQUEST, ...questions(1, string('Your mother’s name? '), byte(1))),
      expect: tooMany,
    },
    {
      name: 'it wants more than the password, which is all there is',
      source: 'RFC 4252 §5.1',
      script: again(Msg.USERAUTH_FAILURE, ...failure(['password'], true)),
      expect: asked(1, gaveUp),
    },
    {
      name: 'it wants each method behind the other, again and again',
      source: 'RFC 4252 §5.1',
      client: { methods: [publicKey(keys, { query: false }), changing, keyboardInteractive(() => [])] },
      async script(peer) {
        for (let count = 0; ; count++) {
          const wanted = ['publickey', 'password', 'keyboard-interactive'][count % 3]!
          await peer.send(Msg.USERAUTH_FAILURE, ...failure([wanted], true))
          await peer.receive(Msg.USERAUTH_REQUEST)
        }
      },
      // Three keys at most, and the two others once.
      expect: asked(5, gaveUp),
    },
    {
      name: 'it would take every key, and then takes none',
      source: 'RFC 4252 §7',
      client: { methods: [publicKey(keys)] },
      async script(peer) {
        for (const { publicKey: blob, algorithms } of keys) {
          await peer.send(Msg.USERAUTH_PK_OK, string(algorithms[0]!), string(blob))
          await peer.receive(Msg.USERAUTH_REQUEST)
          await peer.send(Msg.USERAUTH_FAILURE, ...failure(['publickey']))
          if (blob !== keys.at(-1)!.publicKey) await peer.receive(Msg.USERAUTH_REQUEST)
        }
        await peer.drain()
      },
      expect: asked(6, gaveUp),
    },
    {
      name: 'it would take a key, and says so again where the signature is to be judged',
      source: 'RFC 4252 §7',
      client: { methods: [publicKey(keys)] },
      script: again(Msg.USERAUTH_PK_OK, string('ssh-ed25519'), string(keys[0]!.publicKey)),
      expect: asked(2, disconnected(Reason.PROTOCOL_ERROR, /PK_OK|message 60/)),
    },
    {
      name: 'it would take 20,000 other methods, of which the program is told a few',
      script: again(Msg.USERAUTH_FAILURE, ...failure(Array.from({ length: 20_000 }, (_, index) => `m${index}`))),
      async expect(encounter) {
        await asked(1, gaveUp)(encounter)
        const told: unknown = await encounter.client!.catch((error: unknown) => error)
        expect(told).toMatchObject({ code: 'AUTHENTICATION', message: expect.stringMatching(/would take m0, m1, .{1,1000}…$/) as string })
      },
    },
  ),
  { client: { limits: { unauthenticatedPackets: 60 } } },
)
