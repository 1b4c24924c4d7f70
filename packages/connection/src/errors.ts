import type { Fault } from '@seashell/core'
import { SSHError } from '@seashell/core'
import { quoteText } from '@seashell/core/wire'

/** The peer sent what is well-formed and not allowed now. */
export function violation(message: string): SSHError {
  return new SSHError('PROTOCOL', message, { fault: 'peer' })
}

/** A channel, or a request on it, was refused or used after its end. */
export function channelError(message: string, fault: Fault): SSHError {
  return new SSHError('CHANNEL', message, { fault })
}

const openFailureReasons = {
  ADMINISTRATIVELY_PROHIBITED: 1,
  CONNECT_FAILED: 2,
  UNKNOWN_CHANNEL_TYPE: 3,
  RESOURCE_SHORTAGE: 4,
} as const

/** Why a channel was not opened (RFC 4254 §5.1). A peer may send others. */
export const OpenFailureReasons: Readonly<typeof openFailureReasons> = /* @__PURE__ */ Object.freeze(openFailureReasons)

/** A reason that we give for not opening a channel. */
export type OpenFailureReason = (typeof openFailureReasons)[keyof typeof openFailureReasons]

/** The peer refused to open a channel: SSHError `CHANNEL` (fault: peer) with what it said (RFC 4254 §5.1). */
export class ChannelOpenError extends SSHError {
  /** The reason code, one of {@link OpenFailureReasons} or of the peer's own: a uint32. */
  readonly openFailureReason: number
  /** What the peer said, for people; may be empty. */
  readonly description: string

  /**
   * @param type the channel's type
   * @param reason the reason code
   * @param description what the peer said
   */
  constructor(type: string, reason: number, description: string) {
    const name = Object.entries(OpenFailureReasons).find(([, code]) => code === reason)?.[0] ?? 'a reason of its own'
    const said = description === '' ? '' : `: ${quoteText(description)}`
    super('CHANNEL', `the peer refused to open a channel of type ${type}; reason ${reason} (${name})${said}`, { fault: 'peer' })
    this.openFailureReason = reason
    this.description = description
  }
}
