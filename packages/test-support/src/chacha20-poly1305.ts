import { createCipheriv } from 'node:crypto'

/**
 * draft-ietf-sshm-chacha20-poly1305-04, Appendix A: one packet of chacha20-poly1305@openssh.com, its keys, its sequence number and what is
 * sent. In hexadecimal, with spaces.
 */
export const chachaPacketVector = {
  source: 'draft-ietf-sshm-chacha20-poly1305-04, Appendix A',
  key: `
    8bbff6855fc102338c373e73aac0c914f076a905b2444a32eecaffeae22becc5
    e9b7a7a5825a8249346ec1c28301cf394543fc7569887d76e168f37562ac0740`,
  sequence: 7,
  packet: `
    00000048 06 5e00000000000000384c6f72656d20697073756d20646f6c6f722073697420616d65742c20
    636f6e7365637465747572206164697069736963696e6720656c6974 4e43e804dc6c`,
  sealed: `
    2c3ecce4 a5bc05895bf07a7ba956b6c68829ac7c83b780b7000ecde745afc705bbc378ce03a280236b87b5
    3bed5839662302b164b6286a48cd1e097138e3cb909b8b2b829dd18d2a35ff82d9 95349e855bf02c298ef775f2d1a7e8b8`,
} as const

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
