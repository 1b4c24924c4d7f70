import { defineSecurityKey } from './define.ts'
import { ecdsaParameters, webauthnParameters } from './ecdsa.ts'
import { ed25519Parameters } from './ed25519.ts'
import { defaultPolicy, type SecurityKeyDefinition, type SecurityKeyPolicy } from './policy.ts'

/**
 * `sk-ssh-ed25519@openssh.com` (OpenSSH PROTOCOL.u2f): Ed25519 in a security key.
 *
 * - public key blob: `string name ‖ string public key (32 bytes) ‖ string application`
 * - signature blob: `string name ‖ string R ‖ S (64 bytes) ‖ byte flags ‖ uint32 counter`
 *
 * @example
 * ```ts
 * import { skSshEd25519 } from '@seashell/key-sk'
 *
 * const strict = skSshEd25519.withPolicy({ verifyRequired: true, applications: ['ssh:'] })
 * ```
 */
export const skSshEd25519: SecurityKeyDefinition = /* @__PURE__ */ defineSecurityKey(ed25519Parameters, defaultPolicy)

/**
 * `sk-ecdsa-sha2-nistp256@openssh.com` (OpenSSH PROTOCOL.u2f): ECDSA over P-256 in a security key.
 *
 * - public key blob: `string name ‖ string "nistp256" ‖ string Q (65 bytes) ‖ string application`
 * - signature blob: `string name ‖ string (mpint r ‖ mpint s) ‖ byte flags ‖ uint32 counter`
 */
export const skEcdsaSha2Nistp256: SecurityKeyDefinition = /* @__PURE__ */ defineSecurityKey(ecdsaParameters, defaultPolicy)

/**
 * `webauthn-sk-ecdsa-sha2-nistp256@openssh.com` (OpenSSH PROTOCOL.u2f): the same keys, used by a web page through a browser.
 *
 * - signature blob: that of {@link skEcdsaSha2Nistp256} ‖ `string origin ‖ string client data ‖ string extensions`
 */
export const webauthnSkEcdsaSha2Nistp256: SecurityKeyDefinition = /* @__PURE__ */ defineSecurityKey(webauthnParameters, defaultPolicy)

/** What this package registers, most preferred first. */
export const skPublicKeys: readonly SecurityKeyDefinition[] = /* @__PURE__ */ Object.freeze([
  skSshEd25519,
  skEcdsaSha2Nistp256,
  webauthnSkEcdsaSha2Nistp256,
])

/**
 * All of {@link skPublicKeys}, held to a policy.
 *
 * @example
 * ```ts
 * import { AlgorithmRegistry } from '@seashell/core'
 * import { securityKeys } from '@seashell/key-sk'
 *
 * const algorithms = new AlgorithmRegistry(securityKeys({ verifyRequired: true, applications: ['ssh:'] }))
 * ```
 */
export function securityKeys(policy: SecurityKeyPolicy): readonly SecurityKeyDefinition[] {
  return Object.freeze(skPublicKeys.map((definition) => definition.withPolicy(policy)))
}
