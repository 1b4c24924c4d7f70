import { randomBytes } from 'node:crypto'
import {
  account,
  accountPassword,
  authRequest,
  byte,
  disconnected,
  hostile,
  Msg,
  nameList,
  type Peer,
  Reason,
  string,
  uint32,
  unimplemented,
} from '../src/index.ts'
import { clients, judged, password, refused } from './support/logins.ts'

const interactive = authRequest({ method: 'keyboard-interactive' }, string(''), string(''))
const openSession = Buffer.concat([byte(Msg.CHANNEL_OPEN), string('session'), uint32(0), uint32(0x200000), uint32(0x8000)])
const execute = Buffer.concat([byte(Msg.CHANNEL_REQUEST), uint32(0), string('exec'), byte(true), string('id')])

const protocolError = disconnected(Reason.PROTOCOL_ERROR)
const tooManyAttempts = disconnected(Reason.NO_MORE_AUTH_METHODS_AVAILABLE, /no more are allowed/)

const answers: Record<string, Buffer> = {
  USERAUTH_SUCCESS: byte(Msg.USERAUTH_SUCCESS),
  USERAUTH_FAILURE: Buffer.concat([byte(Msg.USERAUTH_FAILURE), nameList(['password']), byte(true)]),
  USERAUTH_BANNER: Buffer.concat([byte(Msg.USERAUTH_BANNER), string('welcome'), string('')]),
  USERAUTH_INFO_REQUEST: Buffer.concat([byte(Msg.USERAUTH_INFO_REQUEST), string(''), string(''), string(''), uint32(0)]),
  'USERAUTH_INFO_RESPONSE that nobody waits for': Buffer.concat([byte(Msg.USERAUTH_INFO_RESPONSE), uint32(0)]),
}

hostile('a client that plays the server, or comes too early', [
  ...Object.entries(answers).flatMap(([name, payload]) =>
    clients(
      {
        name: `${name} first of all`,
        source: 'CVE-2018-10933',
        script: (peer) => peer.sendRaw(peer.seal(payload)),
        expect: judged(0, 0, protocolError),
      },
      {
        name: `${name} behind a wrong password, and a session`,
        source: 'CVE-2018-10933',
        async script(peer) {
          await refused(peer, password('wrong'))
          for (const each of [payload, openSession, execute]) await peer.sendRaw(peer.seal(each))
        },
        expect: judged(0, 1, protocolError),
      },
    ),
  ),
  ...clients(
    {
      name: 'a session and a command in the same breath as a wrong password',
      source: 'CVE-2025-32433, CVE-2023-46446',
      script: (peer) => breathe(peer, password('wrong'), openSession, execute),
      expect: judged(0, 1, disconnected(Reason.PROTOCOL_ERROR, /CHANNEL_OPEN|message 90/)),
    },
    {
      name: 'a session and a command in the same breath as the right one, which wait their turn',
      async script(peer) {
        await breathe(peer, password(account.password), openSession, execute)
        await peer.receive(Msg.USERAUTH_SUCCESS)
        await peer.receive(Msg.CHANNEL_OPEN_CONFIRMATION)
        await peer.receive(Msg.CHANNEL_SUCCESS)
      },
      expect: judged(1, 0),
    },
    {
      name: 'message 127, the last of those that are of connections',
      source: 'RFC 4252 §6',
      script: (peer) => peer.send(127, string('')),
      expect: protocolError,
    },
    {
      name: 'messages of authentication that nobody knows',
      source: 'RFC 4252 §6, RFC 4253 §11.4',
      async script(peer) {
        for (const number of [54, 59, 62, 79, 128, 255]) await peer.send(number, string('what is this?'))
      },
      expect: unimplemented(1, 2, 3, 4, 5, 6),
    },
    {
      name: 'EXT_INFO in the middle of authentication',
      source: 'CVE-2023-46445, RFC 8308 §2.4',
      async script(peer) {
        await refused(peer, password('wrong'))
        await peer.send(Msg.EXT_INFO, uint32(1), string('server-sig-algs'), string('ssh-rsa'))
      },
      expect: judged(0, 1, disconnected(Reason.PROTOCOL_ERROR, /message 7 is not allowed now/)),
    },
    {
      name: 'another SERVICE_REQUEST behind a refusal',
      source: 'RFC 4253 §10',
      async script(peer) {
        await refused(peer, password('wrong'))
        await peer.send(Msg.SERVICE_REQUEST, string('ssh-userauth'))
      },
      expect: disconnected(Reason.PROTOCOL_ERROR, /while one runs/),
    },
  ),
])

