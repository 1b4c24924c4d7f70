import { constants, createPublicKey, generateKeyPairSync, type KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto'
import type { KeyPair, ScriptedKeyExchangeDefinition } from '@seashell/core'
import { WireReader, WireWriter } from '@seashell/core/wire'

/** A key pair of node:crypto's, as itself and as SSH writes it. */
export interface NodeKeyPair extends KeyPair {
  readonly nodeKey: KeyObject
}

export function generateNodeKeyPair(modulusLength: number): NodeKeyPair {
  const { privateKey: nodeKey } = generateKeyPairSync('rsa', { modulusLength })
  const { n, e, d, qi, p, q } = nodeKey.export({ format: 'jwk' })
  return {
    nodeKey,
    publicKey: mpints(new WireWriter().writeString('ssh-rsa'), e, n),
    privateKey: mpints(new WireWriter(), n, e, d, qi, p, q),
  }
}

/** RSA key exchange as RFC 4432 §4 has it, on node:crypto's RSAES-OAEP. */
export function nodeRsaExchange(keyPair: NodeKeyPair, oaepHash: string): Pick<ScriptedKeyExchangeDefinition, 'runClient' | 'runServer'> {
  const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }
  return {
    async runClient(io) {
      const [hostKey, transientKey] = strings((await io.receive(30)).payload)
      const blob = new WireReader(transientKey!)
      blob.readName()
      const [e, n] = [blob.readMpint(), blob.readMpint()].map((number) => Buffer.from(number).toString('base64url'))
      const key = createPublicKey({ key: { kty: 'RSA', n: n!, e: e! }, format: 'jwk' })
      const sharedSecret = io.random(100)
      const encrypted = publicEncrypt({ key, ...oaep }, new WireWriter().writeMpint(sharedSecret).finish())
      io.send(31, new WireWriter().writeString(encrypted).finish())
      const [signature] = strings((await io.receive(32)).payload)
      return { hostKey: hostKey!, signature: signature!, sharedSecret, transcript: transcript(transientKey!, encrypted) }
    },
    async runServer(io) {
      io.send(30, new WireWriter().writeString(io.hostKey).writeString(keyPair.publicKey).finish())
      const [encrypted] = strings((await io.receive(31)).payload)
      const secret = new WireReader(privateDecrypt({ key: keyPair.nodeKey, ...oaep }, encrypted!)).readMpint()
      const outcome = { sharedSecret: new Uint8Array(secret), transcript: transcript(keyPair.publicKey, encrypted!) }
      io.send(32, new WireWriter().writeString(await io.sign(outcome)).finish())
      return outcome
    },
  }
}

function transcript(transientKey: Uint8Array, encrypted: Uint8Array): Uint8Array {
  return new WireWriter().writeString(transientKey).writeString(encrypted).finish()
}

function strings(payload: Uint8Array): Uint8Array[] {
  const reader = new WireReader(payload)
  const found: Uint8Array[] = []
  while (reader.remainingLength > 0) found.push(new Uint8Array(reader.readString()))
  return found
}

function mpints(writer: WireWriter, ...numbers: (string | undefined)[]): Uint8Array {
  for (const number of numbers) writer.writeMpint(Buffer.from(number!, 'base64url'))
  return writer.finish()
}
