const PRIME = (1n << 130n) - 5n
const CLAMP = 0x0ffffffc0ffffffc0ffffffc0fffffffn

/** Poly1305 as RFC 8439 §2.5 defines it, in numbers: slow, and unlike the one that is tested. */
export function slowPoly1305(message: Uint8Array, key: Uint8Array): Uint8Array {
  const r = fromLittleEndian(key.subarray(0, 16)) & CLAMP
  let accumulator = 0n
  for (let offset = 0; offset < message.length; offset += 16) {
    const block = message.subarray(offset, offset + 16)
    accumulator = ((accumulator + fromLittleEndian(block) + (1n << BigInt(8 * block.length))) * r) % PRIME
  }
  const tag = accumulator + fromLittleEndian(key.subarray(16))
  return Uint8Array.from({ length: 16 }, (_, index) => Number((tag >> BigInt(8 * index)) & 0xffn))
}

function fromLittleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n)
}
