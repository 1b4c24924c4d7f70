import { type Cipher, createCipheriv, createDecipheriv, createHmac, type Decipher } from 'node:crypto'
import { poly1305 } from './poly1305.ts'
import { uint32 } from './wire.ts'

/** How packets of one direction are padded. */
export interface Framing {
  /** They are padded to a multiple of so many bytes. */
  readonly blockLength: number
  /** Whether the length field counts among them. */
  readonly lengthIsPadded: boolean
  /** Bytes behind the packet. */
  readonly tagLength: number
}

/** Turns `length ‖ padding length ‖ payload ‖ padding` into what goes on the wire. */
export interface Sealer extends Framing {
  seal(sequence: number, packet: Buffer): Buffer
}

/** The way back. It throws where a packet is not authentic: no peer of ours may send one. */
export interface Opener extends Framing {
  /** Bytes that tell the length. */
  readonly headLength: number
  readLength(sequence: number, head: Buffer): number
  /** @returns `length ‖ padding length ‖ payload ‖ padding` */
  open(sequence: number, wire: Buffer): Buffer
}

/** The keys of one direction (RFC 4253 §7.2), each as long as asked for. */
export interface Keys {
  readonly key: (length: number) => Buffer
  readonly iv: (length: number) => Buffer
  readonly mac: (length: number) => Buffer
}

/** How a connection begins. */
export const plain: Sealer & Opener = {
  blockLength: 8,
  lengthIsPadded: true,
  tagLength: 0,
  headLength: 4,
  seal: (_sequence, packet) => packet,
  readLength: (_sequence, head) => head.readUInt32BE(),
  open: (_sequence, wire) => wire,
}

/** What seals under a cipher and a MAC, by their names. */
export function sealer(cipher: string, mac: string, keys: Keys): Sealer {
  return cipher.startsWith('chacha20') ? chacha(keys) : cipher.includes('gcm') ? gcmSealer(cipher, keys) : pairedSealer(cipher, mac, keys)
}

/** What opens under them. */
export function opener(cipher: string, mac: string, keys: Keys): Opener {
  return cipher.startsWith('chacha20') ? chacha(keys) : cipher.includes('gcm') ? gcmOpener(cipher, keys) : pairedOpener(cipher, mac, keys)
}

// --- chacha20-poly1305@openssh.com (OpenSSH PROTOCOL.chacha20poly1305) ----------------------------------------------------------

function chacha(keys: Keys): Sealer & Opener {
  const key = keys.key(64)
  const [bodyKey, lengthKey] = [key.subarray(0, 32), key.subarray(32)]
  const tagOf = (sequence: number, sealed: Buffer): Buffer => poly1305(chacha20(bodyKey, sequence, 0, Buffer.alloc(32)), sealed)
  return {
    blockLength: 8,
    lengthIsPadded: false,
    tagLength: 16,
    headLength: 4,
    seal(sequence, packet) {
      const length = chacha20(lengthKey, sequence, 0, packet.subarray(0, 4))
      const sealed = Buffer.concat([length, chacha20(bodyKey, sequence, 1, packet.subarray(4))])
      return Buffer.concat([sealed, tagOf(sequence, sealed)])
    },
    readLength: (sequence, head) => chacha20(lengthKey, sequence, 0, head).readUInt32BE(),
    open(sequence, wire) {
      const sealed = wire.subarray(0, -16)
      expectTag(wire.subarray(-16), tagOf(sequence, sealed))
      const length = chacha20(lengthKey, sequence, 0, sealed.subarray(0, 4))
      return Buffer.concat([length, chacha20(bodyKey, sequence, 1, sealed.subarray(4))])
    },
  }
}

function chacha20(key: Buffer, sequence: number, block: number, bytes: Buffer): Buffer {
  const iv = Buffer.alloc(16)
  iv.writeUInt32LE(block)
  iv.writeUInt32BE(sequence, 12)
  return createCipheriv('chacha20', key, iv).update(bytes)
}

// --- aes-gcm (RFC 5647) ---------------------------------------------------------------------------------------------------------

const gcmFraming: Framing = { blockLength: 16, lengthIsPadded: false, tagLength: 16 }

function gcmSealer(cipher: string, keys: Keys): Sealer {
  const { algorithm, key, nonce } = gcm(cipher, keys)
  return {
    ...gcmFraming,
    seal(_sequence, packet) {
      const engine = createCipheriv(algorithm, key, nonce()).setAAD(packet.subarray(0, 4))
      return Buffer.concat([packet.subarray(0, 4), engine.update(packet.subarray(4)), engine.final(), engine.getAuthTag()])
    },
  }
}

