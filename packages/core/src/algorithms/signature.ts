import { SSHError } from '../errors.ts'
import { DisconnectReasons } from '../messages.ts'
import { WireReader } from '../wire/reader.ts'
import type { PublicKeyDefinition } from './definition.ts'

/** The name in front of a public key blob or a signature blob: `string name ‖ …` (RFC 4253 §6.6). */
export function blobFormat(blob: Uint8Array, what: string): string {
  return new WireReader(blob, what).readName()
}

/**
 * Verifies a signature under one algorithm: the key must be of that algorithm's format, the signature must say that it is of that
 * algorithm, and it must be right. Host keys and user keys go through here alike.
 *
 * @param definition the algorithm that was agreed on
 * @param publicKey the public key blob
 * @param data what was signed
 * @param signature the signature blob
 * @returns whether the signature is right
 * @throws SSHError `KEY_EXCHANGE` or `KEY`, fault 'peer', where key or signature are of another format than the algorithm's; `MALFORMED`
 */
export async function verifySignature(
  definition: PublicKeyDefinition,
  publicKey: Uint8Array,
  data: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  expectFormat(definition, 'public key', definition.keyFormat, blobFormat(publicKey, 'a public key'))
  expectFormat(definition, 'signature', definition.signatureFormat, blobFormat(signature, 'a signature'))
  return await definition.verify(publicKey, data, signature)
}

function expectFormat(definition: PublicKeyDefinition, what: string, expected: string, found: string): void {
  if (found === expected) return
  throw new SSHError('KEY', `expected a ${what} of format ${expected} for ${definition.name}; the peer sent one of format ${found}`, {
    fault: 'peer',
    reason: DisconnectReasons.KEY_EXCHANGE_FAILED,
  })
}
