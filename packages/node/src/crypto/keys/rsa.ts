import { generateKeyPair, type KeyObject, sign as nodeSign, verify as nodeVerify } from 'node:crypto'
import type { KeyPair, PrivateKeyOperations, PublicKeyDefinition } from '@seashell/core'
import { invalidArgument, readSignatureBlob, SSHError, WireReader, writeSignatureBlob } from '@seashell/core/wire'
import {
  bitLengthOf,
  exportKeyPair,
  importRsaPrivateKey,
  importRsaPublicKey,
  KEY_FORMAT,
  MAX_MODULUS_BITS,
  MIN_MODULUS_BITS,
  readPrivateFields,
  readPrivateKey,
  readPublicKey,
  type RsaPrivateKey,
} from './rsa-key.ts'

/** ssh-keygen's. */
const DEFAULT_BITS = 3072
const PUBLIC_EXPONENT = 65_537

/**
 * RSA signatures (RFC 8332 §3). Signing and generating run in Node's thread pool, and generating takes its randomness from OpenSSL, since
 * Node hands it no other.
 */
export const rsaPublicKeys: readonly PublicKeyDefinition[] = /* @__PURE__ */ Object.freeze([
  /* @__PURE__ */ defineRsa('rsa-sha2-512', 'sha512'),
  /* @__PURE__ */ defineRsa('rsa-sha2-256', 'sha256'),
])

function defineRsa(name: string, hash: string): PublicKeyDefinition {
  return Object.freeze<PublicKeyDefinition>({
    kind: 'public-key',
    apiVersion: 1,
    name,
    provider: 'node:crypto',
    keyFormat: KEY_FORMAT,
    signatureFormat: name,
    typeName: 'RSA',
    bitLength: (publicKey) => bitLengthOf(readPublicKey(publicKey).n),
    verify: (publicKey, data, signature) => {
      const key = readPublicKey(publicKey)
      const value = readSignatureBlob(signature, name)
      if (value === undefined || value.length > key.n.length) return false
      // A shorter one has lost zeros in front, as some peers write it as a number; OpenSSH puts them back, too.
      const padded = new Uint8Array(key.n.length)
      padded.set(value, padded.length - value.length)
      return nodeVerify(hash, data, importRsaPublicKey(key), padded)
    },
    privateKeys: Object.freeze<PrivateKeyOperations>({
      read: readPrivateKey,
      generate: (_random, options) => generate(options?.bits),
      sign: async (privateKey, data) => {
        const key = readPrivateFields(new WireReader(privateKey, `an ${KEY_FORMAT} private key`))
        return writeSignatureBlob(name, await sign(key, hash, data))
      },
    }),
  })
}

/**
 * Signs, and checks the result: one wrong half of a CRT signature gives the primes away (Boneh, DeMillo and Lipton, 1997).
 *
 * @throws SSHError `KEY` (fault: local) where it is not right: the key or the machine is broken
 */
async function sign(key: RsaPrivateKey, hash: string, data: Uint8Array): Promise<Uint8Array> {
  // The check is of what was signed, whatever the caller does with its array meanwhile.
  const signed = new Uint8Array(data)
  let value: Uint8Array
  try {
    value = await signInPool(hash, signed, importRsaPrivateKey(key))
  } catch (cause) {
    throw withheld(cause)
  }
  if (!nodeVerify(hash, signed, importRsaPublicKey(key), value)) throw withheld()
  return value
}

function withheld(cause?: unknown): SSHError {
  return new SSHError('KEY', 'an RSA signature came out wrong and was withheld', { fault: 'local', cause })
}

function signInPool(hash: string, data: Uint8Array, key: KeyObject): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    nodeSign(hash, data, key, (error, value) => (error === null ? resolve(value) : reject(error)))
  })
}

/** Makes a key pair: 2048 to 16384 bits, an even number of them. */
function generate(bits = DEFAULT_BITS): Promise<KeyPair> {
  if (!Number.isInteger(bits) || bits % 2 !== 0 || bits < MIN_MODULUS_BITS || bits > MAX_MODULUS_BITS) {
    throw invalidArgument(`expected an even number of bits from ${MIN_MODULUS_BITS} to ${MAX_MODULUS_BITS} for an RSA key; got ${bits}`)
  }
  return new Promise((resolve, reject) => {
    generateKeyPair('rsa', { modulusLength: bits, publicExponent: PUBLIC_EXPONENT }, (error, _publicKey, privateKey) =>
      error === null ? resolve(exportKeyPair(privateKey)) : reject(error),
    )
  })
}
