/** Both ends of a contender, as the programs and workloads see them: what is common to SSH libraries, and no more. */

/** A connection's other end wants bytes, or has some: a channel, or what stands for one. */
export interface ByteChannel {
  /**
   * Hands over what comes, to the peer's end. Where `take` returns a promise, nothing more is handed over until it has settled. The chunk is
   * the contender's again once `take` has returned: each may read as it does so best, into memory that it uses again or not.
   */
  read(take: (chunk: Uint8Array) => Promise<void> | void): Promise<void>
  /**
   * Sends bytes, which must stay as they are: until the promise settles where one is returned, otherwise for good. A promise says that the
   * writer should wait before it sends more.
   */
  write(chunk: Uint8Array): Promise<void> | void
  /** Sends the end of our bytes. */
  end(): Promise<void> | void
}

/** A program that runs on the server, as its client sees it. */
export interface RemoteProgram extends ByteChannel {
  /** Its exit code, once it has ended and the channel is closed. */
  readonly exit: Promise<number | undefined>
}

/** A program of the server: gets the command line and the channel, returns the exit code. */
export type Program = (command: string, channel: ByteChannel) => Promise<number>

/** A client's connection, logged in. */
export interface Connection {
  /** Starts a program on the server. */
  exec(command: string): Promise<RemoteProgram>
  /**
   * Runs a program whose input is `inputLength` bytes and whose output nobody looks at, to its end, where the contender does that better
   * than with `exec`: a process without a detour through pipes.
   *
   * @returns the exit code
   */
  run?(command: string, inputLength: number): Promise<number | undefined>
  /** Ends it; resolves when it is closed. */
  close(): Promise<void>
}

/** A server that listens on 127.0.0.1. */
export interface Server {
  readonly port: number
  close(): Promise<void>
}

/** How an end is run: the same for every contender, as far as it can. */
export interface EndOptions {
  /** What protects the packets; a name of `suites.ts`. */
  readonly suite: SuiteName
  /** Wire name of the key exchange. */
  readonly kex: string
  /** The folder with the keys of both ends, as `writeKeys` made it. */
  readonly keys: string
  /** Switches Nagle's algorithm off, where the contender leaves that to its caller. */
  readonly noDelay: boolean
}

/** What a suite protects packets with. */
export interface Suite {
  /** Wire name of the cipher. */
  readonly cipher: string
  /** Wire name of the MAC; absent with an AEAD. */
  readonly mac?: string
}

/** The suites that are measured, by what they are called here. */
export type SuiteName = 'aes256-gcm' | 'aes128-gcm' | 'chacha20-poly1305' | 'aes128-ctr-hmac'

/** An implementation to measure. */
export interface Contender {
  /** What it is and its version, for the report. */
  describe(): string
  /** Whether it says that it uses a native add-on in this process; absent where it has none. */
  hasAddOn?(): boolean
  /** Starts the server's end. */
  serve(program: Program, options: EndOptions): Promise<Server>
  /** Connects and logs in. */
  connect(port: number, options: EndOptions): Promise<Connection>
}
