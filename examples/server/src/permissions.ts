import { BlockList, isIP } from 'node:net'
import { matchesPattern } from '@seashell/core/wire'
import type { AuthorizedKey, AuthorizedKeyOptions } from '@seashell/keys'
import type { Login } from '@seashell/userauth'

/** What someone who has logged in may do: what the options of their authorized key say, or everything. */
export type Permissions = Pick<AuthorizedKeyOptions, 'command' | 'environment' | 'permitPty' | 'permitPortForwarding' | 'permitOpen'>

const EVERYTHING: Permissions = { environment: new Map(), permitPty: true, permitPortForwarding: true, permitOpen: [] }

/** An IP address whose network is told by a number of bits. */
const CIDR = /^(.+)\/(\d{1,3})$/

/** Characters of addresses, and `*` and `?`: what can be compared with an address without asking DNS. */
const ADDRESS_PATTERN = /^[\d.:a-f*?]+$/i

const HOST_AND_PORT = /^(?:\[([^[\]]+)\]|([^:[\]]+)):(\d{1,5}|\*)$/

/** What the login may do; the key's options went along with its success. */
export function permissionsOf({ successes }: Login): Permissions {
  const entry = successes.find(({ details }) => details !== undefined)?.details as AuthorizedKey | undefined
  return entry?.options ?? EVERYTHING
}

/**
 * Why a line of authorized_keys is no way in here; undefined where it is one. An option that restricts, and that this server cannot
 * honour, must not be passed over.
 */
export function obstacleOf({ options }: AuthorizedKey): string | undefined {
  if (options.certAuthority) return 'certificates are not supported'
  if (options.principals !== undefined) return 'the option principals is for certificates'
  if (options.verifyRequired) return 'the option verify-required is for security keys'
  const host = options.from?.find((pattern) => !isAddressPattern(bare(pattern)))
  if (host !== undefined) return `the option from has ${JSON.stringify(host)}, and host names are not looked up`
  const open = options.permitOpen.find((target) => !HOST_AND_PORT.test(target))
  return open === undefined ? undefined : `the option permitopen has ${JSON.stringify(open)}, which is no host:port`
}

/** Whether a key may be used now, from this address. */
export function isUsable({ options: { from, expiryTime } }: AuthorizedKey, address: string, now: Date): boolean {
  return (expiryTime === undefined || now < expiryTime) && (from === undefined || comesFrom(from, address))
}

/** Whether `permitopen` lets a connection be forwarded there: literally, or `*` for any host or port. Nothing said permits all. */
export function permitsOpen(permitOpen: readonly string[], host: string, port: number): boolean {
  return permitOpen.length === 0 || permitOpen.some((target) => isTarget(target, host, port))
}

function isTarget(target: string, host: string, port: number): boolean {
  const [, bracketed, plain, itsPort] = HOST_AND_PORT.exec(target) ?? []
  const itsHost = bracketed ?? plain
  return (itsHost === '*' || itsHost === host) && (itsPort === '*' || itsPort === String(port))
}

/** ssh_config(5), PATTERNS: at least one has to match, and none with `!` in front may. */
function comesFrom(patterns: readonly string[], address: string): boolean {
  const matching = patterns.filter((pattern) => matches(bare(pattern), address))
  return matching.length > 0 && !matching.some((pattern) => pattern.startsWith('!'))
}

function bare(pattern: string): string {
  return pattern.replace(/^!/, '')
}

function isAddressPattern(pattern: string): boolean {
  return networkOf(pattern) !== undefined || (!pattern.includes('/') && ADDRESS_PATTERN.test(pattern))
}

function matches(pattern: string, address: string): boolean {
  const network = networkOf(pattern)
  if (network !== undefined) return network.check(address, familyOf(address))
  return matchesPattern(pattern.toLowerCase(), address.toLowerCase())
}

function networkOf(pattern: string): BlockList | undefined {
  const [, address = '', bits = ''] = CIDR.exec(pattern) ?? []
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  if (Number(bits) > most) return undefined
  const network = new BlockList()
  network.addSubnet(address, Number(bits), familyOf(address))
  return network
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}
