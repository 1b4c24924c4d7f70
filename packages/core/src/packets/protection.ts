import type {
  AeadCipherDefinition,
  CipherDefinition,
  CipherStream,
  MacDefinition,
  MacInstance,
  Opener,
  Sealer,
} from '../algorithms/definition.ts'
import { noneCipher, noneMac } from '../algorithms/none.ts'
import { SSHError } from '../errors.ts'
import { DisconnectReasons } from '../messages.ts'
import { equalBytesConstantTime, readUint32 } from '../wire/bytes.ts'

/** Bytes of the packet length field (RFC 4253 §6). */
export const LENGTH_FIELD_LENGTH = 4

/**
 * How the packets of one direction are protected: whatever the cipher's sort and the MAC's framing, a sealer or an opener, and the three
 * numbers that framing needs. So nothing else knows that there are three framings.
 */
export interface Protection<Engine extends Sealer | Opener> {
  /** The cipher. */
  readonly cipher: CipherDefinition
  /** The MAC; absent where the cipher authenticates by itself. */
  readonly mac: MacDefinition | undefined
  /** What seals or opens. */
  readonly engine: Engine
  /** Packets are padded to a multiple of so many bytes. */
  readonly blockLength: number
  /** What is padded: the packet without its length field, or with it. */
  readonly alignment: 'body' | 'packet'
  /** Bytes of tag after each packet. */
  readonly tagLength: number
  /**
   * Incoming, where a length that is not authentic yet must not tell an attacker anything (CVE-2008-5161): does with whole blocks what opening
   * them would, and forgets the outcome. A packet that fails is then no shorter than any other.
   */
  readonly waste?: (sequence: number, blocks: Uint8Array) => void
}

/** The keys of one direction (RFC 4253 §7.2). */
export interface DirectionKeys {
  /** The cipher's key. */
  readonly key: Uint8Array
  /** The cipher's initial vector. */
  readonly iv: Uint8Array
  /** The MAC's key. */
  readonly macKey: Uint8Array
}

/** How many bytes of each key a direction needs. */
export function keyLengths(cipher: CipherDefinition, mac: MacDefinition | undefined): { key: number; iv: number; macKey: number } {
  return { key: cipher.keyLength, iv: cipher.ivLength, macKey: mac?.keyLength ?? 0 }
}

/** Protects what we send. */
export function protectOutgoing(cipher: CipherDefinition, mac: MacDefinition | undefined, keys: DirectionKeys): Protection<Sealer> {
  if (cipher.integrity === 'aead') return protectionByAEAD(cipher, cipher.createSealer(keys.key, keys.iv))
  const paired = mac ?? noneMac
  const stream = cipher.createEncryptor(keys.key, keys.iv)
  const signer = paired.create(keys.macKey)
  const engine = paired.encryptThenMac ? encryptThenMac(stream, signer, paired) : encryptAndMac(stream, signer, paired)
  return protectionByPair(cipher, paired, engine)
}

/** Takes the protection off what we receive. */
export function protectIncoming(cipher: CipherDefinition, mac: MacDefinition | undefined, keys: DirectionKeys): Protection<Opener> {
  if (cipher.integrity === 'aead') return protectionByAEAD(cipher, cipher.createOpener(keys.key, keys.iv))
  const paired = mac ?? noneMac
  const stream = cipher.createDecryptor(keys.key, keys.iv)
  const signer = paired.create(keys.macKey)
  const engine = paired.encryptThenMac ? macThenDecrypt(stream, signer, paired) : decryptAndMac(stream, signer, paired, cipher.blockLength)
  const protection = protectionByPair(cipher, paired, engine)
  if (cipher.chained !== true || paired.encryptThenMac) return protection
  const waste = (sequence: number, blocks: Uint8Array): void => {
    stream.transform(blocks)
    signer.sign(sequence, blocks)
  }
  return { ...protection, waste }
}

const noKeys: DirectionKeys = /* @__PURE__ */ Object.freeze({
  key: /* @__PURE__ */ new Uint8Array(0),
  iv: /* @__PURE__ */ new Uint8Array(0),
  macKey: /* @__PURE__ */ new Uint8Array(0),
})

