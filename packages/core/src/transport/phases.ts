import type { KeyExchange } from '../kex/exchange.ts'
import {
  MSG_DEBUG,
  MSG_DISCONNECT,
  MSG_EXT_INFO,
  MSG_IGNORE,
  MSG_KEX_FIRST,
  MSG_KEX_LAST,
  MSG_KEXINIT,
  MSG_NEWKEYS,
  MSG_PING,
  MSG_PONG,
  MSG_SERVICE_ACCEPT,
  MSG_SERVICE_FIRST,
  MSG_SERVICE_REQUEST,
  MSG_UNIMPLEMENTED,
} from '../messages.ts'

/**
 * Where a connection is, as far as messages from the peer are concerned.
 *
 * - `kexinit`: the first KEXINIT is awaited
 * - `exchange`: the first key exchange runs
 * - `newkeys`: its NEWKEYS is awaited
 * - `secured`: keys are in use, the first message under them is awaited
 * - `open`: it has come, the user is not authenticated
 * - `succeeding`: EXT_INFO has come that announces USERAUTH_SUCCESS, which is awaited
 * - `authenticated`: the user is
 * - `re-exchange`: the peer has sent another KEXINIT
 * - `re-newkeys`: that exchange's NEWKEYS is awaited
 */
export type Phase = 'kexinit' | 'exchange' | 'newkeys' | 'secured' | 'open' | 'succeeding' | 'authenticated' | 're-exchange' | 're-newkeys'

/** What becomes of a message: it is handled, answered with UNIMPLEMENTED, or it ends the connection. */
export type Verdict = 'accept' | 'unimplemented' | 'refuse'

/** What the table depends on besides phase and message. */
export interface PhaseContext {
  /** Whether we are the client. */
  readonly isClient: boolean
  /** Whether key exchange is strict (OpenSSH PROTOCOL §1.10). */
  readonly strict: boolean
  /** Whether a service runs. */
  readonly serviceRunning: boolean
}

/** All phases, in the order of the table's columns. */
export const phases: readonly Phase[] = [
  'kexinit',
  'exchange',
  'newkeys',
  'secured',
  'open',
  'succeeding',
  'authenticated',
  're-exchange',
  're-newkeys',
]

/**
 * The one table of what may arrive when. In its cells: `yes` and `no`; `lax`: yes, but no where key exchange is strict; `server` and
 * `client`: yes in that role alone; `service`: yes where one runs; `late`: a server answers UNIMPLEMENTED, a client refuses.
 *
 * RFC 4253 §7.1 (what may come during an exchange), §10 (services); RFC 8308 §2.4 (EXT_INFO); RFC 4252 §6 (services' numbers);
 * OpenSSH PROTOCOL §1.9 (PING), §1.10 (strict).
 */
const table = {
  //             kexinit exchange newkeys secured open    succeeding authenticated re-exchange re-newkeys
  disconnect: ' yes     yes      yes     yes     yes     yes        yes           yes         yes',
  notice: '     lax     lax      lax     yes     yes     no         yes           yes         yes', // IGNORE, DEBUG, UNIMPLEMENTED
  request: '    no      no       no      server  server  no         late          no          no', // SERVICE_REQUEST
  accept: '     no      no       no      client  client  no         no            no          no', // SERVICE_ACCEPT
  extension: '  no      no       no      yes     client  no         no            no          no', // EXT_INFO
  kexinit: '    yes     no       no      yes     yes     no         yes           no          no',
  newkeys: '    no      no       yes     no      no      no         no            no          yes',
  method: '     no      yes      no      no      no      no         no            yes         no', // 30–49
  success: '    no      no       no      service service service    service       no          no', // USERAUTH_SUCCESS
  service: '    no      no       no      service service no         service       no          no', // 50–127 otherwise
  ping: '       no      no       no      yes     yes     no         yes           no          no', // PING, PONG
  local: '      lax     lax      lax     yes     yes     no         yes           no          no', // 128–255: the service's, if it wants them
  unknown: '    lax     lax      lax     yes     yes     no         yes           yes         yes', // 0, 8–19, 22–29: UNIMPLEMENTED
}

