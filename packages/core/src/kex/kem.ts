import type { KemKeyExchangeDefinition, KexClientOutcome, KexIO, KexOutcome, KexServerIO } from '../algorithms/definition.ts'
import { MSG_KEX_INIT, MSG_KEX_REPLY } from '../messages.ts'
import { concatBytes, WireReader, WireWriter } from '../wire/index.ts'
import { encodeKex, readKex } from './hash.ts'

/** The client's side of every exchange of one message each way (RFC 4253 §8, RFC 5656 §4). */
export async function runKemClient(definition: KemKeyExchangeDefinition, io: KexIO): Promise<KexClientOutcome> {
  const { publicKey, privateKey } = await definition.generate(io.random)
  try {
    return await runWithKeyPair(definition, io, publicKey, privateKey)
  } finally {
    privateKey.fill(0)
  }
}

/** The server's side of it. */
export async function runKemServer(definition: KemKeyExchangeDefinition, io: KexServerIO): Promise<KexOutcome> {
  const { publicFormat } = definition
  const { payload } = await io.receive(MSG_KEX_INIT)
  const reader = new WireReader(payload, 'the first message of the key exchange')
  const publicKey = readKex(publicFormat, reader)
  reader.end()

  const { ciphertext, sharedSecret } = await definition.encapsulate(publicKey, io.random)
  const reply = encodeKex(publicFormat, ciphertext)
  const outcome = { sharedSecret, transcript: concatBytes(encodeKex(publicFormat, publicKey), reply) }
  const signature = await io.sign(outcome)
  io.send(MSG_KEX_REPLY, new WireWriter(2048).writeString(io.hostKey).writeBytes(reply).writeString(signature).finish())
  return outcome
}

async function runWithKeyPair(
  definition: KemKeyExchangeDefinition,
  io: KexIO,
  publicKey: Uint8Array,
  privateKey: Uint8Array,
): Promise<KexClientOutcome> {
  const { publicFormat } = definition
  const init = encodeKex(publicFormat, publicKey)
  io.send(MSG_KEX_INIT, init)

  const { payload } = await io.receive(MSG_KEX_REPLY)
  const reader = new WireReader(payload, 'the reply of the key exchange')
  const hostKey = reader.readString('the host key')
  const ciphertext = readKex(publicFormat, reader)
  const signature = reader.readString('the signature')
  reader.end()

  const sharedSecret = await definition.decapsulate(privateKey, ciphertext)
  return { hostKey, signature, sharedSecret, transcript: concatBytes(init, encodeKex(publicFormat, ciphertext)) }
}
