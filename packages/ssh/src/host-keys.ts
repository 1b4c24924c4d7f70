import { type AlgorithmRegistry, DisconnectReasons, type MaybePromise, type PublicKeyDefinition, SSHError } from '@seashell/core'
import { fingerprint, type KnownHosts } from '@seashell/keys'

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

/**
 * Verifies host keys by known_hosts: a known one is accepted; one that is revoked or differs from what is known is refused, always; about
 * an unknown one `decide` decides, and where there is nobody to decide it is refused.
 *
 * @returns for `SSHClientTransport`'s `verifyHostKey`
 */
export function hostKeyVerifier(
  knownHosts: KnownHosts,
  { host, port }: Destination,
  decide: HostKeyDecision | undefined,
): (publicKey: Uint8Array, definition: PublicKeyDefinition) => Promise<boolean> {
  return async (publicKey, definition) => {
    const verdict = knownHosts.check(host, port, publicKey)
    const shown = `${definition.typeName} key ${fingerprint(publicKey)} of ${host} port ${port}`
    switch (verdict.status) {
      case 'ok':
        return true
      case 'revoked':
        throw refusal(`the ${shown} is revoked, by line ${verdict.entry.line} of the known hosts`)
      case 'changed':
        throw refusal(
          `the ${shown} is not the one that is known, by line ${verdict.known.map(({ line }) => line).join(', ')} of the known hosts; ` +
            `either the key was changed, or somebody is in between`,
        )
      case 'unknown':
        break
    }
    if (decide === undefined) throw refusal(`the ${shown} is not known, and nobody is there to decide about it`)
    const bits = definition.bitLength(publicKey)
    const remember = (): string => knownHosts.add(host, port, publicKey)
    return await decide({ host, port, publicKey, fingerprint: fingerprint(publicKey), typeName: definition.typeName, bits, remember })
  }
}

/**
 * The host key algorithms to offer, those first whose keys are known for the host: so that it shows a key that can be checked.
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
  const isKnown = (name: string): boolean => formats.has(algorithms.publicKeys.get(name).keyFormat)
  return [...names.filter((name) => isKnown(name)), ...names.filter((name) => !isKnown(name))]
}

function refusal(message: string): SSHError {
  return new SSHError('HOST_KEY', message, { fault: 'peer', reason: DisconnectReasons.HOST_KEY_NOT_VERIFIABLE })
}