type MessageClass = keyof typeof table
type Cell = 'yes' | 'no' | 'lax' | 'server' | 'client' | 'service' | 'late'

/** The table's rows: a class of messages, and its cell for each phase. */
export const cells: ReadonlyMap<string, readonly Cell[]> = /* @__PURE__ */ new Map(
  Object.entries(table).map(([name, row]) => [name, row.trim().split(/\s+/) as Cell[]]),
)

/**
 * Where a connection is.
 *
 * @param exchange what of key exchange is awaited, and how many exchanges are complete
 * @param authenticated whether the user is
 * @param next what {@link nextPhase} said of the message before
 */
export function phaseOf(
  { awaiting, completed }: Pick<KeyExchange, 'awaiting' | 'completed'>,
  authenticated: boolean,
  next: Phase | undefined,
): Phase {
  if (completed === 0) return awaiting === 'method' ? 'exchange' : awaiting
  if (awaiting !== 'kexinit') return awaiting === 'method' ? 're-exchange' : 're-newkeys'
  return authenticated ? 'authenticated' : (next ?? 'open')
}

/** The phase of the one message that follows a message, where that is another than of those behind it (RFC 8308 §2.4). */
export function nextPhase(messageNum: number, phase: Phase): Phase | undefined {
  if (messageNum === MSG_NEWKEYS) return phase === 'newkeys' ? 'secured' : undefined
  return messageNum === MSG_EXT_INFO && phase === 'open' ? 'succeeding' : undefined
}

/** What becomes of message `messageNum` in a phase. */
export function verdictOn(messageNum: number, phase: Phase, context: PhaseContext): Verdict {
  const messageClass = classOf(messageNum)
  const cell = cells.get(messageClass)![phases.indexOf(phase)]!
  if (!allows(cell, context)) return 'refuse'
  // Whatever service an application has attached, it hears nothing before keys are in use: `lax` is for the first exchange.
  if (messageClass === 'local') return context.serviceRunning && cell !== 'lax' ? 'accept' : 'unimplemented'
  return messageClass === 'unknown' || cell === 'late' ? 'unimplemented' : 'accept'
}

function allows(cell: Cell, { isClient, strict, serviceRunning }: PhaseContext): boolean {
  switch (cell) {
    case 'yes':
      return true
    case 'no':
      return false
    case 'lax':
      return !strict
    case 'server':
    // Conch's clients ask for ssh-userauth again behind each exchange, and go on when nobody knows what they mean, as with OpenSSH's server.
    case 'late':
      return !isClient
    case 'client':
      return isClient
    case 'service':
      return serviceRunning
  }
}

/** USERAUTH_SUCCESS (RFC 4252 §6): the only message of a service that the transport has a rule for. */
const MSG_USERAUTH_SUCCESS = 52
/** The last number of the two services of RFC 4250 §4.1.2; local extensions begin behind the reserved ones that follow it. */
const LAST_SERVICE_MESSAGE = 127

function classOf(messageNum: number): MessageClass {
  switch (messageNum) {
    case MSG_DISCONNECT:
      return 'disconnect'
    case MSG_IGNORE:
    case MSG_DEBUG:
    case MSG_UNIMPLEMENTED:
      return 'notice'
    case MSG_SERVICE_REQUEST:
      return 'request'
    case MSG_SERVICE_ACCEPT:
      return 'accept'
    case MSG_EXT_INFO:
      return 'extension'
    case MSG_USERAUTH_SUCCESS:
      return 'success'
    case MSG_KEXINIT:
      return 'kexinit'
    case MSG_NEWKEYS:
      return 'newkeys'
    case MSG_PING:
    case MSG_PONG:
      return 'ping'
    default:
      if (messageNum > LAST_SERVICE_MESSAGE) return 'local'
      if (messageNum >= MSG_SERVICE_FIRST) return 'service'
      return messageNum >= MSG_KEX_FIRST && messageNum <= MSG_KEX_LAST ? 'method' : 'unknown'
  }
}