/** How every connection begins: without protection (RFC 4253 §6), of which nothing is any connection's own. */
export const unprotectedOutgoing: Protection<Sealer> = /* @__PURE__ */ protectOutgoing(noneCipher, noneMac, noKeys)

/** How every connection begins: without protection (RFC 4253 §6), of which nothing is any connection's own. */
export const unprotectedIncoming: Protection<Opener> = /* @__PURE__ */ protectIncoming(noneCipher, noneMac, noKeys)

function protectionByAEAD<Engine extends Sealer | Opener>(cipher: AeadCipherDefinition, engine: Engine): Protection<Engine> {
  const { blockLength, alignment, tagLength } = cipher
  return { cipher, mac: undefined, engine, blockLength, alignment, tagLength }
}

function protectionByPair<Engine extends Sealer | Opener>(
  cipher: CipherDefinition,
  mac: MacDefinition,
  engine: Engine,
): Protection<Engine> {
  const alignment = mac.encryptThenMac ? 'body' : 'packet'
  return { cipher, mac, engine, blockLength: cipher.blockLength, alignment, tagLength: mac.macLength }
}

// MAC over the plaintext packet, length included; everything but the tag is encrypted (RFC 4253 §6.4).
function encryptAndMac(stream: CipherStream, signer: MacInstance, mac: MacDefinition): Sealer {
  return {
    seal(sequence, packet) {
      const end = packet.length - mac.macLength
      const plain = packet.subarray(0, end)
      packet.set(signer.sign(sequence, plain), end)
      stream.transform(plain)
    },
    destroy: () => destroyBoth(stream, signer),
  }
}

// Length in clear, the rest encrypted, MAC over both (OpenSSH PROTOCOL §1.5).
function encryptThenMac(stream: CipherStream, signer: MacInstance, mac: MacDefinition): Sealer {
  return {
    seal(sequence, packet) {
      const end = packet.length - mac.macLength
      stream.transform(packet.subarray(LENGTH_FIELD_LENGTH, end))
      packet.set(signer.sign(sequence, packet.subarray(0, end)), end)
    },
    destroy: () => destroyBoth(stream, signer),
  }
}

function decryptAndMac(stream: CipherStream, signer: MacInstance, mac: MacDefinition, blockLength: number): Opener {
  return {
    headLength: blockLength,
    readLength(_sequence, head) {
      stream.transform(head)
      return readUint32(head, 0)
    },
    open(sequence, packet) {
      const end = packet.length - mac.macLength
      // The first block was decrypted, in place, for its length.
      stream.transform(packet.subarray(blockLength, end))
      expectTag(packet.subarray(end), signer.sign(sequence, packet.subarray(0, end)))
      return packet.subarray(LENGTH_FIELD_LENGTH, end)
    },
    destroy: () => destroyBoth(stream, signer),
  }
}

function macThenDecrypt(stream: CipherStream, signer: MacInstance, mac: MacDefinition): Opener {
  return {
    headLength: LENGTH_FIELD_LENGTH,
    readLength: (_sequence, head) => readUint32(head, 0),
    open(sequence, packet) {
      const end = packet.length - mac.macLength
      expectTag(packet.subarray(end), signer.sign(sequence, packet.subarray(0, end)))
      const body = packet.subarray(LENGTH_FIELD_LENGTH, end)
      if (stream.transformToNew !== undefined) return stream.transformToNew(body)
      stream.transform(body)
      return body
    },
    release: (body) => stream.release?.(body),
    destroy: () => destroyBoth(stream, signer),
  }
}

function expectTag(found: Uint8Array, expected: Uint8Array): void {
  if (equalBytesConstantTime(found, expected)) return
  throw new SSHError('MAC', 'a packet is not authentic: its MAC is wrong', { fault: 'peer', reason: DisconnectReasons.MAC_ERROR })
}

function destroyBoth(stream: CipherStream, signer: MacInstance): void {
  stream.destroy()
  signer.destroy()
}
