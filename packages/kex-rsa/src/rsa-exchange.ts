import type {
  Hash,
  KexClientOutcome,
  KexIO,
  KexOutcome,
  KexServerIO,
  PrivateKeyOperations,
  Random,
  ScriptedKeyExchangeDefinition,
} from '@seashell/core'
import { bigIntToBytes, bytesToBigInt, isSSHError, keyExchangeFailed, WireReader, WireWriter } from '@seashell/core/wire'
import {
  generatePrivateKey,
  privateOperation,
  publicOperation,
  readPrivateFields,
  readPublicKey,
  type RsaPrivateKey,
  type RsaPublicKey,
} from '@seashell/key-rsa/arithmetic'
import { decodeOaep, encodeOaep } from './oaep.ts'

// The messages of RFC 4432 §4.
const PUBKEY = 30
const SECRET = 31
const DONE = 32

/** What makes one method of RSA key exchange differ from another. */
export interface RsaKeyExchangeOptions {
  /** The method's name on the wire. */
  readonly name: string
  /** The hash of the method, for OAEP too. */
  readonly hash: Hash
  /** Bits of the smallest transient key that a client accepts. */
  readonly minimumBits: number
  /** Makes a server's transient keys, of 2048 bits; in place of our own, which is slow: `@seashell/key-rsa`'s on BigInt. */
  readonly generateKey?: PrivateKeyOperations['generate']
  /** One sentence why nobody should use it; see `Definition` in `@seashell/core`. */
  readonly insecure?: string
}

/** Bits of the keys that our server makes: enough for every method of RFC 4432, none of which is worth more. */
const TRANSIENT_KEY_BITS = 2048

/**
 * RSA key exchange (RFC 4432): the client encrypts the secret, with RSAES-OAEP, to a transient key of the server's.
 *
 * A server makes a new transient key for each exchange, so that the secret of none can be had by breaking into it later. The client
 * computes little: the method is for those that are slow. Refused are transient keys below `minimumBits`, those that `@seashell/key-rsa`
 * refuses, and what does not decrypt, whatever the reason: SSHError `KEY_EXCHANGE`, fault 'peer'.
 *
 * @example
 * ```ts
 * import { sha512 } from '@noble/hashes/sha2.js'
 * import { defineRsaKeyExchange } from '@seashell/kex-rsa'
 *
 * const ours = defineRsaKeyExchange({ name: 'rsa2048-sha512@example.com', hash: sha512, minimumBits: 2048 })
 * ```
 */
export function defineRsaKeyExchange({
  minimumBits,
  generateKey = generatePrivateKey,
  ...rest
}: RsaKeyExchangeOptions): ScriptedKeyExchangeDefinition {
  const { hash } = rest
  return Object.freeze<ScriptedKeyExchangeDefinition>({
    kind: 'key-exchange',
    shape: 'scripted',
    apiVersion: 1,
    ...rest,
    provider: 'bigint',
    secretFormat: 'mpint',
    postQuantum: false,
    runClient: (io) => runClient(hash, minimumBits, io),
    runServer: (io) => runServer(hash, generateKey, io),
  })
}

async function runClient(hash: Hash, minimumBits: number, io: KexIO): Promise<KexClientOutcome> {
  const { payload } = await io.receive(PUBKEY)
  const reader = new WireReader(payload, 'the transient key of the key exchange')
  const [hostKey, transientKey] = [reader.readString('the host key'), reader.readString('the transient key')]
  reader.end()
  const key = readTransientKey(transientKey, minimumBits)

  const secret = randomSecret(io.random, secretBits(hash, key))
  const encrypted = encrypt(hash, key, secret, io.random)
  io.send(SECRET, new WireWriter(encrypted.length + 4).writeString(encrypted).finish())
  const done = new WireReader((await io.receive(DONE)).payload, 'the end of the key exchange')
  const signature = done.readString('the signature')
  done.end()
  return { hostKey, signature, sharedSecret: secret, transcript: transcriptOf(transientKey, encrypted) }
}

async function runServer(hash: Hash, generateKey: PrivateKeyOperations['generate'], io: KexServerIO): Promise<KexOutcome> {
  const pair = await generateKey(io.random, { bits: TRANSIENT_KEY_BITS })
  const key = readPrivateFields(new WireReader(pair.privateKey), TRANSIENT_KEY_BITS)
  pair.privateKey.fill(0)
  io.send(PUBKEY, new WireWriter(2048).writeString(io.hostKey).writeString(pair.publicKey).finish())

  const reader = new WireReader((await io.receive(SECRET)).payload, 'the secret of the key exchange')
  const encrypted = reader.readString('the encrypted secret')
  reader.end()
  const outcome = { sharedSecret: decrypt(hash, key, encrypted), transcript: transcriptOf(pair.publicKey, encrypted) }
  const signature = await io.sign(outcome)
  io.send(DONE, new WireWriter(1024).writeString(signature).finish())
  return outcome
}

/** K_T and the encrypted secret, as they stand in the exchange hash (RFC 4432 §4). */
function transcriptOf(transientKey: Uint8Array, encrypted: Uint8Array): Uint8Array {
  return new WireWriter(2048).writeString(transientKey).writeString(encrypted).finish()
}

function readTransientKey(blob: Uint8Array, minimumBits: number): RsaPublicKey {
  try {
    return readPublicKey(blob, minimumBits)
  } catch (error) {
    if (isSSHError(error)) throw keyExchangeFailed(`the transient key is not fit for use: ${error.message}`, error)
    throw error
  }
}

/** K is below 2 to the power of KLEN − 2·HLEN − 49 (RFC 4432 §4), so that as an mpint it has room in OAEP. */
function secretBits(hash: Hash, { n }: RsaPublicKey): number {
  return n.toString(2).length - 16 * hash(new Uint8Array(0)).length - 49
}

/** A number of up to so many bits, as magnitude. */
function randomSecret(random: Random, bits: number): Uint8Array {
  const secret = random(Math.ceil(bits / 8))
  secret[0]! &= 0xff >> (secret.length * 8 - bits)
  return secret
}

function encrypt(hash: Hash, key: RsaPublicKey, secret: Uint8Array, random: Random): Uint8Array {
  const message = new WireWriter(secret.length + 5).writeMpint(secret).finish()
  const seed = random(hash(new Uint8Array(0)).length)
  const encoded = encodeOaep(hash, message, seed, key.length)
  const encrypted = bigIntToBytes(publicOperation(key, bytesToBigInt(encoded)), key.length)
  for (const bytes of [message, seed, encoded]) bytes.fill(0)
  return encrypted
}

function decrypt(hash: Hash, key: RsaPrivateKey, encrypted: Uint8Array): Uint8Array {
  if (encrypted.length !== key.length || bytesToBigInt(encrypted) >= key.n) {
    throw keyExchangeFailed(`expected an encrypted secret of ${key.length} bytes, below the modulus; got another of ${encrypted.length}`)
  }
  const encoded = bigIntToBytes(privateOperation(key, encrypted), key.length)
  const message = decodeOaep(hash, encoded)
  encoded.fill(0)
  if (message === undefined)
    throw keyExchangeFailed('expected a secret encrypted with RSAES-OAEP to the transient key; it does not decrypt')
  const reader = new WireReader(message, 'the decrypted secret of the key exchange')
  const secret = reader.readMpint().slice()
  reader.end()
  message.fill(0)
  // That it is not too large needs no check: OAEP has no room for a larger one.
  return secret
}
