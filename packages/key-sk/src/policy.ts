import type { PublicKeyDefinition, SignaturePolicy } from '@seashell/core'

/** What is demanded of security keys and their signatures. */
export interface SecurityKeyPolicy extends SignaturePolicy {
  /** The applications that keys may be made for; any where absent. OpenSSH's are 'ssh:', or 'ssh:' and more. */
  readonly applications?: readonly string[]
  /** The origins of web pages that signatures may be made on ('https://example.org'); any where absent. */
  readonly origins?: readonly string[]
}

/** A definition that is held to a policy: `{ touchRequired: true, verifyRequired: false }` where nothing else is said. */
export interface SecurityKeyDefinition extends PublicKeyDefinition {
  /** The same algorithm with another policy; what it does not mention stays. */
  withPolicy(policy: SecurityKeyPolicy): SecurityKeyDefinition
}

/** A policy that leaves nothing open but its lists. */
export interface CompletePolicy extends SecurityKeyPolicy {
  readonly touchRequired: boolean
  readonly verifyRequired: boolean
}

/** A touch proves that somebody was there, and no malware alone; OpenSSH demands it unless a key's line says otherwise. */
export const defaultPolicy: CompletePolicy = /* @__PURE__ */ Object.freeze({ touchRequired: true, verifyRequired: false })

/** A policy with some of it replaced. */
export function extendPolicy(policy: CompletePolicy, changes: SecurityKeyPolicy): CompletePolicy {
  const applications = changes.applications ?? policy.applications
  const origins = changes.origins ?? policy.origins
  return {
    touchRequired: changes.touchRequired ?? policy.touchRequired,
    verifyRequired: changes.verifyRequired ?? policy.verifyRequired,
    ...(applications !== undefined && { applications }),
    ...(origins !== undefined && { origins }),
  }
}
