import type { SSHError } from '@seashell/core/wire'
import { keyError } from '../errors.ts'
import { parseExpiryTime } from './expiry-time.ts'

/** What the options of an authorized key say (sshd(8), AUTHORIZED_KEYS FILE FORMAT). */
export interface AuthorizedKeyOptions {
  /** `cert-authority`: the key signs certificates, and is itself no way in. */
  readonly certAuthority: boolean
  /** Not `no-agent-forwarding`. */
  readonly permitAgentForwarding: boolean
  /** Not `no-port-forwarding`. */
  readonly permitPortForwarding: boolean
  /** Not `no-pty`. */
  readonly permitPty: boolean
  /** Not `no-user-rc`. */
  readonly permitUserRc: boolean
  /** Not `no-x11-forwarding`. */
  readonly permitX11Forwarding: boolean
  /** Not `no-touch-required`: a security key has to be touched. */
  readonly touchRequired: boolean
  /** `verify-required`: a security key has to have verified its user. */
  readonly verifyRequired: boolean
  /** `command`: what is run, whatever was asked for. */
  readonly command?: string
  /** `from`: patterns of host names and addresses, CIDR among them, that the user may come from; `!` in front negates. */
  readonly from?: readonly string[]
  /** `principals`: names of which a certificate must have one. */
  readonly principals?: readonly string[]
  /** `tunnel`: the device to be used. */
  readonly tunnel?: string
  /** `environment`: variables to be set; of one that is there twice, the first. */
  readonly environment: ReadonlyMap<string, string>
  /** `permitopen`: `host:port` of where connections may be forwarded to; anywhere where empty. */
  readonly permitOpen: readonly string[]
  /** `permitlisten`: `[host:]port` of where connections may be forwarded from; anywhere where empty. */
  readonly permitListen: readonly string[]
  /** `expiry-time`: when the key ends, the earliest of several. */
  readonly expiryTime?: Date
}

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

/** The options while they are read. */
interface Draft extends Writable<AuthorizedKeyOptions> {
  environment: Map<string, string>
  permitOpen: string[]
  permitListen: string[]
}

type Permission = { [Field in keyof Draft]-?: Draft[Field] extends boolean ? Field : never }[keyof Draft]

/** Flags that allow something, and with `no-` in front take it away. */
const PERMISSIONS: Readonly<Record<string, Permission>> = {
  'agent-forwarding': 'permitAgentForwarding',
  'port-forwarding': 'permitPortForwarding',
  pty: 'permitPty',
  'user-rc': 'permitUserRc',
  'x11-forwarding': 'permitX11Forwarding',
  'touch-required': 'touchRequired',
  'verify-required': 'verifyRequired',
}

/** What each option with a value does. */
const VALUES: Readonly<Record<string, (draft: Draft, value: string) => void>> = {
  command: (draft, value) => setOnce(draft, 'command', value),
  from: (draft, value) => setOnce(draft, 'from', value.split(',')),
  principals: (draft, value) => setOnce(draft, 'principals', value.split(',')),
  tunnel: (draft, value) => setOnce(draft, 'tunnel', value),
  environment: (draft, value) => {
    const [, name = '', content = ''] = /^([A-Za-z0-9_]+)=(.*)$/s.exec(value) ?? []
    if (name === '') throw keyError(`expected NAME=value in the option environment; found ${JSON.stringify(value)}`)
    if (!draft.environment.has(name)) draft.environment.set(name, content)
  },
  permitopen: (draft, value) => void draft.permitOpen.push(value),
  permitlisten: (draft, value) => void draft.permitListen.push(value),
  'expiry-time': (draft, value) => {
    const time = parseExpiryTime(value)
    if (draft.expiryTime === undefined || time < draft.expiryTime) draft.expiryTime = time
  },
}

/**
 * Reads options: names separated by commas, some with a value in quotes. They take effect in their order, so that `restrict,pty` permits a
 * terminal and `pty,restrict` does not.
 *
 * @throws SSHError `KEY` where one is not known or malformed
 */
export function parseOptions(text: string): AuthorizedKeyOptions {
  const draft: Draft = {
    certAuthority: false,
    permitAgentForwarding: true,
    permitPortForwarding: true,
    permitPty: true,
    permitUserRc: true,
    permitX11Forwarding: true,
    touchRequired: true,
    verifyRequired: false,
    environment: new Map(),
    permitOpen: [],
    permitListen: [],
  }
  for (let rest = text; rest !== '';) {
    const [all = '', name = '', value, separator] = /^([a-z0-9-]+)(?:="((?:[^"\\]|\\"|\\(?!"))*)")?(,(?=.)|$)/is.exec(rest) ?? []
    if (separator === undefined) throw keyError(`expected options separated by commas; found ${JSON.stringify(rest.slice(0, 40))}`)
    applyOption(draft, name.toLowerCase(), value)
    rest = rest.slice(all.length)
  }
  return draft
}

function applyOption(draft: Draft, name: string, value: string | undefined): void {
  if (value !== undefined) {
    if (!Object.hasOwn(VALUES, name)) throw unknownOption(`${name}="…"`)
    // The one escape there is: a quote behind a backslash.
    VALUES[name]!(draft, value.replaceAll('\\"', '"'))
  } else if (name === 'cert-authority') {
    draft.certAuthority = true
  } else if (name === 'restrict') {
    draft.permitAgentForwarding = draft.permitPortForwarding = draft.permitPty = draft.permitUserRc = draft.permitX11Forwarding = false
  } else {
    const permission = name.replace(/^no-/, '')
    if (!Object.hasOwn(PERMISSIONS, permission)) throw unknownOption(name)
    draft[PERMISSIONS[permission]!] = permission === name
  }
}

function unknownOption(option: string): SSHError {
  return keyError(`expected an option that sshd knows; found ${JSON.stringify(option)}`)
}

function setOnce<Field extends 'command' | 'from' | 'principals' | 'tunnel'>(draft: Draft, field: Field, value: Draft[Field]): void {
  if (draft[field] !== undefined) throw keyError(`expected the option ${field} once; found it twice`)
  draft[field] = value
}
