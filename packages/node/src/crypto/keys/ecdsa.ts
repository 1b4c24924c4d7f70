import { type KeyObject, sign as nodeSign, verify as nodeVerify } from 'node:crypto'
import type { KeyPair, PrivateKeyOperations, PublicKeyDefinition } from '@seashell/core'
import {
  equalBytes,
  privateKeyError,
  publicKeyError,
  readPublicKeyBlob,
  readSignatureBlob,
  WireReader,
  WireWriter,
  writeSignatureBlob,
} from '@seashell/core/wire'
import { importPoint, importScalarAndPoint } from '../ec-der.ts'
import { KeptKeys } from '../kept-keys.ts'
import { importScalar, isScalar, isUncompressed, type NistCurve, nistp256, nistp384, nistp521, randomScalar } from '../nist-curves.ts'

/** A server signs with the same key for each client. */
const keptKeys = /* @__PURE__ */ new KeptKeys()

/** ECDSA over the NIST curves (RFC 5656 §3). Signatures have random nonces, which OpenSSL draws itself. */
export const ecdsaPublicKeys: readonly PublicKeyDefinition[] = /* @__PURE__ */ Object.freeze([
  /* @__PURE__ */ defineEcdsa('ecdsa-sha2-nistp256', nistp256),
  /* @__PURE__ */ defineEcdsa('ecdsa-sha2-nistp384', nistp384),
  /* @__PURE__ */ defineEcdsa('ecdsa-sha2-nistp521', nistp521),
])

/** Node's name for `r ‖ s`, each with as many bytes as the group's order (IEEE P1363). */
const dsaEncoding = 'ieee-p1363'

function defineEcdsa(name: string, curve: NistCurve): PublicKeyDefinition {
  return Object.freeze<PublicKeyDefinition>({
    kind: 'public-key',
    apiVersion: 1,
    name,
    provider: 'node:crypto',
    keyFormat: name,
    signatureFormat: name,
    typeName: 'ECDSA',
    bitLength: (publicKey) => {
      readPublicKey(publicKey, name, curve)
      return curve.bitLength
    },
    verify: (publicKey, data, signature) => {
      const key = readPublicKey(publicKey, name, curve)
      const value = readSignature(signature, name, curve)
      return value !== undefined && nodeVerify(curve.hash, data, { key, dsaEncoding }, value)
    },
    privateKeys: Object.freeze<PrivateKeyOperations>({
      read: (reader) => readPrivateKey(reader, name, curve),
      generate: (random) => {
        const scalar = randomScalar(curve, random)
        return keyPair(scalar, importScalar(curve, scalar).getPublicKey(), name, curve)
      },
      sign: (privateKey, data) => {
        const key = keptKeys.find(privateKey) ?? keptKeys.keep(privateKey, importPrivateKey(privateKey, name, curve))
        return writeSignature(nodeSign(curve.hash, data, { key, dsaEncoding }), name)
      },
    }),
  })
}

/** The key of a public key blob (RFC 5656 §3.1). Its point is uncompressed: else one key would have two blobs, and two fingerprints. */
function readPublicKey(blob: Uint8Array, name: string, curve: NistCurve): KeyObject {
  const point = readPublicKeyBlob(blob, name, (reader) => {
    const found = reader.readName()
    if (found !== curve.identifier) {
      throw publicKeyError(`expected an ${name} public key of curve ${curve.identifier}; found ${JSON.stringify(found)}`)
    }
    return reader.readString('the public point')
  })
  if (!isUncompressed(curve, point)) {
    const length = 1 + 2 * curve.length
    throw publicKeyError(`expected an uncompressed point of ${length} bytes in an ${name} public key; found ${point.length} bytes`)
  }
  try {
    return importPoint(curve, point)
  } catch (cause) {
    throw publicKeyError(`expected a point on the curve in an ${name} public key; found one beside it`, cause)
  }
}

interface PrivateFields {
  /** Q, as it stands there. */
  readonly point: Uint8Array
  /** d, with zeros in front up to the length of the order. */
  readonly scalar: Uint8Array
}

/** Reads the private fields and checks that Q is the point of d. */
function readPrivateKey(reader: WireReader, name: string, curve: NistCurve): KeyPair {
  const { point, scalar } = readPrivateFields(reader, name, curve)
  if (!equalBytes(point, importScalar(curve, scalar).getPublicKey())) {
    throw privateKeyError(`expected an ${name} private key that belongs to its public key; found one of another`)
  }
  return keyPair(scalar, point, name, curve)
}

/** The private fields, of which d is in range and Q may be anything. */
function readPrivateFields(reader: WireReader, name: string, curve: NistCurve): PrivateFields {
  const { identifier, length } = curve
  const found = reader.readName()
  if (found !== identifier) throw privateKeyError(`expected an ${name} private key of curve ${identifier}; found ${JSON.stringify(found)}`)
  const point = reader.readString('the public point')
  const d = reader.readMpint()
  if (d.length > length) throw privateKeyError(`expected an ${name} private key of at most ${length} bytes; found ${d.length}`)
  const scalar = withZerosInFront(d, length)
  if (!isScalar(curve, scalar)) throw privateKeyError(`expected an ${name} private key between 0 and the group's order`)
  return { point, scalar }
}

function importPrivateKey(privateKey: Uint8Array, name: string, curve: NistCurve): KeyObject {
  const { point, scalar } = readPrivateFields(new WireReader(privateKey, `an ${name} private key`), name, curve)
  const message = `expected an ${name} private key that read() returned; found one with another point`
  if (!isUncompressed(curve, point)) throw privateKeyError(message)
  try {
    return importScalarAndPoint(curve, scalar, point)
  } catch (cause) {
    throw privateKeyError(message, cause)
  }
}

function keyPair(scalar: Uint8Array, point: Uint8Array, name: string, { identifier }: NistCurve): KeyPair {
  return {
    publicKey: new WireWriter().writeString(name).writeString(identifier).writeString(point).finish(),
    privateKey: new WireWriter().writeString(identifier).writeString(point).writeMpint(scalar).finish(),
  }
}

/** `r ‖ s` of a signature blob (RFC 5656 §3.1.2); undefined where it is malformed or a number longer than the order. */
function readSignature(blob: Uint8Array, name: string, { length }: NistCurve): Uint8Array | undefined {
  const value = readSignatureBlob(blob, name)
  if (value === undefined) return undefined
  try {
    const reader = new WireReader(value, `an ${name} signature`)
    const [r, s] = [reader.readMpint(), reader.readMpint()]
    reader.end()
    if (r.length > length || s.length > length) return undefined
    return Uint8Array.from([...withZerosInFront(r, length), ...withZerosInFront(s, length)])
  } catch {
    return undefined
  }
}

/** Writes a signature blob (RFC 5656 §3.1.2) from r ‖ s. */
function writeSignature(value: Uint8Array, name: string): Uint8Array {
  const half = value.length / 2
  return writeSignatureBlob(name, new WireWriter().writeMpint(value.subarray(0, half)).writeMpint(value.subarray(half)).finish())
}

function withZerosInFront(magnitude: Uint8Array, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  bytes.set(magnitude, length - magnitude.length)
  return bytes
}
