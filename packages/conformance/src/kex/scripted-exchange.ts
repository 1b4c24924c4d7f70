import type { KexClientOutcome, KexIO, KexOutcome, KexServerIO, Random, ScriptedKeyExchangeDefinition } from '@seashell/core'
import { concatBytes, equalBytes, WireWriter } from '@seashell/core/wire'
import { failure } from '../expect.ts'
import { seededRandom } from '../random.ts'
import { transmitted } from './kem-exchange.ts'
import { expectNumber, Lane, type SentMessage } from './lanes.ts'

/** What of a definition an exchange needs; any implementation of it may take either role. */
export type Scripted = Pick<ScriptedKeyExchangeDefinition, 'runClient' | 'runServer'>

/** How an exchange is run. */
export interface ScriptedSetting {
  /** The client. */
  readonly client: Scripted
  /** The server. */
  readonly server: Scripted
  /** The random source of the client; the same bytes in every run where absent. */
  readonly clientRandom?: Random
  /** The random source of the server; the same bytes in every run where absent. */
  readonly serverRandom?: Random
  /** Somebody in between: what arrives in place of the message that was sent. */
  readonly tamper?: (message: SentMessage, index: number) => Uint8Array
}

/** What core would make of an exchange. */
export interface ScriptedExchange {
  /** The messages as they were sent, in order. */
  readonly messages: readonly SentMessage[]
  /** What the client returned, or threw. */
  readonly client: Settled<KexClientOutcome>
  /** What the server had signed; undefined where it did not come to that. */
  readonly signed: KexOutcome | undefined
  /** What the server returned, or threw. */
  readonly server: Settled<KexOutcome>
  /** Whether core would find the host key's signature right: that is, whether both sides saw the same. */
  readonly isVerified: boolean
}

/** How a promise ended. */
type Settled<T> = { readonly value: T; readonly error?: undefined } | { readonly error: unknown; readonly value?: undefined }

/** K_S in these exchanges. */
export const hostKey: Uint8Array = /* @__PURE__ */ new Uint8Array(51).fill(0x4b)

/** Runs both roles against each other, joined in memory, as core does. */
export async function runScripted(definition: ScriptedKeyExchangeDefinition, setting: ScriptedSetting): Promise<ScriptedExchange> {
  const [toClient, toServer] = [new Lane(), new Lane()]
  const messages: SentMessage[] = []
  const send = (from: SentMessage['from'], lane: Lane) => (number: number, payload: Uint8Array) => {
    expectNumber(number)
    const message = { from, number, payload: new Uint8Array(payload) }
    messages.push(message)
    lane.push(number, new Uint8Array(setting.tamper?.(message, messages.length - 1) ?? payload))
  }
  const clientIO: KexIO = {
    random: setting.clientRandom ?? seededRandom('client'),
    send: send('client', toServer),
    receive: (...numbers) => toClient.receive(numbers),
  }
  const notary = new Notary(definition)
  const serverIO: KexServerIO = {
    random: setting.serverRandom ?? seededRandom('server'),
    send: send('server', toClient),
    receive: (...numbers) => toServer.receive(numbers),
    hostKey: new Uint8Array(hostKey),
    sign: (outcome) => notary.sign(outcome),
  }
  const [client, server] = await Promise.all([
    settle(setting.client.runClient(clientIO), () => toServer.end()),
    settle(setting.server.runServer(serverIO), () => toClient.end()),
  ])
  const isVerified =
    client.value !== undefined && equalBytes(client.value.signature, signatureOf(definition, client.value.hostKey, client.value))
  return { messages, client, signed: notary.signed, server, isVerified }
}

/** Signs as a host key would, once. What it signs with is no secret: all that counts is what the signature covers. */
export class Notary {
  readonly #definition: ScriptedKeyExchangeDefinition
  readonly #signature: Uint8Array | undefined
  /** What was signed. */
  signed: KexOutcome | undefined

  /** @param signature what to return, in place of one that can be verified */
  constructor(definition: ScriptedKeyExchangeDefinition, signature?: Uint8Array) {
    this.#definition = definition
    this.#signature = signature
  }

  /** The signature of an outcome, whose secret it wipes, as core does. */
  async sign(outcome: KexOutcome): Promise<Uint8Array> {
    if (this.signed !== undefined) throw failure('the server to have the exchange signed once', 'that it asks a second time')
    const { sharedSecret, transcript } = outcome
    this.signed = { sharedSecret: new Uint8Array(sharedSecret), transcript: new Uint8Array(transcript) }
    sharedSecret.fill(0)
    return this.#signature ?? signatureOf(this.#definition, hostKey, this.signed)
  }
}

/** A stand-in for a signature over the exchange hash: a hash over what that covers besides versions and KEXINITs (RFC 4253 §8). */
function signatureOf({ hash, secretFormat }: ScriptedKeyExchangeDefinition, key: Uint8Array, outcome: KexOutcome): Uint8Array {
  const secret = transmitted(secretFormat, outcome.sharedSecret)
  return hash(concatBytes(new WireWriter().writeString(key).finish(), outcome.transcript, new WireWriter().writeString(secret).finish()))
}

async function settle<T>(running: Promise<T>, done: () => void): Promise<Settled<T>> {
  try {
    return { value: await running }
  } catch (error) {
    return { error }
  } finally {
    done()
  }
}
