/**
 * Keys as files have them: private keys, public key lines, fingerprints, authorized_keys and known_hosts. Which types of key there are is
 * told by the definitions that are passed in.
 *
 * @module
 */
export { parseAuthorizedKeys } from './authorized-keys/authorized-keys.ts'
export type { AuthorizedKey, AuthorizedKeys } from './authorized-keys/authorized-keys.ts'
export type { AuthorizedKeyOptions } from './authorized-keys/options.ts'
export type { LineProblem } from './errors.ts'
export { fingerprint } from './fingerprint.ts'
export { formatKnownHost } from './known-hosts/format.ts'
export type { FormatKnownHostOptions } from './known-hosts/format.ts'
export { KnownHosts } from './known-hosts/known-hosts.ts'
export type { HostKeyVerdict } from './known-hosts/known-hosts.ts'
export type { KnownHost } from './known-hosts/line.ts'
export type { KeyDerivation, Passphrase } from './private-key/encryption.ts'
export { formatPrivateKey } from './private-key/format.ts'
export type { FormatPrivateKeyOptions } from './private-key/format.ts'
export { generatePrivateKey } from './private-key/generate.ts'
export type { GeneratePrivateKeyOptions } from './private-key/generate.ts'
export { parsePrivateKey } from './private-key/parse.ts'
export type { ParsePrivateKeyOptions } from './private-key/parse.ts'
export type { PrivateKey } from './private-key/private-key.ts'
export { formatPublicKey, keyFormatOf, parsePublicKey } from './public-key.ts'
export type { PublicKey } from './public-key.ts'
export { createSigner } from './signer.ts'
