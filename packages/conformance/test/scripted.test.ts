import { WireWriter } from '@seashell/core/wire'
import { describe, expect, it } from 'vitest'
import { keyExchangeChecks, type ScriptedEvidence } from '../src/index.ts'
import { runScripted } from '../src/kex/scripted-exchange.ts'
import { failedChecks, failureOf } from './toys/failed-checks.ts'
import { toyGroupExchange, type ScriptedFlaw } from './toys/scripted.ts'

const evidence: ScriptedEvidence = {
  reference: toyGroupExchange(),
  refused: [
    { what: '1 as a public value of the client', number: 32, payload: new WireWriter().writeMpint(Uint8Array.of(1)).finish() },
    { what: 'a request for a group of 100 bits', number: 34, payload: '00000064' },
  ],
}

/** Each flaw, and the check that finds it. */
const caughtBy: Record<ScriptedFlaw, string> = {
  'the transcript leaves out the request': 'any byte changed on the way is noticed',
  'the transcript leaves out the group': 'comes to one secret with the reference as server',
  'the server signs another transcript than it returns': 'both roles come to one secret and one transcript, and no secret comes twice',
  'the server asks for two signatures': 'both roles come to one secret and one transcript, and no secret comes twice',
  'the server does not ask for a signature': 'both roles come to one secret and one transcript, and no secret comes twice',
  'the host key is known beforehand': 'any byte changed on the way is noticed',
  'the roles disagree': 'both roles come to one secret and one transcript, and no secret comes twice',
  'the secret is always the same': 'both roles come to one secret and one transcript, and no secret comes twice',
  'the randomness is its own': 'takes all its randomness from its argument',
  'bytes after a message are ignored': 'refuses messages with bytes after their last field',
  'what is missing is taken for nothing': 'refuses messages that are cut short',
  'a public value of 1 is accepted': 'refuses 1 as a public value of the client',
  'refusals are plain Errors': 'refuses a request for a group of 100 bits',
  'message 50 is used': 'both roles come to one secret and one transcript, and no secret comes twice',
  'any message is awaited': 'both roles come to one secret and one transcript, and no secret comes twice',
}

describe('a scripted exchange that is right', () => {
  it('passes every check', async () => {
    expect(await failedChecks(keyExchangeChecks(toyGroupExchange(), evidence))).toEqual(new Map())
  })

  it('plays a recorded exchange again, in both roles, to the byte', async () => {
    const toy = toyGroupExchange()
    const random = Uint8Array.from({ length: 32 }, (_, index) => index + 1)
    const give = () => new Uint8Array(random)
    const { messages, client, signed } = await runScripted(toy, { client: toy, server: toy, clientRandom: give, serverRandom: give })
    const { hostKey, signature } = client.value!
    const vector = { random, messages, hostKey, signature, ...signed! }
    const vectors = [
      { ...vector, source: 'the client', role: 'client' as const },
      { ...vector, source: 'the server', role: 'server' as const },
      { ...vector, source: 'another secret', role: 'client' as const, sharedSecret: new Uint8Array(32) },
      { ...vector, source: 'other random bytes', role: 'server' as const, random: new Uint8Array(32).fill(3) },
      { ...vector, source: 'an end too early', role: 'server' as const, messages: messages.slice(0, 3) },
      { ...vector, source: 'one message more', role: 'client' as const, messages: [...messages, messages[0]!] },
    ]
    const failed = await failedChecks(keyExchangeChecks(toy, { ...evidence, vectors }))
    expect([...failed.keys()]).toEqual([
      'gives the answer of another secret',
      'gives the answer of other random bytes',
      'gives the answer of an end too early',
      'gives the answer of one message more',
    ])
  })
})

describe('a scripted exchange of which', () => {
  it.each(Object.entries(caughtBy))('%s: "%s"', async (flaw, check) => {
    expect(await failureOf(keyExchangeChecks(toyGroupExchange(flaw as ScriptedFlaw), evidence), check)).toBeInstanceOf(Error)
  })
})
