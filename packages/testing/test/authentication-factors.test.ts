import { accountPassword, authRequest, byte, disconnected, hostile, Msg, type Peer, Reason, string, uint32 } from '../src/index.ts'
import { clients, judged, refused } from './support/logins.ts'

const protocolError = disconnected(Reason.PROTOCOL_ERROR)

/** Bob has to answer questions behind his password; alice has not. */
const factors: Parameters<typeof hostile>[2] = {
  server: {
    auth: {
      password: (request, context) =>
        context.user === 'bob' && request.password === 'first factor'
          ? { partial: true, continue: ['keyboard-interactive'] }
          : accountPassword(request, context),
      async keyboardInteractive({ ask }, { successes }) {
        const [answer] = await ask({ prompts: [{ prompt: 'Code: ', echo: false }] })
        return answer === '123456' && successes.length === 1
      },
    },
  },
}
const asBob = (method: string, ...rest: Buffer[]): Buffer => authRequest({ user: 'bob', method }, ...rest)
const firstFactor = asBob('password', byte(false), string('first factor'))
const questions = (user: string): Buffer => authRequest({ user, method: 'keyboard-interactive' }, string(''), string(''))

async function respond(peer: Peer, request: Buffer, ...response: readonly Buffer[]): Promise<void> {
  await peer.send(Msg.USERAUTH_REQUEST, request)
  await peer.receive(Msg.USERAUTH_INFO_REQUEST)
  await peer.send(Msg.USERAUTH_INFO_RESPONSE, ...response)
}

const oneAnswer = [uint32(1), string('123456')]

/** The second factor, right in itself. */
const secondFactor = (peer: Peer, user: string): Promise<void> => respond(peer, questions(user), ...oneAnswer)

/** The second factor of a user behind these requests: all are refused. */
const refusedBehind =
  (user: string, ...requests: readonly Buffer[]) =>
  async (peer: Peer): Promise<void> => {
    for (const request of requests) await refused(peer, request)
    await secondFactor(peer, user)
    await peer.receive(Msg.USERAUTH_FAILURE)
  }

hostile(
  'several factors, and questions',
  clients(
    {
      name: 'both factors, in order: this one is right',
      async script(peer) {
        await refused(peer, firstFactor)
        await secondFactor(peer, 'bob')
        await peer.receive(Msg.USERAUTH_SUCCESS)
      },
      expect: judged(1, 1),
    },
    {
      name: 'the first factor twice',
      source: 'RFC 4252 §5.1',
      async script(peer) {
        for (let count = 0; count < 3; count++) await refused(peer, firstFactor)
      },
      expect: judged(0, 3),
    },
    {
      name: 'the second factor alone',
      script: refusedBehind('bob'),
      expect: judged(0, 1),
    },
    {
      name: 'the first factor of bob, the second as alice',
      source: 'RFC 4252 §5',
      script: refusedBehind('alice', firstFactor),
      expect: judged(0, 2),
    },
    {
      name: 'the first factor of bob, somebody else in between, the second of bob',
      source: 'RFC 4252 §5',
      script: refusedBehind('bob', firstFactor, authRequest({ user: 'carol' })),
      expect: judged(0, 3),
    },
    ...[[], ['1'], ['123456', '123456'], Array.from({ length: 10_000 }, () => '')].map((texts) => ({
      name: `${texts.length} answers to one question, none of them right alone`,
      source: 'RFC 4256 §3.4',
      async script(peer: Peer) {
        await refused(peer, firstFactor)
        await respond(peer, questions('bob'), uint32(texts.length), ...texts.map(string))
        await peer.receive(Msg.USERAUTH_FAILURE)
      },
      expect: judged(0, 2),
    })),
    {
      name: '2^32 − 1 answers, and none',
      source: 'RFC 4256 §3.4',
      script: (peer) => respond(peer, questions('bob'), uint32(2 ** 32 - 1)),
      expect: disconnected(Reason.PROTOCOL_ERROR, /4294967295 answers/),
    },
    {
      name: 'an answer of no UTF-8',
      script: (peer) => respond(peer, questions('bob'), uint32(1), string(Buffer.of(0xff))),
      expect: disconnected(Reason.PROTOCOL_ERROR, /UTF-8/),
    },
    {
      name: 'answers with something behind their end',
      script: (peer) => respond(peer, questions('bob'), ...oneAnswer, byte(0)),
      expect: disconnected(Reason.PROTOCOL_ERROR, /goes on/),
    },
    {
      name: 'answers twice',
      source: 'RFC 4256 §3.4',
      async script(peer) {
        await respond(peer, questions('bob'), uint32(0))
        await peer.send(Msg.USERAUTH_INFO_RESPONSE, uint32(0))
      },
      expect: judged(0, 1, protocolError),
    },
    {
      name: 'the answer to questions of a method that was abandoned',
      source: 'RFC 4256 §3.1',
      async script(peer) {
        await refused(peer, firstFactor)
        await peer.send(Msg.USERAUTH_REQUEST, questions('bob'))
        await peer.receive(Msg.USERAUTH_INFO_REQUEST)
        await refused(peer, asBob('password', byte(false), string('wrong')))
        await peer.send(Msg.USERAUTH_INFO_RESPONSE, ...oneAnswer)
      },
      expect: judged(0, 2, protocolError),
    },
  ),
  factors,
)
