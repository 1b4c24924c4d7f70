import { sign } from 'node:crypto'
import {
  byte,
  bytesOf,
  disconnected,
  ecdsaKey,
  ed25519Key,
  Fields,
  fields,
  hostile,
  type HostileCase,
  mpint,
  nodeAlgorithms,
  numberOf,
  portableAlgorithms,
  Reason,
  rsaKey,
  string,
  survived,
} from '../src/index.ts'
import { badKey, shows, wrongSignature } from './support/host-keys.ts'
import { publicNumbers, rsaBlob } from './support/rsa.ts'

const keys = { ed25519: ed25519Key(), ecdsa: ecdsaKey(), rsa: rsaKey() }
const failed = disconnected(Reason.KEY_EXCHANGE_FAILED)

/** Of a signature blob what follows the name. */
function rawOf(blob: Uint8Array): Buffer {
  const reader = new Fields(blob)
  reader.string()
  return reader.string()
}

const notNegotiated: readonly HostileCase[] = [
  shows(
    'a key of another type, and its signature',
    keys.ed25519,
    { hostKey: keys.ecdsa.blob, signature: (hash) => keys.ecdsa.sign(hash) },
    failed,
  ),
  shows('a signature of another type under the key', keys.ed25519, { signature: (hash) => keys.ecdsa.sign(hash) }, failed),
  shows('a key whose name is of another type', keys.ed25519, { hostKey: fields('ssh-ed25519', keys.ecdsa.blob) }, badKey),
  shows(
    'rsa-sha2-256 in place of it',
    keys.rsa,
    { signature: (hash) => fields('rsa-sha2-256', sign('sha256', hash, keys.rsa.privateKey)) },
    failed,
    'RFC 8332 §3.1',
  ),
  shows(
    'ssh-rsa, with SHA-1, in place of it',
    keys.rsa,
    { signature: (hash) => fields('ssh-rsa', sign('sha1', hash, keys.rsa.privateKey)) },
    failed,
    'RFC 8332 §3.1',
  ),
  shows(
    'SHA-1 under its name',
    keys.rsa,
    { signature: (hash) => fields('rsa-sha2-512', sign('sha1', hash, keys.rsa.privateKey)) },
    wrongSignature,
  ),
  shows(
    'a key named after it and not after its format',
    keys.rsa,
    { hostKey: Buffer.concat([string('rsa-sha2-512'), keys.rsa.blob.subarray(11)]) },
    failed,
  ),
  shows('a certificate’s name', keys.ed25519, { hostKey: fields('ssh-ed25519-cert-v01@openssh.com', Buffer.alloc(32)) }, failed),
  shows('a name of 10,000 characters', keys.ed25519, { hostKey: fields('x'.repeat(10_000), Buffer.alloc(32)) }, failed),
]

const l25519 = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n
const n256 = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/** The same Ed25519 signature with S + L in place of S. */
function unreduced(signature: Buffer): Buffer {
  const s = numberOf(signature.subarray(32).toReversed()) + l25519
  return Buffer.concat([signature.subarray(0, 32), bytesOf(s).toReversed(), Buffer.alloc(32)]).subarray(0, 64)
}

function ecdsaNumbers(signature: Uint8Array): { r: bigint; s: bigint } {
  const numbers = new Fields(rawOf(signature))
  return { r: numberOf(numbers.string()), s: numberOf(numbers.string()) }
}

function ecdsaSignature(r: bigint, s: bigint): Buffer {
  return fields('ecdsa-sha2-nistp256', Buffer.concat([mpint(bytesOf(r)), mpint(bytesOf(s))]))
}

