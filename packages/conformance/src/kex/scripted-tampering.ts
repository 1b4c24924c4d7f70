import type { ScriptedKeyExchangeDefinition } from '@seashell/core'
import { isSSHError } from '@seashell/core/wire'
import { extended, flipped, positions, toBytes, type Bytes } from '../bytes.ts'
import type { Check } from '../check.ts'
import { BAD_MESSAGE, describe, expectRefusedBy, expectThat, failure } from '../expect.ts'
import type { SentMessage } from './lanes.ts'
import { runScripted, type ScriptedExchange } from './scripted-exchange.ts'

/** A message that has to be refused. */
export interface RefusedMessage {
  /** What it is: 'a group of 512 bits'. */
  readonly what: string
  /** The number of the message in whose place it comes. */
  readonly number: number
  /** What comes. */
  readonly payload: Bytes
}

const FLIPS = 40

/** The checks that somebody in between, or a peer that sends what it should not, comes to nothing. */
export function scriptedTamperChecks(definition: ScriptedKeyExchangeDefinition, refused: readonly RefusedMessage[]): Check[] {
  return [
    { name: 'any byte changed on the way is noticed', run: () => expectFlipsNoticed(definition) },
    { name: 'refuses messages that are cut short', run: () => expectEachRefused(definition, cuts) },
    { name: 'refuses messages with bytes after their last field', run: () => expectEachRefused(definition, more) },
    ...refused.map(({ what, number, payload }) => ({
      name: `refuses ${what}`,
      run: () => expectRefused(definition, what, number, () => toBytes(payload)),
    })),
  ]
}

/** Noticed: a side throws, or the host key's signature does not verify. */
async function expectFlipsNoticed(definition: ScriptedKeyExchangeDefinition): Promise<void> {
  const { messages } = await run(definition)
  for (const [at, { number, payload }] of messages.entries()) {
    for (const index of positions(payload.length, FLIPS)) {
      const result = await run(definition, (message, order) => (order === at ? flipped(message.payload, index) : message.payload))
      const what = `message ${number} of ${payload.length} bytes with byte ${index} changed`
      expectThat(!result.isVerified || result.server.error !== undefined, `${what} to be noticed`, 'that it was not')
      for (const { error } of [result.client, result.server]) {
        expectThat(error === undefined || isSSHError(error), `an SSHError, if any, after ${what}`, describe(error))
      }
    }
  }
}

async function expectEachRefused(
  definition: ScriptedKeyExchangeDefinition,
  damage: (payload: Uint8Array) => readonly Uint8Array[],
): Promise<void> {
  const { messages } = await run(definition)
  for (const { number, payload } of messages) {
    for (const damaged of damage(payload)) {
      await expectRefused(definition, `message ${number} of ${damaged.length} bytes in place of ${payload.length}`, number, () => damaged)
    }
  }
}

function cuts(payload: Uint8Array): Uint8Array[] {
  return payload.length === 0 ? [] : positions(payload.length, FLIPS).map((length) => payload.slice(0, length))
}

function more(payload: Uint8Array): Uint8Array[] {
  return [extended(payload, 1), extended(payload, 4)]
}

async function expectRefused(
  definition: ScriptedKeyExchangeDefinition,
  what: string,
  number: number,
  replace: (payload: Uint8Array) => Uint8Array,
): Promise<void> {
  let receiver: 'client' | 'server' | undefined
  const result = await run(definition, (message) => {
    if (message.number !== number) return message.payload
    receiver = message.from === 'client' ? 'server' : 'client'
    return replace(message.payload)
  })
  if (receiver === undefined) throw failure(`a message ${number}, to put another in its place`, 'none')
  const { error } = result[receiver]
  if (error === undefined) throw failure(`${what} to be refused by the ${receiver}`, 'that it was accepted')
  expectRefusedBy(`${what}, by the ${receiver},`, error, BAD_MESSAGE)
}

function run(
  definition: ScriptedKeyExchangeDefinition,
  tamper?: (message: SentMessage, index: number) => Uint8Array,
): Promise<ScriptedExchange> {
  return runScripted(definition, { client: definition, server: definition, ...(tamper && { tamper }) })
}
