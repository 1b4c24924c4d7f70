import { blobFormat, isSSHError, type MaybePromise, type PublicKeyDefinition, verifySignature } from '@seashell/core'
import { WireReader, WireWriter } from '@seashell/core/wire'
import { fromCaller } from '../errors.ts'
import { MSG_USERAUTH_PK_OK } from '../messages.ts'
import { type PublicKeyClaim, signedData } from '../request.ts'
import {
  type Accepted,
  type AuthContext,
  type Decision,
  isAcceptance,
  type Judgement,
  type PartlyAccepted,
  type ServerAuthMethod,
  type ServerExchange,
} from './method.ts'

/** A key that a client says it has. */
export interface PublicKeyRequest extends PublicKeyClaim {
  /** Whether a signature came along, which is verified after you say yes. Without, the client asks whether it is worth signing. */
  readonly signed: boolean
}

/**
 * Whether a key may log this user in. Asked for queries too, and before the signature is verified: that it was called proves nothing. What
 * did succeed is in the `successes` that services and later handlers get; anything to remember goes along as `details`.
 */
export type PublicKeyHandler = (request: PublicKeyRequest, context: AuthContext) => MaybePromise<Decision>

/** The method `publickey` (RFC 4252 §7). */
export function serverPublicKey(handler: PublicKeyHandler): ServerAuthMethod {
  return {
    name: 'publickey',
    async authenticate(exchange): Promise<Judgement> {
      const { signed, signature, ...claim } = readPublicKeyRequest(exchange.fields)
      const refused = signed ? false : ({ refuse: 'uncounted' } as const)
      const definition = findDefinition(exchange, claim)
      if (definition === undefined) return refused
      const decision = await fromCaller('the handler of publickey', () => handler({ ...claim, signed }, exchange.context))
      if (!isAcceptance(decision)) return refused
      const strict = underPolicy(definition, decision)
      if (strict === undefined) return refused
      if (signature === undefined) return { reply: { messageNum: MSG_USERAUTH_PK_OK, payload: echo(claim) } }
      if (!(await isGenuine(exchange, strict, claim, signature))) return false
      exchange.setKey(claim)
      return decision
    },
  }
}

function readPublicKeyRequest(fields: Uint8Array): PublicKeyRequest & { readonly signature: Uint8Array | undefined } {
  const reader = new WireReader(fields, 'a publickey request')
  const signed = reader.readBoolean()
  const algorithm = reader.readName()
  const publicKey = reader.readString('the public key')
  const signature = signed ? reader.readString('the signature') : undefined
  reader.end()
  return { signed, algorithm, publicKey, signature }
}

/** The algorithm that a request names, where we take it and the blob is a key for it, of an acceptable size. */
function findDefinition({ transport }: ServerExchange, { algorithm, publicKey }: PublicKeyClaim): PublicKeyDefinition | undefined {
  const registered = transport.algorithms.publicKeys
  if (!transport.acceptedPublicKeys.includes(algorithm) || !registered.has(algorithm)) return undefined
  const definition = registered.get(algorithm)
  const right = unlessBad(() => {
    definition.bitLength(publicKey)
    return blobFormat(publicKey, 'a public key') === definition.keyFormat
  })
  return right ? definition : undefined
}

/** The algorithm as the handler wants it kept; undefined where its signatures cannot prove what is asked of them. */
function underPolicy(definition: PublicKeyDefinition, decision: true | Accepted | PartlyAccepted): PublicKeyDefinition | undefined {
  const policy = decision === true ? undefined : decision.signaturePolicy
  if (policy === undefined) return definition
  if (definition.withPolicy !== undefined) return definition.withPolicy(policy)
  // Whoever signs with a key in a file is there, as far as anybody can tell; a PIN or a finger it cannot show.
  return policy.verifyRequired === true ? undefined : definition
}

/** Blobs come from anyone: one that is no key is a reason to refuse it, not to hang up. */
function unlessBad(check: () => boolean): boolean {
  try {
    return check()
  } catch (error) {
    if (isSSHError(error)) return false
    throw error
  }
}

async function isGenuine(
  { user, service, method, transport }: ServerExchange,
  definition: PublicKeyDefinition,
  claim: PublicKeyClaim,
  signature: Uint8Array,
): Promise<boolean> {
  const data = signedData(transport.sessionID, { user, service, method }, claim)
  try {
    return await verifySignature(definition, claim.publicKey, data, signature)
  } catch (error) {
    if (isSSHError(error)) return false
    throw error
  }
}

function echo({ algorithm, publicKey }: PublicKeyClaim): Uint8Array {
  return new WireWriter().writeString(algorithm).writeString(publicKey).finish()
}
