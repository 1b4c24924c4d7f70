import { Buffer } from 'node:buffer'

// Tags of DER (X.690 §8.1.2), as far as keys have them.

/** BIT STRING. */
const BIT_STRING = 0x03
/** OCTET STRING. */
export const OCTET_STRING = 0x04
/** SEQUENCE. */
export const SEQUENCE = 0x30
/** [0] in place of the tag of a string. */
export const CONTEXT_0_PRIMITIVE = 0x80
/** [0], with something inside. */
export const CONTEXT_0 = 0xa0
/** [1], with something inside. */
export const CONTEXT_1 = 0xa1

/** Whole bytes: none of the last one's bits is unused. */
export function bitString(bytes: Uint8Array): Buffer {
  return encode(BIT_STRING, [0], bytes)
}

/** One element of DER (X.690 §8.1), of at most 255 bytes within. */
export function encode(tag: number, ...parts: readonly (Uint8Array | readonly number[])[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Uint8Array.from(part)))
  const length = content.length < 0x80 ? [content.length] : [0x81, content.length]
  return Buffer.concat([Uint8Array.of(tag, ...length), content])
}
