import type { Definition, Hash, MaybePromise, Random } from './common.ts'

/**
 * How a number or string of the exchange is encoded, on the wire and in the hashes. 'mpint': the bytes are the magnitude of a number, and
 * zeros in front do not count. 'string': every byte counts.
 */
export type KexFormat = 'mpint' | 'string'

interface KeyExchangeBase extends Definition<'key-exchange'> {
  /** The hash of the method: for the exchange hash and the keys (RFC 4253 §7.2, §8). */
  readonly hash: Hash
  /** How the shared secret K enters the hashes. */
  readonly secretFormat: KexFormat
  /** Whether it withstands a quantum computer, as far as anyone knows. */
  readonly postQuantum: boolean
}

/** What a client makes for one exchange. */
export interface KemKeyPair {
  /** What goes to the server: e, Q_C or C_INIT. Of format 'mpint': the magnitude. */
  readonly publicKey: Uint8Array
  /** What stays, in whatever form the definition likes; core hands it back once and wipes it. */
  readonly privateKey: Uint8Array
}

/** What a server makes of a client's public key. */
export interface KemEncapsulation {
  /** What goes back to the client: f, Q_S or S_REPLY. Of format 'mpint': the magnitude. */
  readonly ciphertext: Uint8Array
  /** The shared secret K; core wipes it. Of format 'mpint': the magnitude. */
  readonly sharedSecret: Uint8Array
}

/**
 * A key exchange of one message each way, 30 and 31: Diffie-Hellman (RFC 4253 §8), elliptic curves (RFC 5656 §4, RFC 8731) and every
 * hybrid (RFC 10042) are key encapsulation in this sense. Core runs the messages.
 *
 * Bad public values, wrong lengths included, make `encapsulate` and `decapsulate` throw SSHError `KEY_EXCHANGE`, fault 'peer'.
 */
export interface KemKeyExchangeDefinition extends KeyExchangeBase {
  readonly shape: 'kem'
  /** How public key and ciphertext are encoded. */
  readonly publicFormat: KexFormat
  /** The client's first step. */
  generate(random: Random): MaybePromise<KemKeyPair>
  /** The server's only step. */
  encapsulate(publicKey: Uint8Array, random: Random): MaybePromise<KemEncapsulation>
  /** The client's last step: the shared secret K. */
  decapsulate(privateKey: Uint8Array, ciphertext: Uint8Array): MaybePromise<Uint8Array>
}

/** A message of the key exchange method itself, 30–49. */
export interface KexMessage {
  /** Its number, 30–49. */
  readonly number: number
  /** What follows the number; its reader's own copy. */
  readonly payload: Uint8Array
}

/** What a scripted exchange can do, in either role. */
export interface KexIO {
  /** The source of random bytes. */
  readonly random: Random
  /** Sends message `number`, 30–49. */
  send(number: number, payload: Uint8Array): void
  /** Waits for a message with one of these numbers; any other of 30–49 ends the connection. */
  receive(...numbers: readonly number[]): Promise<KexMessage>
}

/** What a scripted exchange can do as server. */
export interface KexServerIO extends KexIO {
  /** K_S: the public key blob of the host key. */
  readonly hostKey: Uint8Array
  /**
   * Signs the exchange hash with the host key.
   *
   * @param outcome what the hash covers besides versions, KEXINITs and host key
   * @returns the signature blob, for the message that carries it
   */
  sign(outcome: KexOutcome): Promise<Uint8Array>
}

/** What an exchange leaves behind: the parts of the exchange hash that are the method's own. */
export interface KexOutcome {
  /** The shared secret K, in `secretFormat`; core wipes it. */
  readonly sharedSecret: Uint8Array
  /** What stands between K_S and K in the exchange hash, encoded: `mpint e ‖ mpint f`, for example. */
  readonly transcript: Uint8Array
}

/** What it leaves behind at the client, which core has yet to verify. */
export interface KexClientOutcome extends KexOutcome {
  /** K_S as received. */
  readonly hostKey: Uint8Array
  /** The signature blob as received. */
  readonly signature: Uint8Array
}

/** A key exchange with a message flow of its own: group exchange (RFC 4419), RSA (RFC 4432), GSS (RFC 4462). */
export interface ScriptedKeyExchangeDefinition extends KeyExchangeBase {
  readonly shape: 'scripted'
  /** Runs the client's side. Core verifies host key and signature of what it returns. */
  runClient(io: KexIO): Promise<KexClientOutcome>
  /** Runs the server's side; it calls `io.sign` and sends what that gives. */
  runServer(io: KexServerIO): Promise<KexOutcome>
}

/** A key exchange of either shape. */
export type KeyExchangeDefinition = KemKeyExchangeDefinition | ScriptedKeyExchangeDefinition