/** Signatures that are made of the right one. */
const damaged = Object.values(keys).flatMap((key): HostileCase[] => [
  shows('a signature over another exchange', key, { signature: () => key.sign(Buffer.alloc(32)) }, wrongSignature),
  shows('a signature with its last byte changed', key, { signature: (hash) => flipLast(key.sign(hash)) }, failed),
  shows(
    'a signature without its last byte',
    key,
    { signature: (hash) => fields(key.algorithm, rawOf(key.sign(hash)).subarray(0, -1)) },
    failed,
  ),
  shows(
    'a signature with a byte more',
    key,
    { signature: (hash) => fields(key.algorithm, Buffer.concat([rawOf(key.sign(hash)), byte(0)])) },
    failed,
  ),
  shows('a signature with something behind its end', key, { signature: (hash) => Buffer.concat([key.sign(hash), byte(0)]) }, failed),
  shows('an empty signature', key, { signature: () => fields(key.algorithm, '') }, failed),
  shows('no signature', key, { signature: () => Buffer.alloc(0) }, disconnected(Reason.KEY_EXCHANGE_FAILED, /ends early/)),
  shows('a signature of another key', key, { signature: () => fields(key.algorithm, Buffer.alloc(64, 1)) }, failed),
  shows('a signature of 200,000 bytes', key, { signature: () => fields(key.algorithm, Buffer.alloc(200_000, 1)) }, failed),
  shows('a key with something behind its end', key, { hostKey: Buffer.concat([key.blob, byte(0)]) }, badKey),
  shows('a key without its last byte', key, { hostKey: key.blob.subarray(0, -1) }, badKey),
  shows('a key without anything but its name', key, { hostKey: key.blob.subarray(0, 4 + key.blob.readUInt32BE()) }, badKey),
  shows('no key', key, { hostKey: Buffer.alloc(0) }, disconnected(Reason.KEY_EXCHANGE_FAILED, /ends early/)),
])

function flipLast(blob: Buffer): Buffer {
  const flipped = Buffer.from(blob)
  flipped[flipped.length - 1]! ^= 1
  return flipped
}

const malleable: readonly HostileCase[] = [
  shows(
    'S + L in place of S',
    keys.ed25519,
    { signature: (hash) => fields('ssh-ed25519', unreduced(rawOf(keys.ed25519.sign(hash)))) },
    failed,
    'RFC 8032 §5.1.7',
  ),
  shows('zeros for a signature', keys.ed25519, { signature: () => fields('ssh-ed25519', Buffer.alloc(64)) }, failed),
  shows('r of 0', keys.ecdsa, { signature: (hash) => ecdsaSignature(0n, ecdsaNumbers(keys.ecdsa.sign(hash)).s) }, failed, 'CVE-2022-21449'),
  shows('s of 0', keys.ecdsa, { signature: (hash) => ecdsaSignature(ecdsaNumbers(keys.ecdsa.sign(hash)).r, 0n) }, failed, 'CVE-2022-21449'),
  shows('r and s of 0', keys.ecdsa, { signature: () => ecdsaSignature(0n, 0n) }, failed, 'CVE-2022-21449'),
  shows('r of n', keys.ecdsa, { signature: (hash) => ecdsaSignature(n256, ecdsaNumbers(keys.ecdsa.sign(hash)).s) }, failed),
  shows(
    's + n in place of s',
    keys.ecdsa,
    {
      signature(hash) {
        const { r, s } = ecdsaNumbers(keys.ecdsa.sign(hash))
        return ecdsaSignature(r, s + n256)
      },
    },
    failed,
  ),
  shows(
    'n − s in place of s, which FIPS 186-5 §6.4.2 accepts, and which proves the same',
    keys.ecdsa,
    {
      signature(hash) {
        const { r, s } = ecdsaNumbers(keys.ecdsa.sign(hash))
        return ecdsaSignature(r, n256 - s)
      },
    },
    survived,
  ),
]

/** The identity is a point of every subgroup: signatures under it verify for every message, if it is let through. */
const identity = Buffer.concat([byte(1), Buffer.alloc(31)])

const { n: n2048 } = publicNumbers(keys.rsa)

