import type { PublicKeyDefinition } from '@seashell/core'
import { invalidArgument } from '@seashell/core/wire'
import { type Certificate, parseCertificate } from './certificate.ts'
import { certificateName, isCertificateName } from './names.ts'
import { criticalOptionNames } from './options.ts'

/**
 * Makes the algorithm of certificates for keys of one algorithm, whoever's that is: the signature is the plain one's, the public key blob the
 * certificate. `rsa-sha2-512` becomes `rsa-sha2-512-cert-v01@openssh.com`, with keys of format `ssh-rsa-cert-v01@openssh.com`.
 *
 * It verifies that the holder of the certified key signed, and holds them to the certificate's `verify-required`. Whether the certificate
 * itself is any good is what {@link verifyCertificate} says.
 *
 * @throws SSHError `ARGUMENT` where it is an algorithm of certificates already
 *
 * @example
 * ```ts
 * import { AlgorithmRegistry, type PublicKeyDefinition } from '@seashell/core'
 * import { certified } from '@seashell/certificates'
 *
 * declare const sshEd25519: PublicKeyDefinition
 * const algorithms = new AlgorithmRegistry([certified(sshEd25519), sshEd25519])
 * ```
 */
export function certified(definition: PublicKeyDefinition): PublicKeyDefinition {
  const { kind, apiVersion, name, provider, insecure, keyFormat, signatureFormat, typeName } = definition
  if (isCertificateName(keyFormat)) throw invalidArgument(`expected an algorithm of plain keys; got ${name}`)
  const read = (blob: Uint8Array): Certificate => parseCertificate(blob, [definition])
  return Object.freeze<PublicKeyDefinition>({
    kind,
    apiVersion,
    name: certificateName(name),
    provider,
    ...(insecure !== undefined && { insecure }),
    keyFormat: certificateName(keyFormat),
    signatureFormat,
    typeName: `${typeName}-CERT`,
    bitLength: (blob) => definition.bitLength(read(blob).publicKey),
    verify: (blob, data, signature) => {
      const certificate = read(blob)
      return heldTo(definition, certificate)?.verify(certificate.publicKey, data, signature) ?? false
    },
    ...(definition.withPolicy !== undefined && { withPolicy: (policy) => certified(definition.withPolicy!(policy)) }),
  })
}

/**
 * Makes the algorithms of certificates for keys of several algorithms, in their order: see {@link certified}.
 *
 * @throws SSHError `ARGUMENT` where one is an algorithm of certificates already
 */
export function certifiedPublicKeys(definitions: Iterable<PublicKeyDefinition>): readonly PublicKeyDefinition[] {
  return Object.freeze([...definitions].map((definition) => certified(definition)))
}

/** The algorithm as the certificate wants it kept; undefined where its signatures cannot prove that. A certificate only ever tightens. */
function heldTo(definition: PublicKeyDefinition, { criticalOptions }: Certificate): PublicKeyDefinition | undefined {
  return criticalOptions.has(criticalOptionNames.verifyRequired) ? definition.withPolicy?.({ verifyRequired: true }) : definition
}
