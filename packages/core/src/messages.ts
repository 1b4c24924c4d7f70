/** SSH_MSG_DISCONNECT (RFC 4253 §11.1). */
export const MSG_DISCONNECT = 1
/** SSH_MSG_IGNORE (RFC 4253 §11.2). */
export const MSG_IGNORE = 2
/** SSH_MSG_UNIMPLEMENTED (RFC 4253 §11.4). */
export const MSG_UNIMPLEMENTED = 3
/** SSH_MSG_DEBUG (RFC 4253 §11.3). */
export const MSG_DEBUG = 4
/** SSH_MSG_SERVICE_REQUEST (RFC 4253 §10). */
export const MSG_SERVICE_REQUEST = 5
/** SSH_MSG_SERVICE_ACCEPT (RFC 4253 §10). */
export const MSG_SERVICE_ACCEPT = 6
/** SSH_MSG_EXT_INFO (RFC 8308 §2.3). */
export const MSG_EXT_INFO = 7
/** SSH_MSG_KEXINIT (RFC 4253 §7.1). */
export const MSG_KEXINIT = 20
/** SSH_MSG_NEWKEYS (RFC 4253 §7.3). */
export const MSG_NEWKEYS = 21
/** The first message number that belongs to the negotiated key exchange method (RFC 4250 §4.1.2). */
export const MSG_KEX_FIRST = 30
/** The last message number that belongs to the negotiated key exchange method. */
export const MSG_KEX_LAST = 49
/** The first message of the init/reply flow: SSH_MSG_KEXDH_INIT, SSH_MSG_KEX_ECDH_INIT, SSH_MSG_KEX_HYBRID_INIT. */
export const MSG_KEX_INIT = 30
/** Its answer: SSH_MSG_KEXDH_REPLY, SSH_MSG_KEX_ECDH_REPLY, SSH_MSG_KEX_HYBRID_REPLY. */
export const MSG_KEX_REPLY = 31
/** The first message number that belongs to a service: user authentication, then connection (RFC 4250 §4.1.2). */
export const MSG_SERVICE_FIRST = 50
/** SSH2_MSG_PING, extension ping@openssh.com (OpenSSH PROTOCOL §1.9). */
export const MSG_PING = 192
/** SSH2_MSG_PONG, its answer. */
export const MSG_PONG = 193

const disconnectReasons = {
  HOST_NOT_ALLOWED_TO_CONNECT: 1,
  PROTOCOL_ERROR: 2,
  KEY_EXCHANGE_FAILED: 3,
  RESERVED: 4,
  MAC_ERROR: 5,
  COMPRESSION_ERROR: 6,
  SERVICE_NOT_AVAILABLE: 7,
  PROTOCOL_VERSION_NOT_SUPPORTED: 8,
  HOST_KEY_NOT_VERIFIABLE: 9,
  CONNECTION_LOST: 10,
  BY_APPLICATION: 11,
  TOO_MANY_CONNECTIONS: 12,
  AUTH_CANCELLED_BY_USER: 13,
  NO_MORE_AUTH_METHODS_AVAILABLE: 14,
  ILLEGAL_USER_NAME: 15,
} as const

/** The reasons of SSH_MSG_DISCONNECT (RFC 4253 §11.1), under the names of the RFC. */
export const DisconnectReasons: Readonly<typeof disconnectReasons> = /* @__PURE__ */ Object.freeze(disconnectReasons)

/** A reason that we give in SSH_MSG_DISCONNECT. What a peer sends may be any uint32. */
export type DisconnectReason = (typeof disconnectReasons)[keyof typeof disconnectReasons]
