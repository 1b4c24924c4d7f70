import { randomBytes } from 'node:crypto'
import type { Framing } from './protection.ts'
import { byte, uint32 } from './wire.ts'

/** What is wrong with a packet before it is sealed: all that follows fits it, so that only this is wrong. */
export interface Malformation {
  /** The packet length field. */
  readonly packetLength?: number
  /** The padding length field. */
  readonly paddingLength?: number
  /** So many bytes of padding there are. */
  readonly padding?: number
}

/** A packet before protection (RFC 4253 §6): `packet length ‖ padding length ‖ payload ‖ padding`. */
export function assemble(payload: Uint8Array, framing: Framing, malformation: Malformation = {}): Buffer {
  const padding = malformation.padding ?? paddingFor(payload.length, framing)
  const body = [byte(malformation.paddingLength ?? padding), payload, randomBytes(padding)]
  return Buffer.concat([uint32(malformation.packetLength ?? 1 + payload.length + padding), ...body])
}

/** The payload of `packet length ‖ padding length ‖ payload ‖ padding`. */
export function payloadOf(packet: Buffer): Buffer {
  return packet.subarray(5, packet.length - packet[4]!)
}

function paddingFor(payloadLength: number, { blockLength, lengthIsPadded }: Framing): number {
  const length = payloadLength + (lengthIsPadded ? 5 : 1)
  const padding = blockLength - (length % blockLength)
  return padding < 4 ? padding + blockLength : padding
}
