import { createHash } from 'node:crypto'
import type { KexIO, KexMessage, ScriptedKeyExchangeDefinition } from '@seashell/core'
import { bigIntToBytes, concatBytes, SSHError, WireWriter } from '@seashell/core/wire'
import { defineGroupExchange } from '@seashell/kex-dh'
import { defineRsaKeyExchange } from '@seashell/kex-rsa'
import { seededRandom } from '@seashell/test-support'
import { checkRefusal, expect } from '../invariants.ts'
import { Input, sized } from '../support/input.ts'
import { rsaKeyPair, smallGroup } from '../support/samples.ts'
import { toyPublicKey, toySignature } from '../support/toys.ts'
import type { Outcome, Target } from '../target.ts'

const refusal = { codes: ['KEY_EXCHANGE', 'MALFORMED'], faults: ['peer'] } as const

/** A method asked for a message, and the input has no more, or another than it takes: core would end the connection. */
class Ended extends SSHError {
  constructor() {
    super('PROTOCOL', 'the input ends, or has another message', { fault: 'peer' })
  }
}

/** The messages of an input: pairs of number and payload. */
function ioOf(input: Input, sent: KexMessage[]): KexIO {
  return {
    random: seededRandom('io'),
    send: (number, payload) => sent.push({ number, payload }),
    async receive(...numbers) {
      const number = 30 + (input.byte() % 20)
      const payload = input.bytes()
      if (!numbers.includes(number)) throw new Ended()
      return { number, payload }
    },
  }
}

/** Fuzzes a method with messages of its own in both roles: the first byte says which. */
function defineScriptedTarget(
  name: string,
  definition: ScriptedKeyExchangeDefinition,
  seeds: () => Promise<Uint8Array[]>,
  mutations: number,
): Target {
  const run = async (data: Uint8Array): Promise<Outcome> => {
    const input = new Input(data)
    const isClient = input.byte() % 2 === 0
    const sent: KexMessage[] = []
    const io = ioOf(input, sent)
    try {
      const outcome = isClient
        ? await definition.runClient(io)
        : await definition.runServer({ ...io, hostKey: toyPublicKey, sign: async () => toySignature() })
      expect(outcome.sharedSecret.length > 0 && outcome.transcript.length > 0, 'an exchange leaves a secret and a transcript')
      return 'accepted'
    } catch (error) {
      if (!(error instanceof Ended)) checkRefusal(error, refusal)
      return 'refused'
    } finally {
      expect(sent.length <= 3 && sent.every(({ payload }) => payload.length < 4096), 'a method sends little')
    }
  }
  return { name, mutations, seeds, run }
}

function message(number: number, payload: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(number - 30), sized(payload))
}

/** Diffie-Hellman group exchange (RFC 4419), in groups that cost little. NO SECURITY. */
export const kexGroupExchange: Target = defineScriptedTarget(
  'kex-group-exchange',
  defineGroupExchange({
    name: 'small-groups@example.com',
    hash: (data) => new Uint8Array(createHash('sha256').update(data).digest()),
    moduli: [smallGroup],
    sizes: { min: 512, preferred: 768, max: 1024 },
  }),
  async () => {
    const value = new WireWriter().writeMpint(new Uint8Array(90).fill(7)).finish()
    const group = new WireWriter().writeMpint(bigIntToBytes(smallGroup.prime)).writeMpint(Uint8Array.of(2)).finish()
    const reply = new WireWriter().writeString(toyPublicKey).writeBytes(value).writeString(toySignature()).finish()
    const request = new WireWriter().writeUint32(512).writeUint32(768).writeUint32(1024).finish()
    return [
      concatBytes(Uint8Array.of(0), message(31, group), message(33, reply)),
      concatBytes(Uint8Array.of(1), message(34, request), message(32, value)),
      concatBytes(Uint8Array.of(1), message(30, request.slice(4, 8)), message(32, value)),
    ]
  },
  100,
)

/** What a client encrypts to the server whose key is always the same, for a seed. */
async function encryptedSecret(definition: ScriptedKeyExchangeDefinition): Promise<Uint8Array> {
  const sent: KexMessage[] = []
  const key = new WireWriter().writeString(toyPublicKey).writeString(rsaKeyPair().publicKey).finish()
  const done = new WireWriter().writeString(toySignature()).finish()
  await definition.runClient(ioOf(new Input(concatBytes(message(30, key), message(32, done))), sent))
  return sent[0]!.payload
}

const rsaKeyExchange = defineRsaKeyExchange({
  name: 'fixed-key@example.com',
  hash: (data) => new Uint8Array(createHash('sha256').update(data).digest()),
  minimumBits: 1024,
  generateKey: rsaKeyPair,
})

/** RSA key exchange (RFC 4432). The server's key is not transient: NO SECURITY. */
export const kexRsa: Target = defineScriptedTarget(
  'kex-rsa',
  rsaKeyExchange,
  async () => {
    const key = new WireWriter().writeString(toyPublicKey).writeString(rsaKeyPair().publicKey).finish()
    const done = new WireWriter().writeString(toySignature()).finish()
    return [
      concatBytes(Uint8Array.of(0), message(30, key), message(32, done)),
      concatBytes(Uint8Array.of(1), message(31, await encryptedSecret(rsaKeyExchange))),
    ]
  },
  60,
)
