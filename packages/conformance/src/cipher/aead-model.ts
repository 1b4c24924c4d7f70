import type { AeadCipherDefinition, Opener, Random } from '@seashell/core'
import { concatBytes, writeUint32 } from '@seashell/core/wire'
import { extended } from '../bytes.ts'
import { failure } from '../expect.ts'
import type { Model } from '../packets/model.ts'

/** Bytes of the packet length field (RFC 4253 §6). */
export const LENGTH_FIELD_LENGTH = 4

/** An AEAD as a {@link Model}: its plaintext is `length ‖ padding length ‖ payload ‖ padding`, what it makes of it has the tag at the end. */
export function aeadModel(definition: AeadCipherDefinition): Model {
  const { keyLength, ivLength, tagLength } = definition
  return {
    keyLength,
    ivLength,
    plaintext: (random, length) => packet(definition, random, length),
    outgoing: {
      starter: 'createSealer',
      prepare: (input) => extended(input, tagLength),
      create(key, iv) {
        const sealer = definition.createSealer(key, iv)
        return {
          run(sequence, prepared) {
            sealer.seal(sequence, prepared)
            return prepared
          },
          destroy: () => sealer.destroy(),
        }
      },
    },
    incoming: {
      starter: 'createOpener',
      prepare: (input) => new Uint8Array(input),
      create(key, iv) {
        const opener = definition.createOpener(key, iv)
        return { run: (sequence, prepared) => receive(opener, sequence, prepared), destroy: () => opener.destroy() }
      },
    },
  }
}

/** A packet in clear of at least `length` bytes, as long as the definition's blocks want it. */
export function packet(
  { blockLength, alignment }: Pick<AeadCipherDefinition, 'blockLength' | 'alignment'>,
  random: Random,
  length: number,
): Uint8Array {
  const counted = alignment === 'body' ? 0 : LENGTH_FIELD_LENGTH
  const least = Math.max(length, 16)
  const bodyLength = Math.ceil((least + counted) / blockLength) * blockLength - counted
  const head = new Uint8Array(LENGTH_FIELD_LENGTH)
  writeUint32(head, 0, bodyLength)
  const body = random(bodyLength)
  body[0] = 4
  return concatBytes(head, body)
}

/**
 * Receives a packet as core does: the head first, when no more has come; then the rest.
 *
 * @returns `length ‖ body`: what the head told, and what was opened
 */
export function receive(opener: Opener, sequence: number, arrived: Uint8Array): Uint8Array {
  const rest = new Uint8Array(arrived.subarray(opener.headLength))
  arrived.fill(0xa5, opener.headLength)
  const length = opener.readLength(sequence, arrived.subarray(0, opener.headLength))
  arrived.set(rest, opener.headLength)
  const body: unknown = opener.open(sequence, arrived)
  if (!(body instanceof Uint8Array)) throw failure('open() to return a Uint8Array', typeof body)
  const head = new Uint8Array(LENGTH_FIELD_LENGTH)
  writeUint32(head, 0, length)
  return concatBytes(head, body)
}