async function breathe(peer: Peer, request: Buffer, ...rest: readonly Buffer[]): Promise<void> {
  const all = [Buffer.concat([byte(Msg.USERAUTH_REQUEST), request]), ...rest]
  await peer.sendRaw(Buffer.concat(all.map((payload) => peer.seal(payload))))
}

const names: Record<string, string | Uint8Array> = {
  'with NUL: that of the account, and more': `${account.user}\0root`,
  'of line ends': 'alice\r\nFailed password for root from 192.0.2.1',
  'of terminal escapes': '\u001B]0;owned\u0007\u009B2J\u202E',
  'that is empty': '',
  'that every object has': '__proto__',
  'of another case': 'ALICE',
  'with a blank behind it': 'alice ',
  'of 1,024 bytes': 'a'.repeat(1024),
}

hostile('names in requests', [
  ...Object.entries(names).flatMap(([name, user]) =>
    clients({
      name: `a user ${name}`,
      script: (peer) => refused(peer, password(account.password, user)),
      expect: judged(0, 1),
    }),
  ),
  ...clients(
    {
      name: 'a user of bytes that are no UTF-8',
      source: 'RFC 4252 §5',
      script: (peer) => peer.send(Msg.USERAUTH_REQUEST, password(account.password, Buffer.of(0xff, 0xc0, 0x80))),
      expect: disconnected(Reason.PROTOCOL_ERROR, /UTF-8/),
    },
    {
      name: 'a user of overlong UTF-8: NUL in two bytes',
      script: (peer) => peer.send(Msg.USERAUTH_REQUEST, password(account.password, Buffer.from('alice\u00C0\u0080', 'latin1'))),
      expect: disconnected(Reason.PROTOCOL_ERROR, /UTF-8/),
    },
    {
      name: 'a user of 1,025 bytes',
      script: (peer) => peer.send(Msg.USERAUTH_REQUEST, password('', 'a'.repeat(1025))),
      expect: disconnected(Reason.ILLEGAL_USER_NAME),
    },
    {
      name: 'a user of a megabyte',
      script: (peer) => peer.send(Msg.USERAUTH_REQUEST, password('', 'a'.repeat(1_048_576))),
      expect: disconnected(Reason.PROTOCOL_ERROR, /packetLength/),
    },
    ...['ssh-userauth', 'ssh-mallory', '', '__proto__', 'constructor'].map((service) => ({
      name: `the service ${JSON.stringify(service)}`,
      source: 'RFC 4252 §5',
      script: (peer: Peer) =>
        peer.send(Msg.USERAUTH_REQUEST, authRequest({ service, method: 'password' }, byte(false), string(account.password))),
      expect: disconnected(Reason.SERVICE_NOT_AVAILABLE),
    })),
    {
      name: 'a service of control characters',
      script: (peer) => peer.send(Msg.USERAUTH_REQUEST, authRequest({ service: 'ssh\r\n\u001B[2J' })),
      expect: disconnected(Reason.PROTOCOL_ERROR, /US-ASCII/),
    },
    {
      name: 'a method that every object has',
      script: (peer) => refused(peer, authRequest({ method: '__proto__' })),
      expect: judged(0, 1),
    },
    {
      name: 'a method of control characters',
      script: (peer) => peer.send(Msg.USERAUTH_REQUEST, authRequest({ method: 'none\0' })),
      expect: disconnected(Reason.PROTOCOL_ERROR, /US-ASCII/),
    },
    {
      name: 'nothing at all',
      script: (peer) => peer.send(Msg.USERAUTH_REQUEST),
      expect: disconnected(Reason.PROTOCOL_ERROR, /ends early/),
    },
  ),
])