function gcmOpener(cipher: string, keys: Keys): Opener {
  const { algorithm, key, nonce } = gcm(cipher, keys)
  return {
    ...gcmFraming,
    headLength: 4,
    readLength: (_sequence, head) => head.readUInt32BE(),
    open(_sequence, wire) {
      const engine = createDecipheriv(algorithm, key, nonce()).setAAD(wire.subarray(0, 4)).setAuthTag(wire.subarray(-16))
      return Buffer.concat([wire.subarray(0, 4), engine.update(wire.subarray(4, -16)), engine.final()])
    },
  }
}

function gcm(cipher: string, keys: Keys): { algorithm: 'aes-128-gcm' | 'aes-256-gcm'; key: Buffer; nonce: () => Buffer } {
  const algorithm = cipher.startsWith('aes128') ? 'aes-128-gcm' : 'aes-256-gcm'
  const iv = keys.iv(12)
  let invocation = iv.readBigUInt64BE(4)
  const nonce = (): Buffer => {
    const next = Buffer.from(iv)
    next.writeBigUInt64BE(invocation, 4)
    invocation = (invocation + 1n) & 0xffffffffffffffffn
    return next
  }
  return { algorithm, key: keys.key(algorithm === 'aes-128-gcm' ? 16 : 32), nonce }
}

// --- aes-ctr (RFC 4344 §4) and aes-cbc (RFC 4253 §6.3) with HMAC (RFC 6668), in both framings --------------------------------

interface Mac {
  readonly encryptThenMac: boolean
  readonly length: number
  tag(sequence: number, bytes: Buffer): Buffer
}

function pairedSealer(cipher: string, macName: string, keys: Keys): Sealer {
  const mac = hmac(macName, keys)
  const engine = aes(createCipheriv, cipher, keys)
  return {
    ...pairedFraming(mac),
    seal(sequence, packet) {
      if (!mac.encryptThenMac) return Buffer.concat([engine.update(packet), mac.tag(sequence, packet)])
      const sealed = Buffer.concat([packet.subarray(0, 4), engine.update(packet.subarray(4))])
      return Buffer.concat([sealed, mac.tag(sequence, sealed)])
    },
  }
}

function pairedOpener(cipher: string, macName: string, keys: Keys): Opener {
  const mac = hmac(macName, keys)
  const engine = aes(createDecipheriv, cipher, keys)
  let head: Buffer = Buffer.alloc(0)
  return {
    ...pairedFraming(mac),
    headLength: mac.encryptThenMac ? 4 : 16,
    readLength(_sequence, bytes) {
      head = mac.encryptThenMac ? bytes : engine.update(bytes)
      return head.readUInt32BE()
    },
    open(sequence, wire) {
      const sealed = wire.subarray(0, -mac.length)
      const packet = Buffer.concat([head, engine.update(sealed.subarray(head.length))])
      expectTag(wire.subarray(-mac.length), mac.tag(sequence, mac.encryptThenMac ? sealed : packet))
      return packet
    },
  }
}

function pairedFraming(mac: Mac): Framing {
  return { blockLength: 16, lengthIsPadded: !mac.encryptThenMac, tagLength: mac.length }
}

function aes<Engine extends Cipher | Decipher>(
  create: (algorithm: string, key: Buffer, iv: Buffer) => Engine,
  cipher: string,
  keys: Keys,
): Engine {
  const bits = Number(/\d+/.exec(cipher)![0])
  const engine = create(`aes-${bits}-${cipher.endsWith('cbc') ? 'cbc' : 'ctr'}`, keys.key(bits / 8), keys.iv(16))
  engine.setAutoPadding(false)
  return engine
}

function hmac(name: string, keys: Keys): Mac {
  const bits = name.includes('512') ? 512 : 256
  const key = keys.mac(bits / 8)
  return {
    encryptThenMac: name.includes('-etm'),
    length: bits / 8,
    tag: (sequence, bytes) => createHmac(`sha${bits}`, key).update(uint32(sequence)).update(bytes).digest(),
  }
}

function expectTag(found: Buffer, expected: Buffer): void {
  if (!found.equals(expected)) throw new Error('the code under test sent a packet that is not authentic')
}
