import type { WireReader } from '../wire/reader.ts'

/** A value, or a promise of it: what platforms do synchronously here and asynchronously there. */
export type MaybePromise<T> = T | PromiseLike<T>

/** A source of random bytes fit for keys: returns an array of exactly `length` bytes, new with each call. */
export type Random = (length: number) => Uint8Array

/** A hash function: any number of bytes in, always the same number out, as a new array. */
export type Hash = (data: Uint8Array) => Uint8Array

/** The five kinds of algorithm that key exchange negotiates (RFC 4253 §7.1). */
export type AlgorithmKind = 'cipher' | 'mac' | 'key-exchange' | 'public-key' | 'compression'

/**
 * What all algorithms have in common. An algorithm is a frozen plain object: no class to extend, nothing that happens at import.
 */
export interface Definition<Kind extends AlgorithmKind = AlgorithmKind> {
  /** Which registry it belongs to. */
  readonly kind: Kind
  /** The version of these interfaces that it was written for; compared by value. */
  readonly apiVersion: 1
  /** Its name on the wire (RFC 4251 §6): printable US-ASCII, no comma, at most 64 characters. */
  readonly name: string
  /** Where its primitive comes from: 'noble', 'node:crypto', … For reports; never negotiated. */
  readonly provider: string
  /** One sentence why nobody should use it. Present: it is in no default list and used only when named. */
  readonly insecure?: string
}

// --- ciphers --------------------------------------------------------------------------------------------------------------------

/** One direction of a block or stream cipher, between two key exchanges. */
export interface CipherStream {
  /**
   * Encrypts or decrypts in place. State lives on: the next call continues the stream.
   *
   * @param data a multiple of `blockLength` bytes, possibly none
   */
  transform(data: Uint8Array): void
  /** Wipes the key; whatever is called after it, but for itself, throws SSHError `CLOSED`, fault 'caller'. */
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

// --- message authentication codes -----------------------------------------------------------------------------------------------

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

// --- key exchange ---------------------------------------------------------------------------------------------------------------

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

// --- public keys ----------------------------------------------------------------------------------------------------------------

/** A public key and its private half, both as SSH writes them. */
export interface KeyPair {
  /** The public key blob: `string key format ‖ …` (RFC 4253 §6.6). */
  readonly publicKey: Uint8Array
  /** The private fields as openssh-key-v1 stores them after the key format's name (OpenSSH PROTOCOL.key; draft-miller-ssh-agent §3.2). */
  readonly privateKey: Uint8Array
}

/**
 * A signature algorithm, apart from the format of its keys: `rsa-sha2-512` signs with keys of format `ssh-rsa` (RFC 8332).
 */
export interface PublicKeyDefinition extends Definition<'public-key'> {
  /** The name in front of its public key blobs. */
  readonly keyFormat: string
  /** The name in front of its signature blobs; certificates have another than `name`. */
  readonly signatureFormat: string
  /** What OpenSSH calls such keys when it shows a fingerprint: 'ED25519', 'RSA'. */
  readonly typeName: string
  /**
   * The size of a key as `ssh-keygen -l` shows it, in bits.
   *
   * @throws SSHError `KEY` where the blob is not a public key of this format, or one that is too weak or too large to accept
   */
  bitLength(publicKey: Uint8Array): number
  /**
   * Whether a signature is right.
   *
   * @param publicKey the public key blob
   * @param data what was signed
   * @param signature the signature blob: `string signatureFormat ‖ …`; false where it is malformed
   * @throws SSHError `KEY` as `bitLength` does
   */
  verify(publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array): MaybePromise<boolean>
  /** What holds the private key can do; absent where private keys never reach this program, as with security keys. */
  readonly privateKeys?: PrivateKeyOperations
  /** The same algorithm, held to a policy; absent where signatures say nothing about who made them. */
  withPolicy?(policy: SignaturePolicy): PublicKeyDefinition
}

/** What a signature has to prove of the person who made it, where it says such things: with security keys (OpenSSH PROTOCOL.u2f). */
export interface SignaturePolicy {
  /** Whether somebody must have touched the key; as the definition has it where absent. */
  readonly touchRequired?: boolean
  /** Whether the key must have verified its user, by PIN or fingerprint; as the definition has it where absent. */
  readonly verifyRequired?: boolean
}

/** What needs the private key, in a form that files, tests and generators share. */
export interface PrivateKeyOperations {
  /**
   * Reads the private fields that follow the key format's name in openssh-key-v1, and no more, and checks that they agree.
   *
   * @throws SSHError `KEY` or `MALFORMED` where they do not
   */
  read(reader: WireReader): KeyPair
  /**
   * Makes a new key pair.
   *
   * @param options.bits the size where the format leaves a choice (RSA)
   */
  generate(random: Random, options?: { readonly bits?: number }): MaybePromise<KeyPair>
  /**
   * Signs.
   *
   * @param privateKey the private fields, as in {@link KeyPair}
   * @returns the signature blob: `string signatureFormat ‖ …`
   */
  sign(privateKey: Uint8Array, data: Uint8Array): MaybePromise<Uint8Array>
}

/** Something that signs with one key, wherever that key is: in a file, an agent, a token, a cloud. */
export interface Signer {
  /** The public key blob. */
  readonly publicKey: Uint8Array
  /** The signature algorithms it can use with the key, most preferred first: wire names. */
  readonly algorithms: readonly string[]
  /**
   * Signs.
   *
   * @param data what to sign
   * @param algorithm one of `algorithms`
   * @param options.signal gives up waiting
   * @returns the signature blob: `string format ‖ …`
   */
  sign(data: Uint8Array, algorithm: string, options?: { readonly signal?: AbortSignalLike }): Promise<Uint8Array>
}

/** As much of the platform's `AbortSignal` as this library needs: a real one fits. */
export interface AbortSignalLike {
  /** Whether it has fired. */
  readonly aborted: boolean
  /** Why. */
  readonly reason: unknown
  /** Tells of its firing. */
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
  /** Forgets a listener. */
  removeEventListener(type: 'abort', listener: () => void): void
}

// --- compression ----------------------------------------------------------------------------------------------------------------

/** The compression state of one direction, between two key exchanges. */
export interface CompressionStream {
  /** Compresses one payload so that the peer can inflate all of it at once (a partial or sync flush, RFC 4253 §6.2). */
  compress(data: Uint8Array): Uint8Array
  /**
   * Inflates one payload.
   *
   * @param limit the most bytes it may become
   * @throws SSHError `COMPRESSION` where the data is corrupt or becomes more than that
   */
  decompress(data: Uint8Array, limit: number): Uint8Array
  /** Frees what it holds; of no use after it. */
  destroy(): void
}

/** A compression method (RFC 4253 §6.2). */
export interface CompressionDefinition extends Definition<'compression'> {
  /** Whether it starts only when the user is authenticated (zlib@openssh.com), rather than with the keys. */
  readonly delayed: boolean
  /** Starts one direction: only `compress` or only `decompress` is called on what it returns. */
  create(): CompressionStream
}

// --- all together ---------------------------------------------------------------------------------------------------------------

/** The definition type of each kind. */
export interface DefinitionOf {
  cipher: CipherDefinition
  mac: MacDefinition
  'key-exchange': KeyExchangeDefinition
  'public-key': PublicKeyDefinition
  compression: CompressionDefinition
}

/** A definition of any kind; `kind` tells which. */
export type AlgorithmDefinition = DefinitionOf[AlgorithmKind]

/** What a package exports and a registry takes: one definition, or a list of them. */
export type AlgorithmPack = AlgorithmDefinition | readonly AlgorithmDefinition[]