const badKeys: readonly HostileCase[] = [
  shows(
    'a point of order 1, and a signature that everything verifies under',
    keys.ed25519,
    { hostKey: fields('ssh-ed25519', identity), signature: () => fields('ssh-ed25519', Buffer.concat([identity, Buffer.alloc(32)])) },
    failed,
    'Taming the many EdDSAs, §4',
  ),
  shows('bytes that are no point', keys.ed25519, { hostKey: fields('ssh-ed25519', Buffer.alloc(32, 0xff)) }, failed),
  shows('a point at infinity', keys.ecdsa, { hostKey: fields('ecdsa-sha2-nistp256', 'nistp256', byte(0)) }, badKey),
  shows(
    'a point off the curve',
    keys.ecdsa,
    { hostKey: fields('ecdsa-sha2-nistp256', 'nistp256', Buffer.concat([byte(4), Buffer.alloc(64, 1)])) },
    badKey,
  ),
  shows(
    'another curve’s name',
    keys.ecdsa,
    { hostKey: Buffer.from(keys.ecdsa.blob.toString('latin1').replace('\bnistp256', '\bnistp384'), 'latin1') },
    badKey,
    'RFC 5656 §3.1',
  ),
  shows('a modulus of 0', keys.rsa, { hostKey: rsaBlob(0n, 65_537n) }, badKey),
  shows('a modulus of 1', keys.rsa, { hostKey: rsaBlob(1n, 65_537n) }, badKey),
  shows('an even modulus', keys.rsa, { hostKey: rsaBlob(n2048 + 1n, 65_537n) }, badKey),
  shows('an exponent of 0', keys.rsa, { hostKey: rsaBlob(n2048, 0n) }, badKey),
  shows('an exponent of 2', keys.rsa, { hostKey: rsaBlob(n2048, 2n) }, badKey),
  shows('an exponent of 65,536', keys.rsa, { hostKey: rsaBlob(n2048, 65_536n) }, badKey),
  shows('a negative exponent', keys.rsa, { hostKey: fields('ssh-rsa', byte(0xff), Buffer.concat([byte(0), bytesOf(n2048)])) }, badKey),
  shows('a negative modulus', keys.rsa, { hostKey: fields('ssh-rsa', bytesOf(65_537n), bytesOf(n2048)) }, badKey),
  shows('an exponent of 1', keys.rsa, { hostKey: rsaBlob(n2048, 1n) }, badKey),
  shows('an exponent as long as the modulus', keys.rsa, { hostKey: rsaBlob(n2048, n2048 - 2n) }, badKey, 'CVE-2023-39533'),
  shows('a modulus of 512 bits', keys.rsa, { hostKey: rsaBlob(2n ** 511n + 1n, 65_537n) }, badKey),
  shows('a modulus of 200,000 bits', keys.rsa, { hostKey: rsaBlob(2n ** 200_000n + 1n, 65_537n) }, badKey, 'CVE-2023-39533'),
]

let lastHash: Buffer | undefined

const replayed: HostileCase = {
  name: 'ssh-ed25519: the signature over the first exchange, in the second',
  role: 'server',
  async script(peer) {
    await peer.exchangeVersions()
    await peer.exchangeKexInits()
    await peer.exchangeKeys({ signature: (hash) => peer.options.hostKey.sign((lastHash = hash)) })
    await peer.exchangeNewKeys()
    await peer.startUserAuth()
    await peer.receive(50)
    await peer.sendSuccess()
    peer.kexInits = {}
    await peer.exchangeKexInits()
    await peer.exchangeKeys({ signature: () => peer.options.hostKey.sign(lastHash!) })
  },
  expect: wrongSignature,
}

const other = ed25519Key()

const exchangedKey: HostileCase = {
  name: 'ssh-ed25519: another key in the second exchange than in the first',
  role: 'server',
  peer: { hostKey: keys.ed25519 },
  client: { verifyHostKey: ({ publicKey }) => keys.ed25519.blob.equals(publicKey) },
  async script(peer) {
    await peer.authenticate()
    peer.kexInits = {}
    await peer.exchangeKexInits()
    await peer.exchangeKeys({ hostKey: other.blob, signature: (hash) => other.sign(hash) })
  },
  expect: disconnected(Reason.HOST_KEY_NOT_VERIFIABLE),
}

for (const [provider, algorithms] of Object.entries({ portable: portableAlgorithms, 'node:crypto': nodeAlgorithms })) {
  hostile(`host keys and signatures, as ${provider} judges them`, [...notNegotiated, ...damaged, ...malleable, ...badKeys], {
    client: { algorithms },
  })
}

hostile('host keys over time', [replayed, exchangedKey])
