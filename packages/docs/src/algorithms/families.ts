import { certifiedPublicKeys } from '@seashell/certificates'
import * as cipherAes from '@seashell/cipher-aes'
import * as cipherChaCha20Poly1305 from '@seashell/cipher-chacha20-poly1305'
import * as compressionZlib from '@seashell/compression-zlib'
import { type AlgorithmDefinition, AlgorithmRegistry } from '@seashell/core'
import * as kexCurve25519 from '@seashell/kex-curve25519'
import * as kexDh from '@seashell/kex-dh'
import * as kexEcdh from '@seashell/kex-ecdh'
import * as kexMlkem from '@seashell/kex-mlkem'
import * as kexRsa from '@seashell/kex-rsa'
import * as kexSntrup from '@seashell/kex-sntrup'
import * as keyEcdsa from '@seashell/key-ecdsa'
import * as keyEd25519 from '@seashell/key-ed25519'
import * as keyMldsa from '@seashell/key-mldsa'
import * as keyRsa from '@seashell/key-rsa'
import * as keySk from '@seashell/key-sk'
import * as legacy from '@seashell/legacy'
import * as macHmac from '@seashell/mac-hmac'
import * as macUmac from '@seashell/mac-umac'

/** An algorithm of ours, and where it is. */
export interface OurAlgorithm {
  readonly definition: AlgorithmDefinition
  /** The package, without its scope. */
  readonly family: string
  /** What to import from there; or the call that makes it. */
  readonly symbol: string
}

/** The packages of algorithms, in the order of the tables: an export that is a definition is an algorithm, and whatever else it is not. */
const families: Readonly<Record<string, object>> = {
  'kex-mlkem': kexMlkem,
  'kex-sntrup': kexSntrup,
  'kex-curve25519': kexCurve25519,
  'kex-ecdh': kexEcdh,
  'kex-dh': kexDh,
  'kex-rsa': kexRsa,
  'key-ed25519': keyEd25519,
  'key-ecdsa': keyEcdsa,
  'key-rsa': keyRsa,
  'key-sk': keySk,
  'key-mldsa': keyMldsa,
  'cipher-chacha20-poly1305': cipherChaCha20Poly1305,
  'cipher-aes': cipherAes,
  'mac-umac': macUmac,
  'mac-hmac': macHmac,
  'compression-zlib': compressionZlib,
  legacy,
}

/** Every algorithm of every family: what core registers by itself, what the families export, and the certificates of their keys. */
export function ourAlgorithms(): readonly OurAlgorithm[] {
  const exported = Object.entries(families).flatMap(([family, module]) =>
    Object.entries(module).flatMap(([symbol, value]) => (isDefinition(value) ? { definition: value, family, symbol } : [])),
  )
  return [...exported, ...exported.flatMap(certificateOf), ...registeredByCore()]
}

function certificateOf({ definition, symbol }: OurAlgorithm): OurAlgorithm[] {
  if (definition.kind !== 'public-key') return []
  return certifiedPublicKeys([definition]).map((made) => ({ definition: made, family: 'certificates', symbol: `certified(${symbol})` }))
}

function registeredByCore(): readonly OurAlgorithm[] {
  const { ciphers, macs, compressions } = new AlgorithmRegistry()
  return [...ciphers, ...macs, ...compressions].map((definition) => ({ definition, family: 'core', symbol: 'registered by itself' }))
}

function isDefinition(value: unknown): value is AlgorithmDefinition {
  return typeof value === 'object' && value !== null && 'apiVersion' in value && 'kind' in value && 'name' in value
}
