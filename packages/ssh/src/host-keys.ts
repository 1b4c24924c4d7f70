import { isCertificate, isCertificateName } from '@seashell/certificates'
import { type AlgorithmRegistry, DisconnectReasons, type MaybePromise, type PublicKeyDefinition, SSHError } from '@seashell/core'
import { fingerprint, type KnownHosts } from '@seashell/keys'
import { checkHostCertificate } from './host-certificates.ts'

/** A host key that known_hosts says nothing about. */
export interface HostKeyQuestion {
  /** The host as the caller named it. */
  readonly host: string
  /** Its port. */
  readonly port: number
  /** The public key blob. */
  readonly publicKey: Uint8Array
  /** `SHA256:…`, as OpenSSH shows it. */
  readonly fingerprint: string
  /** 'ED25519', 'RSA', … */
  readonly typeName: string
  /** Its size in bits. */
  readonly bits: number
  /** Adds it to the known hosts; returns the line to append to their file. */
  remember(): string
}

/** Decides about a host key that is not known. */
export type HostKeyDecision = (question: HostKeyQuestion) => MaybePromise<boolean>

/** The host that was meant. */
export interface Destination {
  /** The host as the caller named it. */
  readonly host: string
  /** Its port. */
  readonly port: number
}

/** A public key blob, and an algorithm that reads such blobs. */
type HostKeyCheck = (publicKey: Uint8Array, definition: PublicKeyDefinition) => Promise<boolean>

/**
 * Verifies host keys by known_hosts: a known one is accepted; one that is revoked or differs from what is known is refused, always; about
 * an unknown one `decide` decides, and where there is nobody to decide it is refused. A certificate is accepted where an authority of the host
 * (`@cert-authority`) vouches for it; any other is as good as the key in it.
 *
 * @param definitions the types of key there are: a registry's `publicKeys`
 * @returns for `SSHClientTransport`'s `verifyHostKey`
 */
export function hostKeyVerifier(
  knownHosts: KnownHosts,
  destination: Destination,
  decide: HostKeyDecision | undefined,
  definitions: Iterable<PublicKeyDefinition>,
): HostKeyCheck {
  const { host, port } = destination
  const checkPlain = plainKeyVerifier(knownHosts, destination, decide)
  return async (publicKey, definition) => {
    if (!isCertificate(publicKey)) return await checkPlain(publicKey, definition)
    const verdict = await checkHostCertificate(publicKey, host, knownHosts.find(host, port), definitions)
    if (verdict.status === 'revoked') throw refusal(`the certificate that ${host} port ${port} shows is revoked, by the known hosts`)
    return verdict.status === 'good' || (await checkPlain(verdict.publicKey, plainDefinition(definition, definitions)))
  }
}

function plainKeyVerifier(knownHosts: KnownHosts, { host, port }: Destination, decide: HostKeyDecision | undefined): HostKeyCheck {
  return async (publicKey, definition) => {
    const verdict = knownHosts.check(host, port, publicKey)
    if (verdict.status === 'ok') return true
    const refuse = (why: string): SSHError =>
      refusal(`the ${definition.typeName} key ${fingerprint(publicKey)} of ${host} port ${port} is ${why}`)
    switch (verdict.status) {
      case 'revoked':
        throw refuse(`revoked, by line ${verdict.entry.line} of the known hosts`)
      case 'changed':
        throw refuse(
          `not the one that is known, by line ${verdict.known.map(({ line }) => line).join(', ')} of the known hosts; ` +
            `either the key was changed, or somebody is in between`,
        )
      case 'unknown':
        break
    }
    if (decide === undefined) throw refuse('not known, and nobody is there to decide about it')
    return await decide({
      host,
      port,
      publicKey,
      // Who decides by the key itself need not wait for its hash.
      get fingerprint() {
        return fingerprint(publicKey)
      },
      typeName: definition.typeName,
      bits: definition.bitLength(publicKey),
      remember: () => knownHosts.add(host, port, publicKey),
    })
  }
}

/** The algorithm of plain keys that one of certificates is made of: its signatures are the same. */
function plainDefinition({ signatureFormat }: PublicKeyDefinition, definitions: Iterable<PublicKeyDefinition>): PublicKeyDefinition {
  const found = [...definitions].find(({ name }) => name === signatureFormat)
  if (found === undefined) throw refusal(`the key in the certificate is of a type that is not registered: ${signatureFormat}`)
  return found
}

/**
 * The host key algorithms to offer, those first that show a key which can be checked: certificates where an authority of the host is known, and
 * keys of the formats that are.
 *
 * @param names what to put in order, most preferred first
 */
export function preferKnown(
  names: readonly string[],
  algorithms: AlgorithmRegistry,
  knownHosts: KnownHosts,
  { host, port }: Destination,
): readonly string[] {
  const formats = new Set(knownHosts.keyFormats(host, port))
  const hasAuthority = knownHosts.find(host, port).some(({ marker }) => marker === 'cert-authority')
  if (formats.size === 0 && !hasAuthority) return names
  const isKnown = (name: string): boolean => {
    const { keyFormat } = algorithms.publicKeys.get(name)
    return formats.has(keyFormat) || (hasAuthority && isCertificateName(keyFormat))
  }
  return [...names.filter((name) => isKnown(name)), ...names.filter((name) => !isKnown(name))]
}

function refusal(message: string): SSHError {
  return new SSHError('HOST_KEY', message, { fault: 'peer', reason: DisconnectReasons.HOST_KEY_NOT_VERIFIABLE })
}
