import type { CipherStream, MacCipherDefinition } from '@seashell/core'
import type { Model, Running } from '../packets/model.ts'

/** A block or stream cipher as a {@link Model}: what it makes of a packet is as long as that, and the sequence number does not count. */
export function macCipherModel(definition: MacCipherDefinition): Model {
  const { keyLength, ivLength, blockLength } = definition
  return {
    keyLength,
    ivLength,
    plaintext: (random, length) => random(Math.ceil(length / blockLength) * blockLength),
    outgoing: { starter: 'createEncryptor', prepare: copy, create: (key, iv) => running(definition.createEncryptor(key, iv)) },
    incoming: { starter: 'createDecryptor', prepare: copy, create: (key, iv) => running(definition.createDecryptor(key, iv)) },
  }
}

function copy(input: Uint8Array): Uint8Array {
  return new Uint8Array(input)
}

function running(stream: CipherStream): Running {
  return {
    run(_sequence, prepared) {
      stream.transform(prepared)
      return prepared
    },
    destroy: () => stream.destroy(),
  }
}
