import type { KexClientOutcome, KexIO, ScriptedKeyExchangeDefinition } from '@seashell/core'
import { isSSHError } from '@seashell/core/wire'
import { toBytes, toHex, type Bytes } from '../bytes.ts'
import type { Check } from '../check.ts'
import { evidenceCheck, hostileCheck, vectorChecks, type Evidence, type Hostile, type Sourced } from '../evidence.ts'
import { expectBytes, expectThat, failure } from '../expect.ts'
import { recordedRandom, seededRandom } from '../random.ts'
import { transmitted } from './kem-exchange.ts'
import type { SentMessage } from './lanes.ts'
import { hostKey, Notary, runScripted, type Scripted, type ScriptedExchange } from './scripted-exchange.ts'
import { scriptedTamperChecks, type RefusedMessage } from './scripted-tampering.ts'

/** A recorded exchange, of which one role is played again. */
export interface ScriptedVector extends Sourced {
  /** The role to play. */
  readonly role: 'client' | 'server'
  /** The random bytes of that role, in the order in which it asks for them. */
  readonly random: Bytes
  /** All messages, in order. */
  readonly messages: readonly { readonly from: 'client' | 'server'; readonly number: number; readonly payload: Bytes }[]
  /** K_S; what the server sends and the client reads. */
  readonly hostKey: Bytes
  /** The signature blob; likewise. */
  readonly signature: Bytes
  /** The shared secret K. */
  readonly sharedSecret: Bytes
  /** What stands between K_S and K in the exchange hash. */
  readonly transcript: Bytes
}

/** What a scripted exchange is held against. */
export interface ScriptedEvidence extends Evidence<ScriptedVector, Scripted> {
  /** Messages that nobody may accept: with 1 or p−1 as a public value, with a group that is too small; or one sentence why there are none. */
  readonly refused?: Hostile<RefusedMessage>
  /** How many exchanges to run; 20 where absent. */
  readonly exchanges?: number
}

const EXCHANGES = 20
const REFERENCE_EXCHANGES = 4

/** The checks of a scripted exchange. */
export function scriptedChecks(definition: ScriptedKeyExchangeDefinition, evidence: ScriptedEvidence): Check[] {
  const { reference, refused, exchanges = EXCHANGES } = evidence
  return [
    evidenceCheck(evidence),
    hostileCheck('hostile messages', 'with 1 or p−1 as a public value, with a group that is too small', refused),
    ...vectorChecks(evidence, (vector) => expectAnswer(definition, vector)),
    ...(reference === undefined ? [] : referenceChecks(definition, reference)),
    {
      name: 'both roles come to one secret and one transcript, and no secret comes twice',
      run: () => expectExchanges(definition, exchanges),
    },
    { name: 'takes all its randomness from its argument', run: () => expectInjectedRandomness(definition) },
    ...scriptedTamperChecks(definition, typeof refused === 'string' ? [] : (refused ?? [])),
  ]
}

/** Fails unless both sides came to the same, and the client has what the server signed. */
function expectAgreement({ secretFormat }: ScriptedKeyExchangeDefinition, { client, server, signed, isVerified }: ScriptedExchange): void {
  const errors = [client.error, server.error].filter((error) => error !== undefined)
  // Where one side fails the other loses its peer, which is not the news.
  const news = errors.find((error) => !(isSSHError(error) && error.code === 'CONNECTION_LOST')) ?? errors[0]
  if (news !== undefined) throw news
  if (signed === undefined) throw failure('the server to have the exchange signed', 'that it never asked for that')
  expectBytes("the client's host key", client.value!.hostKey, hostKey)
  expectBytes("the client's transcript", client.value!.transcript, signed.transcript)
  expectBytes('the transcript that the server returns, which is the one it had signed,', server.value!.transcript, signed.transcript)
  const secret = transmitted(secretFormat, signed.sharedSecret)
  expectBytes("the client's secret", transmitted(secretFormat, client.value!.sharedSecret), secret)
  expectThat(secret.length >= 16, 'a secret of 16 bytes at least', `${secret.length}`)
  expectThat(isVerified, "the client to return the server's signature", 'another')
}

