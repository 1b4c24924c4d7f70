/** SSH_MSG_USERAUTH_REQUEST (RFC 4252 §5). */
export const MSG_USERAUTH_REQUEST = 50
/** SSH_MSG_USERAUTH_FAILURE (RFC 4252 §5.1). */
export const MSG_USERAUTH_FAILURE = 51
/** SSH_MSG_USERAUTH_SUCCESS (RFC 4252 §5.1). */
export const MSG_USERAUTH_SUCCESS = 52
/** SSH_MSG_USERAUTH_BANNER (RFC 4252 §5.4). */
export const MSG_USERAUTH_BANNER = 53
/** SSH_MSG_USERAUTH_PK_OK, of `publickey` (RFC 4252 §7). */
export const MSG_USERAUTH_PK_OK = 60
/** SSH_MSG_USERAUTH_PASSWD_CHANGEREQ, of `password` (RFC 4252 §8). */
export const MSG_USERAUTH_PASSWD_CHANGEREQ = 60
/** SSH_MSG_USERAUTH_INFO_REQUEST, of `keyboard-interactive` (RFC 4256 §5). */
export const MSG_USERAUTH_INFO_REQUEST = 60
/** SSH_MSG_USERAUTH_INFO_RESPONSE, of `keyboard-interactive` (RFC 4256 §5). */
export const MSG_USERAUTH_INFO_RESPONSE = 61

/** The service's name on the wire (RFC 4250 §4.7). */
export const USERAUTH_SERVICE = 'ssh-userauth'

/** Every message of the protocol that we know, in either direction; what 60 and 61 mean depends on the method (RFC 4252 §6). */
export const protocolMessages: Readonly<Record<number, string>> = {
  [MSG_USERAUTH_REQUEST]: 'USERAUTH_REQUEST',
  [MSG_USERAUTH_FAILURE]: 'USERAUTH_FAILURE',
  [MSG_USERAUTH_SUCCESS]: 'USERAUTH_SUCCESS',
  [MSG_USERAUTH_BANNER]: 'USERAUTH_BANNER',
  60: 'USERAUTH_PK_OK, USERAUTH_PASSWD_CHANGEREQ or USERAUTH_INFO_REQUEST',
  61: 'USERAUTH_INFO_RESPONSE',
}
