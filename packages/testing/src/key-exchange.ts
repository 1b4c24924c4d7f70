import {
  createDiffieHellmanGroup,
  createECDH,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'
import type { Keys } from './protection.ts'
import { mpint, string } from './wire.ts'

/** A key exchange of one message each way (RFC 4253 §8, RFC 5656 §4, RFC 8731), on node:crypto. */
export interface KeyExchangeMethod {
  readonly hash: 'sha256' | 'sha384' | 'sha512'
  /** How public values go on the wire and into the hash. */
  readonly encodePublic: (bytes: Uint8Array) => Buffer
  /** How K goes into hashes. */
  readonly encodeSecret: (bytes: Uint8Array) => Buffer
  /** The client's part: its public value, and K from the server's. */
  client(): { readonly publicValue: Buffer; readonly secret: (theirs: Buffer) => Buffer }
  /** The server's part: its public value and K from the client's. */
  server(theirs: Buffer): { readonly publicValue: Buffer; readonly secret: Buffer }
}

/** The methods, by name. Others can be added: a test that needs one has it in its peer's options. */
export const keyExchangeMethods: Readonly<Record<string, KeyExchangeMethod>> = {
  'curve25519-sha256': agreement({ hash: 'sha256', encodePublic: string, pair: () => montgomery('x25519') }),
  'curve448-sha512': agreement({ hash: 'sha512', encodePublic: string, pair: () => montgomery('x448') }),
  'ecdh-sha2-nistp256': agreement({ hash: 'sha256', encodePublic: string, pair: () => ecdh('prime256v1') }),
  'ecdh-sha2-nistp384': agreement({ hash: 'sha384', encodePublic: string, pair: () => ecdh('secp384r1') }),
  'ecdh-sha2-nistp521': agreement({ hash: 'sha512', encodePublic: string, pair: () => ecdh('secp521r1') }),
  'diffie-hellman-group14-sha256': agreement({ hash: 'sha256', encodePublic: mpint, pair: () => finiteField('modp14') }),
  'diffie-hellman-group16-sha512': agreement({ hash: 'sha512', encodePublic: mpint, pair: () => finiteField('modp16') }),
}

interface Pair {
  readonly publicValue: Buffer
  readonly agree: (theirs: Buffer) => Buffer
}

type Agreement = Pick<KeyExchangeMethod, 'hash' | 'encodePublic'> & { readonly pair: () => Pair }

function agreement({ hash, encodePublic, pair }: Agreement): KeyExchangeMethod {
  return {
    hash,
    encodePublic,
    encodeSecret: mpint,
    client() {
      const { publicValue, agree } = pair()
      return { publicValue, secret: agree }
    },
    server(theirs) {
      const { publicValue, agree } = pair()
      return { publicValue, secret: agree(theirs) }
    },
  }
}

function montgomery(curve: 'x25519' | 'x448'): Pair {
  // The two overloads of generateKeyPairSync are apart for no other reason than their types.
  const { publicKey, privateKey } = curve === 'x25519' ? generateKeyPairSync('x25519') : generateKeyPairSync('x448')
  const spki = publicKey.export({ format: 'der', type: 'spki' })
  const prefix = spki.subarray(0, 12)
  return {
    publicValue: spki.subarray(12),
    agree: (theirs) => diffieHellman({ privateKey, publicKey: spkiKey(Buffer.concat([prefix, theirs])) }),
  }
}

function spkiKey(key: Buffer): KeyObject {
  return createPublicKey({ key, format: 'der', type: 'spki' })
}

function ecdh(curve: string): Pair {
  const engine = createECDH(curve)
  return { publicValue: engine.generateKeys(), agree: (theirs) => engine.computeSecret(theirs) }
}

function finiteField(group: string): Pair {
  const engine = createDiffieHellmanGroup(group)
  return { publicValue: engine.generateKeys(), agree: (theirs) => engine.computeSecret(theirs) }
}

/** What goes into the exchange hash (RFC 4253 §8), but for the method's own part. */
export interface Transcript {
  readonly versions: { readonly client: string; readonly server: string }
  /** With the message number. */
  readonly kexInits: { readonly client: Buffer; readonly server: Buffer }
  readonly hostKey: Buffer
}

/** The exchange hash H; `values` are the method's own part and K, all encoded. */
export function exchangeHash(hash: string, { versions, kexInits, hostKey }: Transcript, ...values: readonly Buffer[]): Buffer {
  const said = [Buffer.from(versions.client, 'latin1'), Buffer.from(versions.server, 'latin1'), kexInits.client, kexInits.server, hostKey]
  return digest(hash, ...said.map(string), ...values)
}

/** The keys of one direction (RFC 4253 §7.2). */
export function directionKeys(
  hash: string,
  secret: Buffer,
  exchange: Buffer,
  sessionID: Buffer,
  direction: 'clientToServer' | 'serverToClient',
): Keys {
  const [iv, key, mac] = direction === 'clientToServer' ? 'ACE' : 'BDF'
  const derive =
    (letter: string) =>
    (length: number): Buffer => {
      let bytes = digest(hash, secret, exchange, Buffer.from(letter), sessionID)
      while (bytes.length < length) bytes = Buffer.concat([bytes, digest(hash, secret, exchange, bytes)])
      return bytes.subarray(0, length)
    }
  return { iv: derive(iv!), key: derive(key!), mac: derive(mac!) }
}

function digest(hash: string, ...parts: readonly Uint8Array[]): Buffer {
  return createHash(hash).update(Buffer.concat(parts)).digest()
}