async function expectExchanges(definition: ScriptedKeyExchangeDefinition, exchanges: number): Promise<void> {
  const seen = new Set<string>()
  for (let round = 0; round < exchanges; round++) {
    const result = await runScripted(definition, { client: definition, server: definition, ...seeds(round) })
    expectAgreement(definition, result)
    for (const value of [result.signed!.sharedSecret, result.signed!.transcript]) {
      const text = toHex(value)
      expectThat(!seen.has(text), 'another secret and transcript in every exchange', `one that was there before, in exchange ${round}`)
      seen.add(text)
    }
  }
}

function referenceChecks(definition: ScriptedKeyExchangeDefinition, reference: Scripted): Check[] {
  const run = (client: Scripted, server: Scripted) => async (): Promise<void> => {
    for (let round = 0; round < REFERENCE_EXCHANGES; round++) {
      expectAgreement(definition, await runScripted(definition, { client, server, ...seeds(round) }))
    }
  }
  return [
    { name: 'comes to one secret with the reference as server', run: run(definition, reference) },
    { name: 'comes to one secret with the reference as client', run: run(reference, definition) },
  ]
}

async function expectInjectedRandomness(definition: ScriptedKeyExchangeDefinition): Promise<void> {
  const run = (server: string) => runScripted(definition, { client: definition, server: definition, serverRandom: seededRandom(server) })
  const [one, same, other] = [await run('server'), await run('server'), await run('another server')]
  expectAgreement(definition, one)
  expectAgreement(definition, other)
  for (const [index, { from, number, payload }] of one.messages.entries()) {
    expectBytes(`message ${number} of the ${from}, with the same random bytes,`, same.messages[index]?.payload, payload)
  }
  // Not another secret: with RSA the client alone makes it (RFC 4432 §4).
  const differs = toHex(other.signed!.transcript) !== toHex(one.signed!.transcript)
  expectThat(differs, 'another transcript of other random bytes of the server', 'the same')
}

function seeds(round: number) {
  return { clientRandom: seededRandom(`client ${round}`), serverRandom: seededRandom(`server ${round}`) }
}

/** Plays one role; the other's messages come from the record. */
async function expectAnswer(definition: ScriptedKeyExchangeDefinition, vector: ScriptedVector): Promise<void> {
  const messages = vector.messages.map(({ from, number, payload }): SentMessage => ({ from, number, payload: toBytes(payload) }))
  const [ours, theirs] = [messages.filter(({ from }) => from === vector.role), messages.filter(({ from }) => from !== vector.role)]
  const io = playback(ours, theirs, vector)
  const signature = toBytes(vector.signature)
  const notary = new Notary(definition, signature)
  if (vector.role === 'client') {
    const outcome: KexClientOutcome = await definition.runClient(io)
    expectBytes('the host key', outcome.hostKey, toBytes(vector.hostKey))
    expectBytes('the signature', outcome.signature, signature)
    notary.signed = outcome
  } else {
    await definition.runServer({ ...io, hostKey: toBytes(vector.hostKey), sign: (outcome) => notary.sign(outcome) })
  }
  expectBytes('the shared secret', notary.signed?.sharedSecret, toBytes(vector.sharedSecret))
  expectBytes('the transcript', notary.signed?.transcript, toBytes(vector.transcript))
  expectThat(ours.length === 0, 'every message that was recorded', `that ${ours.length} at the end were not sent`)
}

function playback(ours: SentMessage[], theirs: SentMessage[], { random }: ScriptedVector): KexIO {
  return {
    random: recordedRandom(toBytes(random)),
    send(number, payload) {
      const expected = ours.shift()
      if (expected?.number !== number) throw failure(`message ${expected?.number ?? 'none'} to be sent`, `message ${number}`)
      expectBytes(`message ${number}`, payload, expected.payload)
    },
    async receive(...numbers) {
      const message = theirs.shift()
      if (message === undefined || !numbers.includes(message.number)) {
        throw failure(`message ${message?.number ?? 'none'} to be awaited`, `that ${numbers.join(' or ')} was`)
      }
      return message
    },
  }
}
