/**
 * The SSH connection protocol (RFC 4254), in both roles: sessions, forwarded connections, channels and requests of your own.
 *
 * @module
 */
export { Channel } from './channel.ts'
export type { ChannelOptions, RequestOptions } from './channel.ts'
export type { AcceptOptions, ChannelHandler, ChannelOpenRequest } from './channel-open.ts'
export { SSHConnection } from './connection.ts'
export type { OpenChannelOptions } from './connection.ts'
export { ChannelOpenError, OpenFailureReasons } from './errors.ts'
export type { OpenFailureReason } from './errors.ts'
export { answerOutsideTable, messageTable } from './messages.ts'
export type { ChannelPhase, MessageRule } from './messages.ts'
export type { ConnectionOptions } from './options.ts'
export type { GlobalReply, IncomingRequest, RequestHandler } from './requests.ts'
export { Session } from './session-client.ts'
export type { SessionOptions, SessionOutput } from './session-client.ts'
export type { ExitSignal, ExitStatus, Terminal, TerminalSize } from './session-requests.ts'
export { ServerSession } from './session-server.ts'
export type { ProgramRequest, ProgramResult, SessionHandler, SessionHandlers } from './session-server.ts'
export { decodeTCPIPForward, encodeTCPIPForward } from './tcpip.ts'
export type { HostAndPort, TCPIPEnds, TCPIPHandler } from './tcpip.ts'
export { decodeTerminalModes, encodeTerminalModes, terminalModeOpcodes } from './terminal-modes.ts'
export type { TerminalModeName, TerminalModes } from './terminal-modes.ts'
export type { ByteReadableStream, ByteStreamReader, ByteStreamWriter, ByteWritableStream } from './web-streams.ts'
export type { WindowOptions } from './window.ts'
