import { authenticationTable, connectionTable } from './services.ts'
import { transportTable } from './transport.ts'

/** docs/phases.md, whole. */
export function phasesPage(): string {
  return `# Which message may come when

Written by \`pnpm docs-write\` out of the tables that the code runs on. Do not edit: a test fails where this page says anything else.

- **accept**: its handler gets it, and may still end the connection for what is in it
- **ignore**: nothing happens
- **UNIMPLEMENTED**: it is answered with SSH_MSG_UNIMPLEMENTED and its sequence number (RFC 4253 §11.4)
- **disconnect**: the connection ends: SSH_MSG_DISCONNECT with reason 2, PROTOCOL_ERROR; \`closed\` has an SSHError \`PROTOCOL\`, fault 'peer'

While something asynchronous is outstanding (a decision about a host key, a signature, the arithmetic of a key exchange, a handler of
authentication) no message is interpreted at all: bytes wait, within the limit \`heldLength\`, and meet the phase that they find afterwards.

## The transport

RFC 4253 §7.1, §10 and §11; RFC 4252 §6; RFC 8308 §2.4; OpenSSH PROTOCOL §1.9 (PING) and §1.10 (strict key exchange). The table is
\`verdictOn\` of \`@seashell/core\`.

- **kexinit**: the first KEXINIT is awaited; **exchange**: the first key exchange runs; **newkeys**: its NEWKEYS is awaited
- **secured**: keys are in use, the first message under them is awaited; **open**: it has come, the user is not authenticated;
  **succeeding**: EXT_INFO has come that was not the first message, and announces USERAUTH_SUCCESS; **authenticated**: the user is
- **re-exchange**: the peer has sent another KEXINIT; **re-newkeys**: that exchange's NEWKEYS is awaited
- **client**, **server**: which of them we are; **strict**: key exchange is strict, which nobody knows before the first KEXINIT, and which
  then wants KEXINIT to have been the first packet; **service**: one runs, and gets the message

${transportTable()}
## Authentication

RFC 4252 and RFC 4256; \`clientPhases\`, \`serverPhases\` and \`verdictOn\` of \`@seashell/userauth\`. 80 to 127 are the connection protocol's:
before the user is authenticated they end the connection.

As client, while we wait for:

${authenticationTable('client')}
As server, while we wait for:

${authenticationTable('server')}
## Connection

RFC 4254; \`messageTable\` and \`answerOutsideTable\` of \`@seashell/connection\`. What a channel's messages meet depends on where that channel
stands: **opening**: our CHANNEL_OPEN waits for its answer; **accepting**: the peer's waits for ours; **open**; **ended**: open, and the peer
has sent EOF. Answers that nobody waits for end the connection too. A server ignores further requests to authenticate (RFC 4252 §5.1).

${connectionTable()}`
}
