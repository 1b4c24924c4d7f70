import type { Phase, Verdict } from '../../src/index.ts'

/** All phases. */
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

/** Where a message arrives. */
export interface Situation {
  readonly phase: Phase
  readonly isClient: boolean
  readonly strict: boolean
  readonly serviceRunning: boolean
}

/** What becomes of a message, written from the RFCs' sentences and not from the table: the one is the other's proof. */
export function expectedVerdict(number: number, { phase, isClient, strict, serviceRunning }: Situation): Verdict {
  const first = phase === 'kexinit' || phase === 'exchange' || phase === 'newkeys'
  const running = first || phase === 're-exchange' || phase === 're-newkeys'
  const beforeUser = phase === 'secured' || phase === 'open'
  // RFC 4253 §11.1: at any time.
  if (number === 1) return 'accept'
  // RFC 8308 §2.4: immediately behind EXT_INFO that is not the first message.
  if (phase === 'succeeding') return number === 52 && serviceRunning ? 'accept' : 'refuse'
  // OpenSSH PROTOCOL §1.10: with strict key exchange nothing but the exchange during the first one.
  const lax = first && strict ? 'refuse' : undefined
  // RFC 4253 §11: at any time after the identification.
  if (number >= 2 && number <= 4) return lax ?? 'accept'
  // RFC 4253 §10: after the key exchange; the client asks, the server answers. Once the user is
  // authenticated OpenSSH's server knows no such message, and Conch's clients rely on it behind each exchange.
  if (number === 5 && phase === 'authenticated' && !isClient) return 'unimplemented'
  if (number === 5) return beforeUser && !isClient ? 'accept' : 'refuse'
  if (number === 6) return beforeUser && isClient ? 'accept' : 'refuse'
  // RFC 8308 §2.4: as the first message behind the first NEWKEYS; and from a server right before USERAUTH_SUCCESS.
  if (number === 7) return phase === 'secured' || (phase === 'open' && isClient) ? 'accept' : 'refuse'
  // RFC 4253 §7.1, §9: no second one while an exchange runs.
  if (number === 20) return phase === 'kexinit' || !running ? 'accept' : 'refuse'
  // RFC 4253 §7.3: at the end of an exchange.
  if (number === 21) return phase === 'newkeys' || phase === 're-newkeys' ? 'accept' : 'refuse'
  // RFC 4253 §7: the method's own, while it runs.
  if (number >= 30 && number <= 49) return phase === 'exchange' || phase === 're-exchange' ? 'accept' : 'refuse'
  // RFC 4252 §6: services' messages, for a running service, under keys; RFC 4253 §7.1: not during an exchange.
  if (number >= 50 && number <= 127) return !running && serviceRunning ? 'accept' : 'refuse'
  // OpenSSH PROTOCOL §1.9.
  if (number === 192 || number === 193) return running ? 'refuse' : 'accept'
  // RFC 4253 §11.4 for all that is not known; local extensions are for a running service, under keys, and not during an exchange.
  if (number >= 128) {
    if (!running) return serviceRunning ? 'accept' : 'unimplemented'
    return first ? (lax ?? 'unimplemented') : 'refuse'
  }
  return lax ?? 'unimplemented'
}
