import { createCipheriv } from 'node:crypto'

const PRIME = (1n << 130n) - 5n
const CLAMP = 0x0ffffffc0ffffffc0ffffffc0fffffffn

/** Poly1305 as RFC 8439 §2.5 defines it, in numbers: slow, and unlike those that are tested. */
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

/**
 * A packet of chacha20-poly1305@openssh.com by OpenSSL's ChaCha20 and {@link slowPoly1305}.
 *
 * @param key 64 bytes
 * @param packet `length ‖ padding length ‖ payload ‖ padding`; not changed
 * @returns what is sent, tag included
 */
export function sealChachaPacket(key: Uint8Array, sequence: number, packet: Uint8Array): Uint8Array {
  const [bodyKey, lengthKey] = [key.subarray(0, 32), key.subarray(32)]
  const length = opensslChacha20(lengthKey, sequence, 0, packet.subarray(0, 4))
  const body = opensslChacha20(bodyKey, sequence, 1, packet.subarray(4))
  const sealed = Buffer.concat([length, body])
  return Buffer.concat([sealed, slowPoly1305(sealed, opensslChacha20(bodyKey, sequence, 0, new Uint8Array(32)))])
}

/** ChaCha20 of OpenSSL, whose IV is `counter ‖ nonce`, the counter little-endian. */
function opensslChacha20(key: Uint8Array, sequence: number, counter: number, data: Uint8Array): Buffer {
  const iv = Buffer.alloc(16)
  iv.writeUInt32LE(counter, 0)
  iv.writeUInt32BE(sequence, 12)
  return createCipheriv('chacha20', key, iv).update(data)
}
