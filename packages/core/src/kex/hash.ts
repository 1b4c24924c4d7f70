import type { Hash, KexFormat, KexOutcome } from '../algorithms/definition.ts'
import { type WireReader, WireWriter } from '../wire/index.ts'

/** What both sides said before the exchange proper: the beginning of every exchange hash (RFC 4253 §8). */
export interface ExchangeContext {
  /** V_C, without the line end. */
  readonly clientVersion: Uint8Array
  /** V_S, without the line end. */
  readonly serverVersion: Uint8Array
  /** I_C: the client's KEXINIT, message number included. */
  readonly clientKexInit: Uint8Array
  /** I_S: the server's. */
  readonly serverKexInit: Uint8Array
}

/** A number or string of the exchange as it goes on the wire and into the hashes. */
export function encodeKex(format: KexFormat, value: Uint8Array): Uint8Array {
  const writer = new WireWriter(value.length + 5)
  const encoded = (format === 'mpint' ? writer.writeMpint(value) : writer.writeString(value)).finish()
  // It may be the shared secret.
  writer.wipe()
  return encoded
}

/** Reads one. */
export function readKex(format: KexFormat, reader: WireReader): Uint8Array {
  return format === 'mpint' ? reader.readMpint() : reader.readString()
}

/**
 * The exchange hash H = HASH(V_C ‖ V_S ‖ I_C ‖ I_S ‖ K_S ‖ what is the method's own ‖ K) (RFC 4253 §8).
 *
 * @param hostKey K_S
 * @param outcome transcript and shared secret
 * @param sharedSecret K, encoded
 */
export function exchangeHash(
  hash: Hash,
  context: ExchangeContext,
  hostKey: Uint8Array,
  { transcript }: Pick<KexOutcome, 'transcript'>,
  sharedSecret: Uint8Array,
): Uint8Array {
  const writer = new WireWriter(4096)
    .writeString(context.clientVersion)
    .writeString(context.serverVersion)
    .writeString(context.clientKexInit)
    .writeString(context.serverKexInit)
    .writeString(hostKey)
    .writeBytes(transcript)
    .writeBytes(sharedSecret)
  const input = writer.finish()
  const digest = hash(input)
  input.fill(0)
  writer.wipe()
  return digest
}
