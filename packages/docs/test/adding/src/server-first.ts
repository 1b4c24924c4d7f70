// src/server-first.ts
import { x25519 } from '@noble/curves/ed25519.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { ScriptedKeyExchangeDefinition } from '@seashell/core'
import { keyExchangeFailed, WireReader, WireWriter } from '@seashell/core/wire'

/** The three messages of RFC 4432 §4, PUBKEY, SECRET and DONE, with X25519 (RFC 7748) in the place of RSA. Keys and secret of 32 bytes. */
export const x25519ServerFirst: ScriptedKeyExchangeDefinition = Object.freeze<ScriptedKeyExchangeDefinition>({
  kind: 'key-exchange',
  shape: 'scripted',
  apiVersion: 1,
  name: 'x25519-server-first@example.org',
  provider: 'noble',
  hash: sha256,
  secretFormat: 'string',
  postQuantum: false,
  async runClient(io) {
    const [hostKey, serverKey] = fields((await io.receive(30)).payload, 'host key', 'server key')
    const privateKey = io.random(32)
    const clientKey = x25519.getPublicKey(privateKey)
    const sharedSecret = agree(privateKey, serverKey)
    io.send(31, strings(clientKey))
    const [signature] = fields((await io.receive(32)).payload, 'signature')
    return { hostKey, signature, sharedSecret, transcript: strings(serverKey, clientKey) }
  },
  async runServer(io) {
    const privateKey = io.random(32)
    const serverKey = x25519.getPublicKey(privateKey)
    io.send(30, strings(io.hostKey, serverKey))
    const [clientKey] = fields((await io.receive(31)).payload, 'client key')
    const outcome = { sharedSecret: agree(privateKey, clientKey), transcript: strings(serverKey, clientKey) }
    io.send(32, strings(await io.sign(outcome)))
    return outcome
  },
})

function agree(privateKey: Uint8Array, peerKey: Uint8Array): Uint8Array {
  try {
    return x25519.getSharedSecret(privateKey, peerKey)
  } catch (cause) {
    throw keyExchangeFailed(`expected an X25519 key of 32 bytes, not of low order; got another of ${peerKey.length}`, cause)
  } finally {
    privateKey.fill(0)
  }
}

function strings(...values: readonly Uint8Array[]): Uint8Array {
  const writer = new WireWriter()
  for (const value of values) writer.writeString(value)
  return writer.finish()
}

/** The strings of a message, and nothing after them. */
function fields<Names extends readonly string[]>(payload: Uint8Array, ...names: Names): { [Index in keyof Names]: Uint8Array } {
  const reader = new WireReader(payload, 'a message of the key exchange')
  const values = names.map((name) => reader.readString(name))
  reader.end()
  return values as { [Index in keyof Names]: Uint8Array }
}
