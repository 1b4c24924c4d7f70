import { certifiedPublicKeys } from '@seashell/certificates'
import type { AlgorithmDefinition, PublicKeyDefinition } from '@seashell/core'
import { ecdsaSha2Nistp256, ecdsaSha2Nistp384, ecdsaSha2Nistp521 } from '@seashell/key-ecdsa'
import { sshEd25519 } from '@seashell/key-ed25519'
import { rsaSha2_256, rsaSha2_512 } from '@seashell/key-rsa'
import { skEcdsaSha2Nistp256, skSshEd25519 } from '@seashell/key-sk'
import { join } from './join.ts'

const plain: readonly PublicKeyDefinition[] = [
  sshEd25519,
  ecdsaSha2Nistp256,
  ecdsaSha2Nistp384,
  ecdsaSha2Nistp521,
  skSshEd25519,
  skEcdsaSha2Nistp256,
  rsaSha2_512,
  rsaSha2_256,
]

/** OpenSSH's public keys, in its order: certificates first, so that a host or user that has one shows it. */
export const openSSHPublicKeys: readonly AlgorithmDefinition[] = /* @__PURE__ */ join(/* @__PURE__ */ certifiedPublicKeys(plain), plain)
