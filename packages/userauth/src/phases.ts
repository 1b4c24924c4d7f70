import {
  MSG_USERAUTH_BANNER,
  MSG_USERAUTH_FAILURE,
  MSG_USERAUTH_INFO_REQUEST,
  MSG_USERAUTH_INFO_RESPONSE,
  MSG_USERAUTH_PASSWD_CHANGEREQ,
  MSG_USERAUTH_PK_OK,
  MSG_USERAUTH_REQUEST,
  MSG_USERAUTH_SUCCESS,
  protocolMessages,
} from './messages.ts'

/** What is waited for, and thus which messages the peer may send. */
export interface Phase {
  /** For errors: what is waited for. */
  readonly name: string
  /** The numbers that are allowed, of 50–79. A method of your own takes its own from 60–79 (RFC 4252 §6). */
  readonly messages: readonly number[]
}

/**
 * The table of the client: which message may answer which request. A banner may come before any of them (RFC 4252 §5.4); a query for a
 * key is answered by PK_OK or FAILURE and never by SUCCESS (§7).
 */
export const clientPhases: Readonly<Record<'none' | 'publicKeyQuery' | 'publicKey' | 'password' | 'keyboardInteractive', Phase>> = {
  none: {
    name: 'the answer to none',
    messages: [MSG_USERAUTH_FAILURE, MSG_USERAUTH_SUCCESS, MSG_USERAUTH_BANNER],
  },
  publicKeyQuery: {
    name: 'the answer to a publickey query',
    messages: [MSG_USERAUTH_FAILURE, MSG_USERAUTH_BANNER, MSG_USERAUTH_PK_OK],
  },
  publicKey: {
    name: 'the answer to a publickey signature',
    messages: [MSG_USERAUTH_FAILURE, MSG_USERAUTH_SUCCESS, MSG_USERAUTH_BANNER],
  },
  password: {
    name: 'the answer to password',
    messages: [MSG_USERAUTH_FAILURE, MSG_USERAUTH_SUCCESS, MSG_USERAUTH_BANNER, MSG_USERAUTH_PASSWD_CHANGEREQ],
  },
  keyboardInteractive: {
    name: 'the answer to keyboard-interactive',
    messages: [MSG_USERAUTH_FAILURE, MSG_USERAUTH_SUCCESS, MSG_USERAUTH_BANNER, MSG_USERAUTH_INFO_REQUEST],
  },
}

/**
 * The table of the server. A new request is always allowed: it abandons a method that is still under way (RFC 4252 §5).
 */
export const serverPhases: Readonly<Record<'request' | 'information', Phase>> = {
  request: { name: 'a request', messages: [MSG_USERAUTH_REQUEST] },
  information: { name: 'an information response', messages: [MSG_USERAUTH_REQUEST, MSG_USERAUTH_INFO_RESPONSE] },
}

/** While we work nothing may come, and nothing does: the transport holds every message back. */
export const noPhase: Phase = { name: 'nothing', messages: [] }

/** What becomes of a message: it is handled, answered with UNIMPLEMENTED, or it ends the connection. */
export type Verdict = 'accept' | 'unimplemented' | 'refuse'

// Messages of the connection protocol (RFC 4250 §4.1.2). Before authentication is complete they are an attack, or a grave error.
const CONNECTION_FIRST = 80
const CONNECTION_LAST = 127

/** What becomes of message `messageNum`, 50–255, in a phase. */
export function verdictOn(messageNum: number, phase: Phase): Verdict {
  if (phase.messages.includes(messageNum)) return 'accept'
  if (messageNum >= CONNECTION_FIRST && messageNum <= CONNECTION_LAST) return 'refuse'
  return messageNum in protocolMessages ? 'refuse' : 'unimplemented'
}
