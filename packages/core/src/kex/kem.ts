import type { KemKeyExchangeDefinition, KexClientOutcome, KexIO, KexOutcome, KexServerIO } from '../algorithms/definition.ts'
import { MSG_KEX_INIT, MSG_KEX_REPLY } from '../messages.ts'
import { concatBytes, WireReader, WireWriter } from '../wire/index.ts'
import { encodeKex, readKex } from './hash.ts'

/** What a client has after its first message: a key pair whose public half is on its way. */
export interface KemOpening {
  /** The public key, encoded as it was sent. */
  readonly init: Uint8Array
  /** The private key, to be wiped. */
  readonly privateKey: Uint8Array
}

/** Makes a key pair and sends its public half; before this returns, where the definition makes key pairs at once. */
export async function openKem(definition: KemKeyExchangeDefinition, io: Pick<KexIO, 'random' | 'send'>): Promise<KemOpening> {
  const generated = definition.generate(io.random)
  const { publicKey, privateKey } = 'then' in generated ? await generated : generated
  const init = encodeKex(definition.publicFormat, publicKey)
  io.send(MSG_KEX_INIT, init)
  return { init, privateKey }
}

/**
 * The client's side of every exchange of one message each way (RFC 4253 §8, RFC 5656 §4).
 *
 * @param opening its first message, where that was sent already
 */
export async function runKemClient(
  definition: KemKeyExchangeDefinition,
  io: KexIO,
  opening: Promise<KemOpening> = openKem(definition, io),
): Promise<KexClientOutcome> {
  const opened = await opening
  try {
    return await answered(definition, io, opened)
  } finally {
    opened.privateKey.fill(0)
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

async function answered(definition: KemKeyExchangeDefinition, io: KexIO, { init, privateKey }: KemOpening): Promise<KexClientOutcome> {
  const { publicFormat } = definition
  const { payload } = await io.receive(MSG_KEX_REPLY)
  const reader = new WireReader(payload, 'the reply of the key exchange')
  const hostKey = reader.readString('the host key')
  const ciphertext = readKex(publicFormat, reader)
  const signature = reader.readString('the signature')
  reader.end()

  const sharedSecret = await definition.decapsulate(privateKey, ciphertext)
  return { hostKey, signature, sharedSecret, transcript: concatBytes(init, encodeKex(publicFormat, ciphertext)) }
}
