import type { AeadCipherDefinition, CipherDefinition, MacCipherDefinition, MaybePromise } from '@seashell/core'
import { toBytes, type Bytes } from '../bytes.ts'
import type { Check } from '../check.ts'
import { definitionCheck } from '../definition.ts'
import { evidenceCheck, vectorChecks, type Evidence, type Sourced } from '../evidence.ts'
import { expectBytes } from '../expect.ts'
import { agreementChecks } from '../packets/agreement.ts'
import { mannersChecks } from '../packets/manners.ts'
import { process, type Model, type PacketReference } from '../packets/model.ts'
import { aeadMemoryCheck } from './aead-memory.ts'
import { aeadModel } from './aead-model.ts'
import { aeadHeadCheck, aeadRefusalChecks } from './aead-refusals.ts'
import { macCipherModel } from './mac-cipher-model.ts'
import { newMemoryCheck } from './new-memory.ts'
import { repeatsCheck } from './repeats.ts'
import { splitsCheck } from './splits.ts'

/** A known answer of an AEAD: the first packet under a key. */
export interface AeadVector extends Sourced {
  /** The key. */
  readonly key: Bytes
  /** The initial vector; absent where the cipher has none. */
  readonly iv?: Bytes
  /** The sequence number. */
  readonly sequence: number
  /** `length ‖ padding length ‖ payload ‖ padding`. */
  readonly packet: Bytes
  /** What is sent, tag included. */
  readonly sealed: Bytes
}

/** A known answer of a block or stream cipher: the beginning of a stream. */
export interface MacCipherVector extends Sourced {
  /** The key. */
  readonly key: Bytes
  /** The initial vector; absent where the cipher has none. */
  readonly iv?: Bytes
  /** Whole blocks. */
  readonly plaintext: Bytes
  /** As many bytes. */
  readonly ciphertext: Bytes
}

/**
 * A second implementation of an AEAD: another definition; or a function that is given key and initial vector, and then packet after packet,
 * `length ‖ padding length ‖ payload ‖ padding`, and returns what is sent, tag included.
 */
export type AeadReference =
  | AeadCipherDefinition
  | ((key: Uint8Array, iv: Uint8Array) => (sequence: number, packet: Uint8Array) => MaybePromise<Uint8Array>)

/**
 * A second implementation of a block or stream cipher: another definition; or a function that is given key and initial vector, and then
 * whole blocks, again and again, and returns them encrypted.
 */
export type MacCipherReference =
  | MacCipherDefinition
  | ((key: Uint8Array, iv: Uint8Array) => (plaintext: Uint8Array) => MaybePromise<Uint8Array>)

/** What an AEAD is held against. */
export type AeadEvidence = Evidence<AeadVector, AeadReference>

/** What a block or stream cipher is held against. */
export type MacCipherEvidence = Evidence<MacCipherVector, MacCipherReference>

/**
 * What a cipher has to do right, for both directions: the bytes of its vectors and of its reference, packet after packet; to refuse what was
 * not sealed so; and to mind its own business.
 *
 * @example
 * ```ts
 * import { createCipheriv } from 'node:crypto'
 * import { aes256Ctr } from '@seashell/cipher-aes'
 * import { cipherChecks } from '@seashell/conformance'
 *
 * const checks = cipherChecks(aes256Ctr, {
 *   reference(key, iv) {
 *     const cipher = createCipheriv('aes-256-ctr', key, iv)
 *     return (plaintext) => cipher.update(plaintext)
 *   },
 * })
 * ```
 */
export function cipherChecks(definition: AeadCipherDefinition, evidence: AeadEvidence): Check[]
export function cipherChecks(definition: MacCipherDefinition, evidence: MacCipherEvidence): Check[]
export function cipherChecks(definition: CipherDefinition, evidence: AeadEvidence | MacCipherEvidence): Check[] {
  return definition.integrity === 'aead'
    ? aeadChecks(definition, evidence as AeadEvidence)
    : macCipherChecks(definition, evidence as MacCipherEvidence)
}

const cipherLengths = { keyLength: 1, ivLength: 0, blockLength: 8 }

function aeadChecks(definition: AeadCipherDefinition, evidence: AeadEvidence): Check[] {
  const model = aeadModel(definition)
  const members = {
    kind: 'cipher',
    functions: ['createSealer', 'createOpener'],
    lengths: { ...cipherLengths, tagLength: 1, ...keyLimit(definition) },
    choices: { integrity: ['aead'], alignment: ['body', 'packet'] },
  } as const
  return [
    definitionCheck(definition, members),
    aeadHeadCheck(definition),
    evidenceCheck(evidence),
    ...vectorChecks(evidence, ({ key, iv = '', sequence, packet, sealed }) =>
      expectAnswer(model, { key, iv, sequence, plaintext: packet, expected: sealed }),
    ),
    ...agreementChecks(model, aeadReference(evidence.reference)),
    repeatsCheck(model),
    ...aeadRefusalChecks(definition),
    aeadMemoryCheck(definition),
    ...mannersChecks(model),
  ]
}

function macCipherChecks(definition: MacCipherDefinition, evidence: MacCipherEvidence): Check[] {
  const model = macCipherModel(definition)
  const members = {
    kind: 'cipher',
    functions: ['createEncryptor', 'createDecryptor'],
    lengths: { ...cipherLengths, ...keyLimit(definition) },
    choices: { integrity: ['mac'] },
  } as const
  return [
    definitionCheck(definition, members),
    evidenceCheck(evidence),
    ...vectorChecks(evidence, ({ key, iv = '', plaintext, ciphertext }) =>
      expectAnswer(model, { key, iv, sequence: 0, plaintext, expected: ciphertext }),
    ),
    ...agreementChecks(model, macCipherReference(evidence.reference)),
    splitsCheck(definition),
    newMemoryCheck(definition),
    repeatsCheck(model),
    ...mannersChecks(model),
  ]
}

function keyLimit(definition: CipherDefinition): Record<string, number> {
  return definition.keyLimit === undefined ? {} : { keyLimit: 1 }
}

interface Answer {
  readonly key: Bytes
  readonly iv: Bytes
  readonly sequence: number
  readonly plaintext: Bytes
  readonly expected: Bytes
}

function expectAnswer({ outgoing, incoming }: Model, { key, iv, sequence, plaintext, expected }: Answer): void {
  const made = process(outgoing, outgoing.create(toBytes(key), toBytes(iv)), sequence, toBytes(plaintext))
  expectBytes('the ciphertext', made, toBytes(expected))
  const taken = process(incoming!, incoming!.create(toBytes(key), toBytes(iv)), sequence, toBytes(expected))
  expectBytes('the plaintext', taken, toBytes(plaintext))
}

function aeadReference(reference: AeadReference | undefined): PacketReference | undefined {
  return reference === undefined || typeof reference === 'function' ? reference : outgoingOf(aeadModel(reference))
}

function macCipherReference(reference: MacCipherReference | undefined): PacketReference | undefined {
  if (reference === undefined) return undefined
  if (typeof reference !== 'function') return outgoingOf(macCipherModel(reference))
  return (key, iv) => {
    const encrypt = reference(key, iv)
    return (_sequence, plaintext) => encrypt(plaintext)
  }
}

function outgoingOf({ outgoing }: Model): PacketReference {
  return (key, iv) => {
    const running = outgoing.create(key, iv)
    return (sequence, plaintext) => process(outgoing, running, sequence, plaintext)
  }
}
