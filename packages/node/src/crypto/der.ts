import { Buffer } from 'node:buffer'

// Tags of DER (X.690 §8.1.2), as far as keys have them.

/** INTEGER. */
const INTEGER = 0x02
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

/** A number that is not negative, from its magnitude: no zeros in front, but one where its highest bit is set (X.690 §8.3). */
export function integer(magnitude: Uint8Array): Buffer {
  const start = magnitude.findIndex((byte) => byte !== 0)
  if (start < 0) return encode(INTEGER, [0])
  return encode(INTEGER, magnitude[start]! >= 0x80 ? [0] : [], magnitude.subarray(start))
}

/** One element of DER (X.690 §8.1), of at most 65,535 bytes within. */
export function encode(tag: number, ...parts: readonly (Uint8Array | readonly number[])[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Uint8Array.from(part)))
  return Buffer.concat([Uint8Array.of(tag, ...lengthOctets(content.length)), content])
}

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length]
  return length <= 0xff ? [0x81, length] : [0x82, length >> 8, length & 0xff]
}
