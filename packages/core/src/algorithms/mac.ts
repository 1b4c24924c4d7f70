import type { Definition } from './common.ts'

/** One direction of a MAC, between two key exchanges. */
export interface MacInstance {
  /**
   * The tag of one packet, `macLength` bytes.
   *
   * @param sequence the packet's sequence number, 0–2^32−1, which every MAC of SSH covers in its own way (RFC 4253 §6.4)
   * @param data the packet: in plain, or as `length ‖ ciphertext` with encrypt-then-MAC; not changed
   */
  sign(sequence: number, data: Uint8Array): Uint8Array
  /** Wipes the key; whatever is called after it, but for itself, throws SSHError `CLOSED`, fault 'caller'. */
  destroy(): void
}

/** A message authentication code. Core compares the tags, in constant time. */
export interface MacDefinition extends Definition<'mac'> {
  /** Bytes of key. */
  readonly keyLength: number
  /** Bytes of tag on the wire. */
  readonly macLength: number
  /** Whether it covers the ciphertext, with the length in clear (OpenSSH PROTOCOL §1.5), rather than the plaintext (RFC 4253 §6.4). */
  readonly encryptThenMac: boolean
  /** Starts one direction. The key is neither kept nor changed; throws SSHError `ARGUMENT` where it has another length. */
  create(key: Uint8Array): MacInstance
}
