import type { AeadCipherDefinition, Opener } from '@seashell/core'
import { extended, flipped } from '../bytes.ts'
import type { Check } from '../check.ts'
import { expectRefusal, expectThat, NOT_AUTHENTIC } from '../expect.ts'
import { process } from '../packets/model.ts'
import { seededRandom } from '../random.ts'
import { aeadModel, LENGTH_FIELD_LENGTH, packet, receive } from './aead-model.ts'

/** The checks that nothing but what was sealed is opened, in its turn, once. */
export function aeadRefusalChecks(definition: AeadCipherDefinition): Check[] {
  const inSession = (run: (session: Session) => Promise<void>) => () => run(new Session(definition))
  return [
    { name: 'refuses a packet with any one byte changed', run: inSession(expectFlipsRefused) },
    { name: 'refuses a packet whose tag is all zeros', run: inSession(expectNoTagRefused) },
    { name: 'refuses a packet that was cut short', run: inSession(expectCutsRefused) },
    { name: 'refuses a packet with bytes after it', run: inSession(expectMoreRefused) },
    { name: 'refuses a packet out of its turn, or twice', run: inSession(expectTurns) },
    { name: 'an opener that refused a packet opens no other', run: inSession(expectFailedForGood) },
    { name: 'a packet that was refused leaves no plaintext behind', run: inSession(expectNothingLeft) },
  ]
}

/** One key, and a sealer that packets come from. */
export class Session {
  readonly definition: AeadCipherDefinition
  readonly #random = seededRandom('refusals')
  readonly #key: Uint8Array
  readonly #iv: Uint8Array
  readonly #seal: (sequence: number, plaintext: Uint8Array) => Uint8Array

  constructor(definition: AeadCipherDefinition) {
    this.definition = definition
    this.#key = this.#random(definition.keyLength)
    this.#iv = this.#random(definition.ivLength)
    const { outgoing } = aeadModel(definition)
    const running = outgoing.create(new Uint8Array(this.#key), new Uint8Array(this.#iv))
    this.#seal = (sequence, plaintext) => process(outgoing, running, sequence, plaintext)
  }

  /** The next packet in clear and sealed. */
  next(sequence: number, length: number): { readonly plaintext: Uint8Array; readonly sealed: Uint8Array } {
    const plaintext = packet(this.definition, this.#random, length)
    return { plaintext, sealed: this.#seal(sequence, plaintext) }
  }

  /** What takes its packets, from the first on. */
  opener(): Opener {
    return this.definition.createOpener(new Uint8Array(this.#key), new Uint8Array(this.#iv))
  }

  /** Fails unless a fresh opener refuses it. */
  async expectRefused(what: string, sequence: number, arrived: Uint8Array): Promise<void> {
    const opener = this.opener()
    await expectRefusal(what, () => receive(opener, sequence, new Uint8Array(arrived)), NOT_AUTHENTIC)
  }
}

async function expectFlipsRefused(session: Session): Promise<void> {
  const { sealed } = session.next(9, 90)
  for (let index = 0; index < sealed.length; index++) {
    await session.expectRefused(`a packet of ${sealed.length} bytes with byte ${index} changed`, 9, flipped(sealed, index))
  }
}

async function expectNoTagRefused(session: Session): Promise<void> {
  const { sealed } = session.next(9, 40)
  await session.expectRefused('a packet whose tag is all zeros', 9, sealed.fill(0, sealed.length - session.definition.tagLength))
}

async function expectCutsRefused(session: Session): Promise<void> {
  const { sealed } = session.next(9, 40)
  for (let length = session.opener().headLength; length < sealed.length; length++) {
    await session.expectRefused(`a packet of ${sealed.length} bytes cut to ${length}`, 9, sealed.subarray(0, length))
  }
}

async function expectMoreRefused(session: Session): Promise<void> {
  const { sealed } = session.next(9, 40)
  const { blockLength, tagLength } = session.definition
  for (const more of [1, blockLength, tagLength]) {
    await session.expectRefused(`a packet with ${more} bytes after it`, 9, extended(sealed, more))
  }
}

async function expectTurns(session: Session): Promise<void> {
  const [first, second] = [session.next(0, 40), session.next(1, 40)]
  await session.expectRefused('the second packet in the place of the first', 0, second.sealed)
  const opener = session.opener()
  receive(opener, 0, new Uint8Array(first.sealed))
  await expectRefusal('the first packet a second time', () => receive(opener, 1, new Uint8Array(first.sealed)), NOT_AUTHENTIC)
}

async function expectFailedForGood(session: Session): Promise<void> {
  const { sealed } = session.next(0, 40)
  const opener = session.opener()
  const damaged = flipped(sealed, sealed.length - 1)
  await expectRefusal('a packet whose tag is wrong', () => receive(opener, 0, damaged), NOT_AUTHENTIC)
  for (const sequence of [0, 1]) {
    const again = () => receive(opener, sequence, new Uint8Array(sealed))
    await expectRefusal(`the right packet as number ${sequence}, after one that was refused,`, again, NOT_AUTHENTIC)
  }
}

/** Core drops a packet that was refused, but its buffer may be seen by others; only the head may have been decrypted for its length. */
async function expectNothingLeft(session: Session): Promise<void> {
  const { plaintext, sealed } = session.next(0, 90)
  const opener = session.opener()
  const arrived = flipped(sealed, sealed.length - 1)
  await expectRefusal('a packet whose tag is wrong', () => receive(opener, 0, arrived), NOT_AUTHENTIC)
  const start = Math.max(opener.headLength, LENGTH_FIELD_LENGTH)
  for (let index = start; index + 8 <= plaintext.length; index++) {
    const bytes = plaintext.subarray(index, index + 8)
    const isThere = bytes.every((byte, offset) => arrived[index + offset] === byte)
    expectThat(!isThere, 'no plaintext where a packet was refused', `bytes ${index} to ${index + 8} of it`)
  }
}

/** The check that the length is told by the head. */
export function aeadHeadCheck(definition: AeadCipherDefinition): Check {
  return {
    name: 'an opener says how long a head tells the length',
    run() {
      const { headLength } = new Session(definition).opener()
      const most = LENGTH_FIELD_LENGTH + definition.blockLength
      const fits = Number.isInteger(headLength) && headLength >= LENGTH_FIELD_LENGTH && headLength <= most
      expectThat(fits, `headLength from ${LENGTH_FIELD_LENGTH} to ${most} bytes`, String(headLength))
    },
  }
}
