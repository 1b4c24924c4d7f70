import type { Definition } from './common.ts'

/** One direction of a block or stream cipher, between two key exchanges. */
export interface CipherStream {
  /**
   * Encrypts or decrypts in place. State lives on: the next call continues the stream.
   *
   * @param data a multiple of `blockLength` bytes, possibly none
   */
  transform(data: Uint8Array): void
  /**
   * What {@link transform} would leave in `data`, in an array that is new with each call and nobody else's; the stream goes on behind it as
   * behind that. For ciphers whose results come in memory of their own anyway: core calls it where that spares a copy. Absent: it calls
   * `transform`.
   *
   * @param data a multiple of `blockLength` bytes, possibly none; not changed
   */
  transformToNew?(data: Uint8Array): Uint8Array
  /**
   * Takes back an array that {@link transformToNew} made, once nobody looks at it any more, be it after `destroy()`: its memory may be used
   * again. Absent: it is left to the garbage collector.
   */
  release?(transformed: Uint8Array): void
  /** Wipes the key; whatever is called after it, but for itself and `release`, throws SSHError `CLOSED`, fault 'caller'. */
  destroy(): void
}

/**
 * A block or stream cipher. Core pairs it with a MAC, in both framings: the MAC over the plaintext (RFC 4253 §6.4), or over the
 * ciphertext with the length in clear (OpenSSH PROTOCOL §1.5).
 */
export interface MacCipherDefinition extends Definition<'cipher'> {
  readonly integrity: 'mac'
  /** Bytes of key. */
  readonly keyLength: number
  /** Bytes of initial vector. */
  readonly ivLength: number
  /** Packets are padded to a multiple of so many bytes, at least 8 (RFC 4253 §6). */
  readonly blockLength: number
  /** After so many bytes in one direction core asks for new keys (RFC 4344 §3.2); absent: the transport's own limit alone counts. */
  readonly keyLimit?: number
  /**
   * Whether a block decrypts to something of itself and the block before it alone, as with cipher block chaining: then an attacker may put a
   * block of an old packet where a length is expected, and what we do tells of its plaintext (CVE-2008-5161). With a MAC over the plaintext,
   * core lets a bad length and a bad MAC look the same: it reads on until the longest packet would be over, and ends the connection then.
   */
  readonly chained?: boolean
  /** Starts the outgoing direction. The arguments are neither kept nor changed; throws SSHError `ARGUMENT` where one has another length. */
  createEncryptor(key: Uint8Array, iv: Uint8Array): CipherStream
  /** Starts the incoming direction. The arguments are neither kept nor changed; throws SSHError `ARGUMENT` where one has another length. */
  createDecryptor(key: Uint8Array, iv: Uint8Array): CipherStream
}

/** The outgoing direction of an AEAD, between two key exchanges. */
export interface Sealer {
  /**
   * Seals one packet in place.
   *
   * @param sequence the packet's sequence number, 0–2^32−1
   * @param packet `uint32 packet length ‖ padding length ‖ payload ‖ padding ‖ tagLength bytes of room for the tag`
   */
  seal(sequence: number, packet: Uint8Array): void
  /** Wipes the key; whatever is called after it, but for itself, throws SSHError `CLOSED`, fault 'caller'. */
  destroy(): void
}

/** The incoming direction of an AEAD, between two key exchanges. */
export interface Opener {
  /** How many bytes of a packet tell its length: 4, or a block where the length is encrypted with the body. */
  readonly headLength: number
  /**
   * The packet length that a head tells (RFC 4253 §6: without itself and without the tag). Core calls it once a packet, in order, and
   * checks the value, which is not authentic yet, against its limits.
   *
   * @param sequence the packet's sequence number, 0–2^32−1
   * @param head the first `headLength` bytes as they came, at the place where {@link open} will find them; it may decrypt them in place
   */
  readLength(sequence: number, head: Uint8Array): number
  /**
   * Opens one packet: authentic bytes, or a throw; nothing in between. After a throw it never opens another.
   *
   * @param sequence the packet's sequence number, 0–2^32−1
   * @param packet `length ‖ body ‖ tag` as they came, but for what `readLength` decrypted; may be overwritten
   * @returns `padding length ‖ payload ‖ padding`: a view into `packet`, or an array that is new with each call and nobody else's
   * @throws SSHError `MAC` where the packet is not authentic; then no plaintext is left in `packet`
   */
  open(sequence: number, packet: Uint8Array): Uint8Array
  /**
   * Takes back an array that {@link open} made, once nobody looks at it any more: its memory may be used again. Absent: it is left to the
   * garbage collector.
   */
  release?(body: Uint8Array): void
  /** Wipes the key; whatever is called after it, but for itself, throws SSHError `CLOSED`, fault 'caller'. */
  destroy(): void
}

/** A cipher that authenticates what it encrypts. No MAC is negotiated for a direction that has one, unless it asks for its own name. */
export interface AeadCipherDefinition extends Definition<'cipher'> {
  readonly integrity: 'aead'
  /**
   * Whether its name must also be agreed on as the MAC (RFC 5647 §5.1). Core then offers the name among the MACs too; there is nothing to
   * register for it.
   */
  readonly negotiatesMAC?: boolean
  /** Bytes of key. */
  readonly keyLength: number
  /** Bytes of initial vector; 0 where nonces come from the sequence number alone. */
  readonly ivLength: number
  /** Packets are padded to a multiple of so many bytes, at least 8. */
  readonly blockLength: number
  /** What is padded to that multiple: the packet without its length field, or with it. */
  readonly alignment: 'body' | 'packet'
  /** Bytes of tag after each packet. */
  readonly tagLength: number
  /** After so many bytes in one direction core asks for new keys; absent: the transport's own limit alone counts. */
  readonly keyLimit?: number
  /** Starts the outgoing direction. The arguments are neither kept nor changed; throws SSHError `ARGUMENT` where one has another length. */
  createSealer(key: Uint8Array, iv: Uint8Array): Sealer
  /** Starts the incoming direction. The arguments are neither kept nor changed; throws SSHError `ARGUMENT` where one has another length. */
  createOpener(key: Uint8Array, iv: Uint8Array): Opener
}

/** A cipher of either sort; `integrity` tells which. */
export type CipherDefinition = MacCipherDefinition | AeadCipherDefinition
