/**
 * SSH with everything chosen: connect to a server, or be one.
 *
 * @module
 */
export { defaultAlgorithms } from './algorithms.ts'
export type { AlgorithmChoices } from './algorithms.ts'
export { SSHClient } from './client.ts'
export { connect } from './connect.ts'
export type { ConnectOptions } from './connect.ts'
export { hostKeyVerifier, preferKnown } from './host-keys.ts'
export type { Destination, HostKeyDecision, HostKeyQuestion } from './host-keys.ts'
export type { PrivateKeySource } from './keys.ts'
export { createServer, SSHServer } from './server.ts'
export type { ServerConnection, ServerOptions } from './server.ts'
export { isSSHError, SSHError } from '@seashell/core'
export type { ServerPreferences } from '@seashell/core'
export type { SessionOptions, SessionOutput } from '@seashell/connection'
export { Session } from '@seashell/connection'
