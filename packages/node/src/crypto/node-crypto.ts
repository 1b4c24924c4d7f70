import type { AlgorithmDefinition } from '@seashell/core'
import { aesCtrCiphers } from './ciphers/aes-ctr.ts'
import { aesGcmCiphers } from './ciphers/aes-gcm.ts'
import { chacha20Poly1305 } from './ciphers/chacha20-poly1305.ts'
import { hmacMACs } from './hmac.ts'
import { dhKeyExchanges } from './kex/diffie-hellman.ts'
import { ecdhKeyExchanges } from './kex/ecdh.ts'
import { curve25519KeyExchanges } from './kex/x25519.ts'
import { ecdsaPublicKeys } from './keys/ecdsa.ts'
import { sshEd25519 } from './keys/ed25519.ts'
import { rsaPublicKeys } from './keys/rsa.ts'

/**
 * What Node does faster than portable JavaScript, on `node:crypto`, that is OpenSSL: definitions for `override`, each the same on the wire as
 * the portable one of its name. It is chosen by the application, never by detection, and leaves the order of preference as it is.
 *
 * Not here: `mlkem768x25519-sha256`, since Node 20 has no ML-KEM; group exchange, whose
 * messages are kex-dh's, over `nodeGroupArithmetic`; and zlib, since Node's synchronous interface cannot go on with a stream.
 *
 * @example
 * ```ts
 * import { AlgorithmRegistry } from '@seashell/core'
 * import { nodeCrypto } from '@seashell/node'
 * import { compatible } from '@seashell/presets'
 *
 * const algorithms = new AlgorithmRegistry(compatible).override(nodeCrypto)
 * ```
 */
export const nodeCrypto: readonly AlgorithmDefinition[] = /* @__PURE__ */ Object.freeze([
  ...curve25519KeyExchanges,
  ...ecdhKeyExchanges,
  ...dhKeyExchanges,
  sshEd25519,
  ...ecdsaPublicKeys,
  ...rsaPublicKeys,
  chacha20Poly1305,
  ...aesGcmCiphers,
  ...aesCtrCiphers,
  ...hmacMACs,
])
