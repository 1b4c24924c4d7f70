import { constants, createPublicKey, type KeyObject, publicEncrypt, privateDecrypt, randomBytes } from 'node:crypto'
import { sha256 } from '@noble/hashes/sha2.js'
import { defineRsaKeyExchange } from '@seashell/kex-rsa'
import { expect } from 'vitest'
import {
  byte,
  bytesOf,
  disconnected,
  ed25519Key,
  type Expectation,
  Fields,
  fields,
  hostile,
  type HostileCase,
  keyExchangeMethods,
  mpint,
  Msg,
  nodeAlgorithms,
  numberOf,
  type Peer,
  Reason,
  rsaKey,
  string,
  uint32,
} from '../src/index.ts'
import { publicNumbers, rsaBlob } from './support/rsa.ts'

// RFC 4432 §4.
const [PUBKEY, SECRET, DONE] = [30, 31, 32]

const transient = rsaKey()
const small = rsaKey(1024)
const { n, e } = publicNumbers(transient)

/** rsa2048-sha256, with a transient key that is made beforehand: what is sent to it is at stake here, not how it is made. */
const rsa2048Sha256 = defineRsaKeyExchange({
  name: 'rsa2048-sha256',
  hash: sha256,
  minimumBits: 2048,
  generateKey: () => ({ publicKey: transient.blob, privateKey: privateFields(transient.privateKey) }),
})

function privateFields(key: KeyObject): Buffer {
  const { n: modulus, e: exponent, d, qi, p, q } = key.export({ format: 'jwk' })
  return Buffer.concat([modulus, exponent, d, qi, p, q].map((number) => mpint(Buffer.from(number!, 'base64url'))))
}

type Exchange = Pick<HostileCase, 'name' | 'role' | 'script' | 'expect'>

/** A case of RSA key exchange, from where its messages begin: for a client, behind the server’s transient key. */
function rsaExchange({ name, role, script, expect: expectation }: Exchange): HostileCase {
  return {
    name: `${role}: ${name}`,
    source: 'RFC 4432 §4',
    role,
    peer: { keyExchange: 'rsa2048-sha256', method: keyExchangeMethods['curve25519-sha256']! },
    async script(peer, encounter) {
      await peer.exchangeVersions()
      await peer.exchangeKexInits()
      if (role === 'client') await peer.receive(PUBKEY)
      await script(peer, encounter)
    },
    expect: expectation,
  }
}

const outOfTurn = disconnected(Reason.PROTOCOL_ERROR, /expected message|not allowed now/)
const failed = disconnected(Reason.KEY_EXCHANGE_FAILED, /^(?!.*signature)/)
/** Whatever is wrong with the padding, it is said in the same words: who learns more can decrypt (Manger, 2001). */
const undecipherable = disconnected(
  Reason.KEY_EXCHANGE_FAILED,
  /^expected a secret encrypted with RSAES-OAEP to the transient key; it does not decrypt$/,
)

// --- clients ---------------------------------------------------------------------------------------------------------------------

function secret(name: string, encrypted: Uint8Array, expectation: Expectation): HostileCase {
  return rsaExchange({ name, role: 'client', script: (peer) => peer.send(SECRET, string(encrypted)), expect: expectation })
}

const publicKey = createPublicKey(transient.privateKey)

/** RSAES-OAEP as it should be, or otherwise. */
function encrypt(
  message: Uint8Array,
  options: { readonly oaepHash?: string; readonly oaepLabel?: Buffer; readonly padding?: number } = {},
): Buffer {
  return publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256', ...options }, message)
}

/** A number below n, encrypted without any padding. */
const raw = (number: bigint): Buffer => {
  const bytes = bytesOf(number)
  return publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, Buffer.concat([Buffer.alloc(256 - bytes.length), bytes]))
}

const ofLength = (number: bigint): Buffer => {
  const bytes = bytesOf(number)
  return Buffer.concat([Buffer.alloc(Math.max(0, 256 - bytes.length)), bytes])
}

const right = mpint(randomBytes(100))
const noise = numberOf(randomBytes(255))

const secrets: readonly HostileCase[] = [
  rsaExchange({
    name: 'nothing wrong: the server goes on to sign',
    role: 'client',
    async script(peer) {
      await peer.send(SECRET, string(encrypt(right)))
      await peer.receive(DONE)
      peer.line.destroy()
    },
    expect: reached(DONE),
  }),
  secret('no bytes', Buffer.alloc(0), failed),
  secret('255 bytes', Buffer.alloc(255, 1), failed),
  secret('257 bytes', Buffer.concat([byte(0), encrypt(right)]), failed),
  secret('100,000 bytes', Buffer.alloc(100_000, 1), failed),
  secret('n', ofLength(n), failed),
  secret('n + 1', ofLength(n + 1n), failed),
  secret('ones', Buffer.alloc(256, 0xff), failed),
  secret('0', ofLength(0n), undecipherable),
  secret('1', ofLength(1n), undecipherable),
  secret('n − 1', ofLength(n - 1n), undecipherable),
  secret('noise, below 2^2040: its first byte would be 0', raw(noise), undecipherable),
  secret('noise above 2^2040: its first byte is another', raw(2n ** 2040n + noise), undecipherable),
  secret('a ciphertext with its last byte changed', flipLast(encrypt(right)), undecipherable),
  secret('OAEP with SHA-1', encrypt(right, { oaepHash: 'sha1' }), undecipherable),
  secret('OAEP with a label', encrypt(right, { oaepLabel: Buffer.from('label') }), undecipherable),
  secret('the padding of PKCS #1 v1.5 (Bleichenbacher, 1998)', encrypt(right, { padding: constants.RSA_PKCS1_PADDING }), undecipherable),
  secret('a secret that is no mpint', encrypt(right.subarray(0, -1)), disconnected(Reason.KEY_EXCHANGE_FAILED, /ends early/)),
  secret(
    'a secret with something behind it',
    encrypt(Buffer.concat([right, byte(0)])),
    disconnected(Reason.KEY_EXCHANGE_FAILED, /goes on/),
  ),
  secret('a negative secret', encrypt(string(Buffer.alloc(100, 0xff))), disconnected(Reason.KEY_EXCHANGE_FAILED, /negative/)),
  rsaExchange({
    name: 'SECRET cut off',
    role: 'client',
    script: (peer) => peer.send(SECRET, uint32(256), Buffer.alloc(255)),
    expect: disconnected(Reason.KEY_EXCHANGE_FAILED, /ends early/),
  }),
  ...[PUBKEY, DONE].map((number) =>
    rsaExchange({
      name: `message ${number}, as if it were the server`,
      role: 'client',
      script: (peer) => peer.send(number, fields(transient.blob, transient.blob)),
      expect: outOfTurn,
    }),
  ),
]

