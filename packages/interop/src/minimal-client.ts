/**
 * What the smallest useful client imports: one algorithm of each kind, authentication, sessions. No test runs this; `pnpm size` bundles
 * it for a browser, from what users install.
 */
export * as chacha20Poly1305 from '@seashell/cipher-chacha20-poly1305'
export * as connection from '@seashell/connection'
export * as core from '@seashell/core'
export * as curve25519 from '@seashell/kex-curve25519'
export * as ed25519 from '@seashell/key-ed25519'
export * as userauth from '@seashell/userauth'
