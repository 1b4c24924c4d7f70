import { decodeUtf8, WireReader } from '@seashell/core/wire'
import type { Certificate } from './certificate.ts'
import { asCertificateError, certificateError } from './errors.ts'

/** What a valid certificate restricts and permits (OpenSSH PROTOCOL.certkeys). Of a host's certificate nothing is permitted. */
export interface CertificateOptions {
  /** `force-command`: what is run, whatever was asked for. */
  readonly forceCommand?: string
  /** `source-address`: where the user may come from, addresses and CIDR blocks separated by commas; checked already. */
  readonly sourceAddress?: string
  /** `verify-required`: the security key has to verify its user, by PIN or fingerprint. */
  readonly verifyRequired: boolean
  /** Not `no-touch-required`: the security key has to be touched. */
  readonly touchRequired: boolean
  /** `permit-agent-forwarding`. */
  readonly permitAgentForwarding: boolean
  /** `permit-port-forwarding`. */
  readonly permitPortForwarding: boolean
  /** `permit-pty`. */
  readonly permitPty: boolean
  /** `permit-user-rc`. */
  readonly permitUserRc: boolean
  /** `permit-X11-forwarding`. */
  readonly permitX11Forwarding: boolean
}

/** The critical options of users' certificates, on the wire; hosts' have none. */
export const criticalOptionNames: Readonly<Record<'forceCommand' | 'sourceAddress' | 'verifyRequired', string>> =
  /* @__PURE__ */ Object.freeze({
    forceCommand: 'force-command',
    sourceAddress: 'source-address',
    verifyRequired: 'verify-required',
  })

/** What a user's certificate can permit, by the names of {@link CertificateOptions}. */
export type Permission = 'permitAgentForwarding' | 'permitPortForwarding' | 'permitPty' | 'permitUserRc' | 'permitX11Forwarding'

/** The extensions that permit something, on the wire. */
export const permissionNames: Readonly<Record<Permission, string>> = /* @__PURE__ */ Object.freeze({
  permitAgentForwarding: 'permit-agent-forwarding',
  permitPortForwarding: 'permit-port-forwarding',
  permitPty: 'permit-pty',
  permitUserRc: 'permit-user-rc',
  permitX11Forwarding: 'permit-X11-forwarding',
})

/** The extension that lets a security key sign by itself. */
export const NO_TOUCH_REQUIRED = 'no-touch-required'

/**
 * Reads what a certificate restricts and permits.
 *
 * @param understood critical options besides these, which somebody else checks
 * @throws SSHError `KEY` where a critical option is not understood, or one of these is malformed
 */
export function readOptions(certificate: Certificate, understood: readonly string[]): CertificateOptions {
  const { type, criticalOptions, extensions } = certificate
  const known: readonly string[] = type === 'user' ? Object.values(criticalOptionNames) : []
  const unknown = [...criticalOptions.keys()].find((name) => !known.includes(name) && !understood.includes(name))
  if (unknown !== undefined) throw certificateError(`expected a ${type} certificate with critical options that are known; found ${unknown}`)
  const permits = (name: string): boolean => type === 'user' && readFlag(extensions, name)
  const forceCommand = readValue(criticalOptions, criticalOptionNames.forceCommand)
  const sourceAddress = readValue(criticalOptions, criticalOptionNames.sourceAddress)
  return {
    ...(forceCommand !== undefined && { forceCommand }),
    ...(sourceAddress !== undefined && { sourceAddress }),
    verifyRequired: readFlag(criticalOptions, criticalOptionNames.verifyRequired),
    touchRequired: !permits(NO_TOUCH_REQUIRED),
    permitAgentForwarding: permits(permissionNames.permitAgentForwarding),
    permitPortForwarding: permits(permissionNames.permitPortForwarding),
    permitPty: permits(permissionNames.permitPty),
    permitUserRc: permits(permissionNames.permitUserRc),
    permitX11Forwarding: permits(permissionNames.permitX11Forwarding),
  }
}

/** An option with a value has one string inside its data. */
function readValue(fields: ReadonlyMap<string, Uint8Array>, name: string): string | undefined {
  const data = fields.get(name)
  if (data === undefined) return undefined
  return asCertificateError(() => {
    const reader = new WireReader(data, `the option ${name}`)
    const value = reader.readString('its value')
    reader.end()
    if (value.includes(0)) throw certificateError(`expected text in the option ${name}; found a zero in it`)
    return decodeUtf8(value)
  })
}

/** An option without one has no data. */
function readFlag(fields: ReadonlyMap<string, Uint8Array>, name: string): boolean {
  const data = fields.get(name)
  if (data === undefined) return false
  if (data.length > 0) throw certificateError(`expected no data in the option ${name}; found ${data.length} bytes`)
  return true
}
