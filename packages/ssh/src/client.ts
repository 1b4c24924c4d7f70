import type { Channel, OpenChannelOptions, Session, SessionOptions, SSHConnection, TCPIPEnds } from '@seashell/connection'
import type { ServerPreferences, SSHClientTransport, SSHError, TransportDescription } from '@seashell/core'

/** A connection to a server, logged in. {@link connect} makes it. */
export class SSHClient implements AsyncDisposable {
  /** The transport below, for everything that has no name here. */
  readonly transport: SSHClientTransport
  /** The connection protocol on it, likewise: channels of any type, global requests. */
  readonly connection: SSHConnection

  /** @internal */
  constructor(transport: SSHClientTransport, connection: SSHConnection) {
    this.transport = transport
    this.connection = connection
  }

  /** Runs a command. See {@link SSHConnection.exec}. */
  exec(command: string | Uint8Array, options?: SessionOptions): Promise<Session> {
    return this.connection.exec(command, options)
  }

  /** Runs the user's shell. See {@link SSHConnection.shell}. */
  shell(options?: SessionOptions): Promise<Session> {
    return this.connection.shell(options)
  }

  /** Runs a subsystem, 'sftp' for one. See {@link SSHConnection.subsystem}. */
  subsystem(name: string, options?: SessionOptions): Promise<Session> {
    return this.connection.subsystem(name, options)
  }

  /** Has the server connect to somewhere, and returns that connection as a channel. See {@link SSHConnection.openDirectTCPIP}. */
  openDirectTCPIP(ends: Pick<TCPIPEnds, 'host' | 'port'> & Partial<TCPIPEnds>, options?: OpenChannelOptions): Promise<Channel> {
    return this.connection.openDirectTCPIP(ends, options)
  }

  /** What is registered, offered and agreed on, for reports. */
  describe(): TransportDescription {
    return this.transport.describe()
  }

  /** What the server put first in its KEXINIT: as `serverPreferences` of the next {@link connect} to it, it saves that a round trip. */
  get serverPreferences(): ServerPreferences | undefined {
    return this.transport.serverPreferences
  }

  /** Settles when the connection has ended: with the error where it was not ours to end it. It never rejects. */
  get closed(): Promise<SSHError | undefined> {
    return this.transport.closed
  }

  /** Closes the channels, then the connection. */
  async close(): Promise<void> {
    await this.connection.close()
  }

  /** The same. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
