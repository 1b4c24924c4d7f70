import { isSSHError, publicKeyError, quoteText } from '@seashell/core/wire'
import { type CompletePolicy, extendPolicy, type SecurityKeyDefinition } from './policy.ts'
import { authenticatorData, readSignature, satisfies } from './signature.ts'
import { isClientDataFor } from './webauthn.ts'

/** What a public key of a security key holds. */
export interface SecurityKeyPublicKey {
  /** The point of the curve. */
  readonly point: Uint8Array
  /** What the key was made for: 'ssh:'. */
  readonly application: string
  /** Its bytes, which are hashed. */
  readonly applicationBytes: Uint8Array
}

/** What distinguishes one algorithm from another. */
export interface SecurityKeyParameters {
  /** The name on the wire, of signatures too. */
  readonly name: string
  /** The name of the keys. */
  readonly keyFormat: string
  /** What OpenSSH calls such keys. */
  readonly typeName: string
  /** Whether a browser stands between: what is signed are its client data. */
  readonly web: boolean
  /** Reads a public key blob; throws SSHError `KEY` where it is none. */
  readonly readPublicKey: (blob: Uint8Array) => SecurityKeyPublicKey
  /** Whether a signature of the curve is right; throws SSHError `MALFORMED` where it is malformed. */
  readonly verify: (value: Uint8Array, data: Uint8Array, point: Uint8Array) => boolean
}

/** Makes the definition of one algorithm of security keys, held to a policy. */
export function defineSecurityKey(parameters: SecurityKeyParameters, policy: CompletePolicy): SecurityKeyDefinition {
  const { name, keyFormat, typeName } = parameters
  return Object.freeze<SecurityKeyDefinition>({
    kind: 'public-key',
    apiVersion: 1,
    name,
    provider: 'noble',
    keyFormat,
    signatureFormat: name,
    typeName,
    bitLength: (publicKey) => {
      readAcceptable(publicKey, parameters, policy)
      return 256
    },
    verify: (publicKey, data, signature) => {
      const key = readAcceptable(publicKey, parameters, policy)
      return falseWhereMalformed(() => isRight(key, data, signature, parameters, policy))
    },
    withPolicy: (changes) => defineSecurityKey(parameters, extendPolicy(policy, changes)),
  })
}

function readAcceptable(blob: Uint8Array, { keyFormat, readPublicKey }: SecurityKeyParameters, { applications }: CompletePolicy) {
  const key = readPublicKey(blob)
  if (applications !== undefined && !applications.includes(key.application)) {
    const wanted = applications.map((application) => JSON.stringify(application)).join(', ')
    throw publicKeyError(`expected an ${keyFormat} key for ${wanted || 'no application'}; found one for ${quoteText(key.application)}`)
  }
  return key
}

function isRight(
  { point, applicationBytes }: SecurityKeyPublicKey,
  data: Uint8Array,
  blob: Uint8Array,
  parameters: SecurityKeyParameters,
  policy: CompletePolicy,
): boolean {
  const signature = readSignature(blob)
  const { format, value, flags, web } = signature
  if (format !== parameters.name || (web !== undefined) !== parameters.web || !satisfies(flags, policy)) return false
  if (web !== undefined && !isClientDataFor(data, web, policy)) return false
  return parameters.verify(value, authenticatorData(applicationBytes, signature, web?.clientData ?? data), point)
}

/** A malformed signature is simply not right. */
function falseWhereMalformed(action: () => boolean): boolean {
  try {
    return action()
  } catch (error) {
    if (isSSHError(error) && error.code === 'MALFORMED') return false
    throw error
  }
}
