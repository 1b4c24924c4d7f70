import type { Signer } from '@seashell/core'
import { equalBytes, invalidArgument, WireReader } from '@seashell/core/wire'
import { formatOf } from './certificate.ts'
import { certificateName } from './names.ts'

/**
 * A signer that shows a certificate in place of its plain key: for `publicKey()` of userauth, or as one of a server's `hostKeys`. It signs
 * with the key as before; pass the plain signer beside it where peers may not know the authority.
 *
 * @param signer holds the certified key
 * @param certificate the certificate; copied
 * @throws SSHError `ARGUMENT` where the certificate is for another key; `KEY` where a blob is none
 *
 * @example
 * ```ts
 * import type { Signer } from '@seashell/core'
 * import { certifiedSigner } from '@seashell/certificates'
 *
 * function withCertificate(signer: Signer, certificate: Uint8Array): readonly Signer[] {
 *   return [certifiedSigner(signer, certificate), signer]
 * }
 * ```
 */
export function certifiedSigner(signer: Signer, certificate: Uint8Array): Signer {
  checkIsFor(certificate, signer.publicKey)
  const plainNames = new Map(signer.algorithms.map((name) => [certificateName(name), name]))
  return Object.freeze<Signer>({
    publicKey: certificate.slice(),
    algorithms: Object.freeze([...plainNames.keys()]),
    sign: async (data, algorithm, options) => {
      const plain = plainNames.get(algorithm)
      if (plain === undefined) throw invalidArgument(`expected one of ${[...plainNames.keys()].join(', ')} to sign with; got ${algorithm}`)
      return await signer.sign(data, plain, options)
    },
  })
}

/** A certificate for a key has its fields after format and nonce. */
function checkIsFor(certificate: Uint8Array, publicKey: Uint8Array): void {
  const expected = certificateName(formatOf(publicKey))
  const found = formatOf(certificate)
  if (found !== expected) throw invalidArgument(`expected a certificate of format ${expected}; got ${JSON.stringify(found)}`)
  const inside = new WireReader(certificate, 'a certificate')
  inside.readName()
  inside.readString('the nonce')
  const key = new WireReader(publicKey, 'a public key')
  key.readName()
  const fields = key.readRemaining()
  if (inside.remainingLength < fields.length || !equalBytes(inside.readBytes(fields.length), fields)) {
    throw invalidArgument('expected a certificate for the key of the signer; got one for another key')
  }
}
