import type { AeadCipherDefinition, Opener } from '@seashell/core'
import type { Check } from '../check.ts'
import { expectBytes } from '../expect.ts'
import { LENGTH_FIELD_LENGTH } from './aead-model.ts'
import { Session } from './aead-refusals.ts'

/** Lengths of packets: memory that is used again is tempting where it is long. */
const LENGTHS = [40, 20_000, 33_000, 300, 9000, 16]

/** The check that a body is whoever's asked for it until it is given back, and that giving it back is nobody else's business. */
export function aeadMemoryCheck(definition: AeadCipherDefinition): Check {
  return { name: 'what it opened stays as it is until it is given back', run: () => expectOpenedToStay(definition) }
}

function expectOpenedToStay(definition: AeadCipherDefinition): void {
  const session = new Session(definition)
  const opener = session.opener()
  const opened = LENGTHS.map((length, sequence) => {
    const { plaintext, sealed } = session.next(sequence, length)
    return { sequence, expected: plaintext.subarray(LENGTH_FIELD_LENGTH), body: openLikeCore(opener, sequence, sealed), sealed }
  })
  for (let turn = 0; turn < opened.length; turn++) {
    for (const { sequence, expected, body } of opened.slice(turn))
      expectBytes(`the body of packet ${sequence}, after others were opened and ${turn} of them given back,`, body, expected)
    const { body, sealed } = opened[turn]!
    // Core gives back what is not in the memory of the packet.
    if (body.buffer !== sealed.buffer) opener.release?.(body)
  }
}

function openLikeCore(opener: Opener, sequence: number, sealed: Uint8Array): Uint8Array {
  opener.readLength(sequence, sealed.subarray(0, opener.headLength))
  return opener.open(sequence, sealed)
}
