import { certifiedPublicKeys } from '@seashell/certificates'
import type { AlgorithmDefinition } from '@seashell/core'
import { legacyAlgorithms, legacyPublicKeys } from '@seashell/legacy'
import { compatible } from './compatible.ts'
import { join } from './join.ts'

/**
 * {@link compatible}, then everything of `@seashell/legacy`, for old routers and the like. What comes second is registered and not offered,
 * for it is insecure: it is used where it is named, for the one peer that needs it.
 *
 * Decided in November 2026: one list for whoever has to reach anything, which yet offers nothing weak to those who can do better.
 *
 * @example
 * ```ts
 * import { AlgorithmRegistry } from '@seashell/core'
 * import { legacy } from '@seashell/presets'
 * import { connect } from '@seashell/ssh'
 *
 * const router = await connect({
 *   host: 'router.example.org',
 *   user: 'admin',
 *   password: 'correct horse',
 *   algorithms: new AlgorithmRegistry(legacy),
 *   choices: { keyExchanges: '+diffie-hellman-group14-sha1', publicKeys: '+ssh-rsa', ciphers: '+aes*-cbc' },
 * })
 * ```
 */
export const legacy: readonly AlgorithmDefinition[] = /* @__PURE__ */ join(
  compatible,
  legacyAlgorithms,
  /* @__PURE__ */ certifiedPublicKeys(legacyPublicKeys),
)