hostile('passwords', [
  ...clients(
    {
      name: 'of 200 KiB',
      script: (peer) => refused(peer, password('x'.repeat(204_800))),
      expect: judged(0, 1),
    },
    {
      name: 'of a megabyte',
      script: (peer) => peer.send(Msg.USERAUTH_REQUEST, password('x'.repeat(1_048_576))),
      expect: disconnected(Reason.PROTOCOL_ERROR, /packetLength/),
    },
    {
      name: 'of a megabyte in six pieces, each for somebody else',
      async script(peer) {
        for (const user of 'abcdef')
          await peer.send(Msg.USERAUTH_REQUEST, password(randomBytes(120_000).toString('hex').slice(0, 200_000), user))
      },
      expect: judged(0, 5, disconnected(Reason.PROTOCOL_ERROR, /unauthenticatedLength/)),
    },
    {
      name: 'of 4 GiB, as it says',
      script: (peer) => peer.send(Msg.USERAUTH_REQUEST, authRequest({ method: 'password' }, byte(false), uint32(2 ** 32 - 1))),
      expect: disconnected(Reason.PROTOCOL_ERROR, /ends early/),
    },
    {
      name: 'that is right up to a NUL',
      script: (peer) => refused(peer, password(`${account.password}\0`)),
      expect: judged(0, 1),
    },
    {
      name: 'of no UTF-8',
      source: 'RFC 4252 §8',
      script: (peer) => peer.send(Msg.USERAUTH_REQUEST, password(Buffer.of(0xff))),
      expect: disconnected(Reason.PROTOCOL_ERROR, /UTF-8/),
    },
    {
      name: 'with another behind it that nobody has announced',
      script: (peer) => peer.send(Msg.USERAUTH_REQUEST, Buffer.concat([password(account.password), string('new')])),
      expect: disconnected(Reason.PROTOCOL_ERROR, /goes on/),
    },
    {
      name: 'a change that nobody has asked for, of a wrong one',
      source: 'RFC 4252 §8',
      script: (peer) => refused(peer, authRequest({ method: 'password' }, byte(true), string('wrong'), string('mine'))),
      expect: judged(0, 1),
    },
    {
      name: 'a change without the new one',
      source: 'RFC 4252 §8',
      script: (peer) => peer.send(Msg.USERAUTH_REQUEST, authRequest({ method: 'password' }, byte(true), string(account.password))),
      expect: disconnected(Reason.PROTOCOL_ERROR, /ends early/),
    },
  ),
])

hostile(
  'attempts',
  [
    ...clients(
      {
        name: 'without end',
        source: 'RFC 4252 §4',
        async script(peer) {
          for (;;) await refused(peer, password('wrong'))
        },
        expect: judged(0, 5, tooManyAttempts),
      },
      {
        name: 'without end, each for another user and another method, and all at once',
        async script(peer) {
          const methods = ['password', 'publickey', 'keyboard-interactive', 'hostbased', 'none', 'gssapi-with-mic']
          const requests = methods.map((method) => Buffer.concat([byte(Msg.USERAUTH_REQUEST), password('wrong', method)]))
          await peer.sendRaw(Buffer.concat([...requests, ...requests].map((payload) => peer.seal(payload))))
        },
        expect: judged(0, 5, tooManyAttempts),
      },
      {
        name: 'the right password behind the last that is allowed, in the same breath',
        source: 'RFC 4252 §4',
        async script(peer) {
          const requests = [...Array.from({ length: 6 }, () => 'wrong'), account.password].map((text) => password(text))
          await peer.sendRaw(Buffer.concat(requests.map((request) => peer.seal(Buffer.concat([byte(Msg.USERAUTH_REQUEST), request])))))
        },
        expect: judged(0, 5, tooManyAttempts),
      },
      {
        name: 'to abandon questions, again and again, which costs an attempt each',
        source: 'RFC 4256 §3.1',
        async script(peer) {
          for (let count = 0; count < 10; count++) await peer.send(Msg.USERAUTH_REQUEST, interactive)
        },
        expect: judged(0, 0, tooManyAttempts),
      },
      {
        name: 'again after success, for root: ignored, and nobody is another',
        source: 'RFC 4252 §5.1',
        async script(peer) {
          await peer.send(Msg.USERAUTH_REQUEST, password(account.password))
          await peer.receive(Msg.USERAUTH_SUCCESS)
          for (let count = 0; count < 20; count++) await peer.send(Msg.USERAUTH_REQUEST, password('wrong', 'root'))
          await peer.send(Msg.USERAUTH_REQUEST)
        },
        expect: judged(1, 0),
      },
      {
        name: 'a wrong one in the same breath behind the right one: ignored',
        source: 'RFC 4252 §5.1',
        async script(peer) {
          await breathe(peer, password(account.password), Buffer.concat([byte(Msg.USERAUTH_REQUEST), password('wrong')]))
          await peer.receive(Msg.USERAUTH_SUCCESS)
        },
        expect: judged(1, 0),
      },
      ...[Msg.USERAUTH_FAILURE, Msg.USERAUTH_SUCCESS, Msg.USERAUTH_BANNER, 60, 61, 79].map((number) => ({
        name: `message ${number} after success`,
        source: 'RFC 4252 §6',
        async script(peer: Peer) {
          await peer.send(Msg.USERAUTH_REQUEST, password(account.password))
          await peer.receive(Msg.USERAUTH_SUCCESS)
          await peer.send(number, uint32(0))
        },
        expect: judged(1, 0, disconnected(Reason.PROTOCOL_ERROR, /after authentication/)),
      })),
    ),
  ],
  { server: { auth: { password: accountPassword, keyboardInteractive: async ({ ask }) => (await ask({})).length === 1 } } },
)
