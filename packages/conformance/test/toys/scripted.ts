import { createHash, randomBytes } from 'node:crypto'
import type { KexIO, KexOutcome, KexServerIO, ScriptedKeyExchangeDefinition } from '@seashell/core'
import { bigIntToBytes, bytesToBigInt, concatBytes, WireReader, WireWriter } from '@seashell/core/wire'
import { errors } from './errors.ts'
import { power, PRIME } from './kem.ts'

/** What can be wrong with {@link toyGroupExchange}. */
export type ScriptedFlaw =
  | 'the transcript leaves out the request'
  | 'the transcript leaves out the group'
  | 'the server signs another transcript than it returns'
  | 'the server asks for two signatures'
  | 'the server does not ask for a signature'
  | 'the host key is known beforehand'
  | 'the roles disagree'
  | 'the secret is always the same'
  | 'the randomness is its own'
  | 'bytes after a message are ignored'
  | 'what is missing is taken for nothing'
  | 'a public value of 1 is accepted'
  | 'refusals are plain Errors'
  | 'message 50 is used'
  | 'any message is awaited'

/**
 * Group exchange as RFC 4419 §3 has it, with one small group: request (34), group (31), e (32), reply (33). NO SECURITY IS CLAIMED.
 */
export function toyGroupExchange(flaw?: ScriptedFlaw): ScriptedKeyExchangeDefinition {
  const toy = new Toy((one) => flaw === one)
  return Object.freeze({
    kind: 'key-exchange',
    shape: 'scripted',
    apiVersion: 1,
    name: 'toy-group-exchange@example.org',
    provider: 'toy',
    hash: (data: Uint8Array) => new Uint8Array(createHash('sha256').update(data).digest()),
    secretFormat: 'mpint',
    postQuantum: false,
    runClient: (io: KexIO) => toy.runClient(io),
    runServer: (io: KexServerIO) => toy.runServer(io),
  } satisfies ScriptedKeyExchangeDefinition)
}

class Toy {
  readonly #has: (flaw: ScriptedFlaw) => boolean

  constructor(has: (flaw: ScriptedFlaw) => boolean) {
    this.#has = has
  }

  async runClient(io: KexIO) {
    const request = new WireWriter().writeUint32(256).finish()
    io.send(this.#has('message 50 is used') ? 50 : 34, request)
    const group = (await io.receive(...(this.#has('any message is awaited') ? [] : [31]))).payload
    const fields = this.#reader(group, 'the group')
    const [prime, generator] = [bytesToBigInt(fields.readMpint()), bytesToBigInt(fields.readMpint())]
    this.#end(fields)
    if (prime !== PRIME || generator !== 4n) throw this.#refuse('one of another group')

    const x = this.#exponent(io)
    const e = new WireWriter().writeMpint(bigIntToBytes(power(4n, x))).finish()
    io.send(32, e)
    const reply = this.#reader((await io.receive(33)).payload, 'the reply')
    const hostKey = new Uint8Array(reply.readString())
    const value = bytesToBigInt(reply.readMpint())
    const signature =
      this.#has('what is missing is taken for nothing') && reply.remainingLength < 4 ? new Uint8Array(0) : reply.readString()
    this.#end(reply)
    const sharedSecret = this.#agree(value, x)
    if (this.#has('the roles disagree')) sharedSecret.reverse()
    const f = new WireWriter().writeMpint(bigIntToBytes(value)).finish()
    const transcript = this.#transcript(request, group, e, f)
    return { hostKey: this.#has('the host key is known beforehand') ? hostKey.fill(0x4b) : hostKey, signature, sharedSecret, transcript }
  }

  async runServer(io: KexServerIO): Promise<KexOutcome> {
    const request = (await io.receive(34)).payload
    const fields = this.#reader(request, 'the request')
    if (!(this.#has('what is missing is taken for nothing') && request.length < 4) && fields.readUint32() < 256) {
      throw this.#refuse('one of a smaller group')
    }
    this.#end(fields)
    const group = new WireWriter().writeMpint(bigIntToBytes(PRIME)).writeMpint(Uint8Array.of(4)).finish()
    io.send(31, group)
    const { payload } = await io.receive(32)
    const reader = this.#reader(payload, 'e')
    const value = bytesToBigInt(reader.readMpint())
    this.#end(reader)
    const y = this.#exponent(io)
    const f = new WireWriter().writeMpint(bigIntToBytes(power(4n, y))).finish()
    const sharedSecret = this.#agree(value, y)
    const e = new WireWriter().writeMpint(bigIntToBytes(value)).finish()
    const outcome = { sharedSecret, transcript: this.#transcript(request, group, e, f) }
    const signature = await this.#sign(io, outcome)
    io.send(33, new WireWriter().writeString(io.hostKey).writeBytes(f).writeString(signature).finish())
    return this.#has('the server signs another transcript than it returns') ? { ...outcome, transcript: new Uint8Array(1) } : outcome
  }

  async #sign(io: KexServerIO, outcome: KexOutcome): Promise<Uint8Array> {
    if (this.#has('the server does not ask for a signature')) return new Uint8Array(32)
    if (this.#has('the server asks for two signatures')) await io.sign({ ...outcome, sharedSecret: new Uint8Array(outcome.sharedSecret) })
    return await io.sign(outcome)
  }

  #transcript(request: Uint8Array, group: Uint8Array, e: Uint8Array, f: Uint8Array): Uint8Array {
    const first = this.#has('the transcript leaves out the request') ? new Uint8Array(4) : request
    return concatBytes(first, this.#has('the transcript leaves out the group') ? new Uint8Array(0) : group, e, f)
  }

  #exponent(io: KexIO): bigint {
    return bytesToBigInt(this.#has('the randomness is its own') ? randomBytes(32) : io.random(32))
  }

  #agree(value: bigint, exponent: bigint): Uint8Array {
    const least = this.#has('a public value of 1 is accepted') ? 0n : 1n
    if (value <= least || value >= PRIME - 1n) throw this.#refuse('one out of range')
    if (this.#has('the secret is always the same')) return new Uint8Array(32).fill(1)
    return bigIntToBytes(power(value, exponent), 32)
  }

  #reader(payload: Uint8Array, what: string): WireReader {
    return new WireReader(payload, what)
  }

  #end(reader: WireReader): void {
    if (!this.#has('bytes after a message are ignored')) reader.end()
  }

  #refuse(what: string): Error {
    return this.#has('refusals are plain Errors') ? new Error(what) : errors.publicValue(what)
  }
}
