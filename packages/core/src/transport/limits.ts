import { invalidArgument } from '../errors.ts'

/**
 * How much a peer may ask of us. One table: each can be set per transport, and exceeding one ends the connection with SSHError `LIMIT` or
 * `TIMEOUT` unless said otherwise. Lengths are bytes, times milliseconds; `Infinity` lifts a limit.
 */
export interface Limits {
  /** The identification line, line end included (RFC 4253 §4.2 allows 255). */
  readonly versionLineLength: number
  /** All lines that a server sends before its identification line (RFC 4253 §4.2 sets no limit). Conch's bound. */
  readonly bannerLength: number
  /** The packet length field (RFC 4253 §6.1 asks for 35,000 at least; OpenSSH allows 256 KiB). */
  readonly packetLength: number
  /** A payload after inflation. */
  readonly inflatedLength: number
  /** One name-list of KEXINIT. */
  readonly nameListLength: number
  /** Names in one name-list of KEXINIT. */
  readonly nameListNames: number
  /** Inbound bytes that wait while a host-key decision or a signature is outstanding; past it the stream is paused, or, where it cannot be, ended. */
  readonly heldLength: number
  /** Outbound bytes that wait while keys are exchanged, with 256 for each message; or, before a stream that takes no more, for a peer that does not read. */
  readonly queuedLength: number
  /** Packets from the peer before authentication. */
  readonly unauthenticatedPackets: number
  /** Payloads of these packets, inflated, all together. */
  readonly unauthenticatedLength: number
  /** Re-exchanges that the peer may start before authentication. */
  readonly unauthenticatedReExchanges: number
  /** Re-exchanges that the peer may start in a row after authentication: each second, and each 32 KiB of traffic, allow another. */
  readonly reExchanges: number
  /** From the connection to the peer's identification line. */
  readonly identificationTime: number
  /**
   * From the connection to the first keys in use; of a re-exchange, from the first KEXINIT to the peer's NEWKEYS. After authentication it begins
   * anew with each packet that still comes before the peer's KEXINIT, up to ten times as long in all: on a slow line that may be much.
   */
  readonly keyExchangeTime: number
  /** From the connection to authentication. */
  readonly authenticationTime: number
  /** Failed attempts to authenticate. */
  readonly authenticationAttempts: number
  /** Channels open at once; the peer is refused another, and the connection goes on. */
  readonly channels: number
  /** Requests of the peer that are unanswered or worked on at once, global ones and those of all channels together. */
  readonly pendingRequests: number
  /** PINGs of ours that may be unanswered at once: calling for another throws. */
  readonly outstandingPings: number
}

/** What a peer may ask of a server: nobody waits for a person there before authentication is under way. */
export const serverLimits: Limits = /* @__PURE__ */ Object.freeze({
  versionLineLength: 255,
  bannerLength: 4096,
  packetLength: 262_144,
  inflatedLength: 262_144,
  nameListLength: 16_384,
  nameListNames: 512,
  heldLength: 262_144,
  queuedLength: 67_108_864,
  unauthenticatedPackets: 1024,
  unauthenticatedLength: 1_048_576,
  unauthenticatedReExchanges: 4,
  reExchanges: 64,
  identificationTime: 30_000,
  keyExchangeTime: 60_000,
  authenticationTime: 120_000,
  authenticationAttempts: 6,
  channels: 1024,
  pendingRequests: 1024,
  outstandingPings: 16,
})

/**
 * The same for a client. What it waits for itself does not count towards its times: a person who decides about a host key or types a password, an
 * agent that signs. The others are for the server: one may be slow to sign, and one that asks its user elsewhere, on a telephone, gives them time.
 */
export const clientLimits: Limits = /* @__PURE__ */ Object.freeze({
  ...serverLimits,
  keyExchangeTime: 120_000,
  authenticationTime: 600_000,
})

/**
 * The limits of one transport.
 *
 * @param defaults those of its role
 * @param changes what the caller set
 * @throws SSHError `ARGUMENT` for a name that is no limit, or a value that is no number from 0 up
 */
export function resolveLimits(defaults: Limits, changes: Partial<Limits> | undefined): Limits {
  if (changes === undefined) return defaults
  for (const [name, value] of Object.entries(changes)) {
    if (!Object.hasOwn(defaults, name)) throw invalidArgument(`there is no limit named ${name}`)
    if (typeof value !== 'number' || !(value >= 0))
      throw invalidArgument(`expected the limit ${name} to be a number from 0 up; got ${value}`)
  }
  return Object.freeze({ ...defaults, ...changes })
}