function flipLast(bytes: Buffer): Buffer {
  return Buffer.from(bytes.with(bytes.length - 1, bytes.at(-1)! ^ 1))
}

// --- servers ---------------------------------------------------------------------------------------------------------------------

function shows(name: string, blob: Uint8Array, expectation: Expectation = failed): HostileCase {
  return rsaExchange({
    name: `a transient key ${name}`,
    role: 'server',
    script: (peer) => peer.send(PUBKEY, string(peer.options.hostKey.blob), string(blob)),
    expect: expectation,
  })
}

/** Decrypts what the client has sent, and signs; each can be otherwise. */
async function finish(
  peer: Peer,
  {
    decrypted = (made) => made,
    sign = (hash) => peer.options.hostKey.sign(hash),
  }: Partial<Record<'decrypted' | 'sign', (bytes: Buffer) => Buffer>>,
): Promise<void> {
  const hostKey = peer.options.hostKey.blob
  await peer.send(PUBKEY, string(hostKey), string(transient.blob))
  const encrypted = new Fields((await peer.receive(SECRET)).payload).string()
  const message = privateDecrypt({ key: transient.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, encrypted)
  const hash = peer.exchangeHash(hostKey, string(transient.blob), string(encrypted), decrypted(message))
  await peer.send(DONE, string(sign(hash)))
  await peer.receive(Msg.NEWKEYS)
}

const wrongSignature = disconnected(Reason.KEY_EXCHANGE_FAILED, /signature/)

const keys: readonly HostileCase[] = [
  shows('of 1024 bits', small.blob),
  shows('of 2047 bits', rsaBlob(n >> 1n, e)),
  shows('of 16,385 bits', rsaBlob(2n ** 16_384n + 1n, e)),
  shows('of 1,000,000 bits', rsaBlob(2n ** 999_999n + 1n, e)),
  shows('of no bits', rsaBlob(0n, e)),
  shows('that is even', rsaBlob(n - 1n, e)),
  shows('that is negative', fields('ssh-rsa', bytesOf(e), bytesOf(n))),
  shows('with the exponent 0', rsaBlob(n, 0n)),
  shows('with the exponent 1, under which nothing is secret', rsaBlob(n, 1n)),
  shows('with the exponent 2', rsaBlob(n, 2n)),
  shows('with the exponent 65,536', rsaBlob(n, 65_536n)),
  shows('with an exponent as long as the modulus', rsaBlob(n, n - 2n)),
  shows('of another type', ed25519Key().blob),
  shows('cut off', transient.blob.subarray(0, -1)),
  shows('with a byte behind it', Buffer.concat([transient.blob, byte(0)])),
  shows('that is empty', Buffer.alloc(0)),
]

const ends: readonly HostileCase[] = [
  rsaExchange({
    name: 'nothing wrong: the client goes on to its keys',
    role: 'server',
    script: (peer) => finish(peer, {}),
    expect: reached(Msg.NEWKEYS),
  }),
  rsaExchange({
    name: 'another secret than the client’s',
    role: 'server',
    script: (peer) => finish(peer, { decrypted: () => right }),
    expect: wrongSignature,
  }),
  rsaExchange({
    name: 'the signature of another key',
    role: 'server',
    script: (peer) => finish(peer, { sign: (hash) => ed25519Key().sign(hash) }),
    expect: wrongSignature,
  }),
  rsaExchange({
    name: 'no signature',
    role: 'server',
    script: (peer) => finish(peer, { sign: () => Buffer.alloc(0) }),
    expect: disconnected(Reason.KEY_EXCHANGE_FAILED),
  }),
  rsaExchange({ name: 'DONE first of all', role: 'server', script: (peer) => peer.send(DONE, string('')), expect: outOfTurn }),
  rsaExchange({
    name: 'the transient key twice',
    role: 'server',
    async script(peer) {
      for (let count = 0; count < 2; count++) await peer.send(PUBKEY, string(peer.options.hostKey.blob), string(transient.blob))
    },
    expect: outOfTurn,
  }),
]

/** The code under test has said this before the peer went away. */
function reached(number: number): Expectation {
  return async ({ peer, ended }) => {
    expect(peer.disconnect).toBeUndefined()
    expect(peer.received.map((message) => message.number)).toContain(number)
    peer.line.destroy()
    await ended
  }
}

const algorithms = nodeAlgorithms.clone().use([rsa2048Sha256])
hostile('RSA key exchange', [...secrets, ...keys, ...ends], { server: { algorithms }, client: { algorithms } })
