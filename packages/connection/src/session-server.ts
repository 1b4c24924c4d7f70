import type { MaybePromise } from '@seashell/core'
import { invalidArgument } from '@seashell/core'
import type { Channel } from './channel.ts'
import type { ChannelHandler } from './channel-open.ts'
import { EXTENDED_DATA_STDERR } from './messages.ts'
import { ignore } from './promises.ts'
import type { HandlerHost, IncomingRequest } from './requests.ts'
import type { Terminal, TerminalSize } from './session-requests.ts'
import { decodeEnv, decodeNothing, decodePty, decodeSize, decodeText, encodeExitSignal, encodeExitStatus } from './session-requests.ts'
import type { ByteReadableStream, ByteWritableStream } from './web-streams.ts'

/** What a client wants to run (RFC 4254 §6.5). */
export type ProgramRequest =
  | { readonly type: 'shell' }
  | { readonly type: 'exec'; readonly command: string }
  | { readonly type: 'subsystem'; readonly name: string }

/** A program, or what stands for one. The code that it returns ends the session; without one it ends with `exit` or `exitSignal`. */
export type ProgramResult = MaybePromise<number | void>

/**
 * What a session can do. What has no handler is refused. Handlers are called in the order of the requests, each when the one before has
 * settled; a program runs on while further requests are served. One that throws refuses its request; a program that throws ends with code 255.
 */
export interface SessionHandlers {
  /** Whether a variable may be set; then it is in `session.env`. RFC 4254 §6.4 advises a list of harmless names. */
  readonly env?: (name: string, value: string) => MaybePromise<boolean>
  /** Whether the client gets a terminal; then it is `session.terminal`. */
  readonly pty?: (terminal: Terminal) => MaybePromise<boolean>
  /** Whether a program may start, asked before one of the next three is called. Where absent: what has a handler may. */
  readonly accept?: (program: ProgramRequest) => MaybePromise<boolean>
  /** Runs a shell. */
  readonly shell?: () => ProgramResult
  /** Runs a command. `bytes` is the command as it came, where it may be something else than UTF-8. */
  readonly exec?: (command: string, bytes: Uint8Array) => ProgramResult
  /** Runs a subsystem: by name. */
  readonly subsystems?: Readonly<Record<string, () => ProgramResult>>
  /** The terminal has another size, which is in `session.terminal` already. */
  readonly windowChange?: (size: TerminalSize) => MaybePromise<void>
  /** The client sent a signal: its name without SIG. */
  readonly signal?: (name: string) => MaybePromise<void>
  /** Decides about any other request. */
  readonly request?: (request: IncomingRequest) => MaybePromise<void>
}

/** Says what a new session can do. */
export type SessionHandler = (session: ServerSession) => SessionHandlers

// Variables are kept until the program starts, and a client may send as many as it likes.
const MAXIMUM_VARIABLES = 256
const PROGRAM_FAILED = 255

/**
 * The server's end of a session (RFC 4254 §6).
 *
 * @example
 * ```ts
 * import { SSHConnection } from '@seashell/connection'
 *
 * const connection = new SSHConnection({
 *   onSession: (session) => ({
 *     async exec(command) {
 *       await session.write(`you said: ${command}\n`)
 *       return 0
 *     },
 *   }),
 * })
 * ```
 */
export class ServerSession implements AsyncIterable<Uint8Array> {
  /** The channel below, for everything that has no name here. */
  readonly channel: Channel
  readonly #env = new Map<string, string>()
  readonly #host: HandlerHost
  #handlers: SessionHandlers = {}
  #terminal: Terminal | undefined
  #program: ProgramRequest | undefined
  #exited = false
  #stderr: ByteWritableStream | undefined
  /** Settles when the requests so far have been served. */
  #served: Promise<void> = Promise.resolve()

  /** @internal {@link sessionChannels} makes them */
  constructor(channel: Channel, host: HandlerHost) {
    this.channel = channel
    this.#host = host
  }

  /** The variables that were accepted: name to value. */
  get env(): ReadonlyMap<string, string> {
    return this.#env
  }

  /** The terminal, with its size as it is now; undefined where the client has none. */
  get terminal(): Terminal | undefined {
    return this.#terminal
  }

  /** What runs; undefined before it has started. */
  get program(): ProgramRequest | undefined {
    return this.#program
  }

  /** What the client sends, as a stream of the platform. The session itself is the same as an async iterable. */
  get stdin(): ByteReadableStream {
    return this.channel.readable
  }

  /** Standard output, as a stream of the platform; closing it sends EOF. */
  get stdout(): ByteWritableStream {
    return this.channel.writable
  }

  /** Standard error output, as a stream of the platform; closing it sends nothing. */
  get stderr(): ByteWritableStream {
    return (this.#stderr ??= this.channel.createStderrWritable())
  }

  /** Resolves when the channel is closed, by either side; rejects when the connection ended before. */
  get closed(): Promise<void> {
    return this.channel.closed
  }

  /** What the client sends, to its EOF. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    return this.channel[Symbol.asyncIterator]()
  }

  /** Writes to standard output; see {@link Channel.write}. */
  write(data: Uint8Array | string): Promise<void> {
    return this.channel.write(data)
  }

  /** Writes to standard error output; see {@link Channel.write}. */
  writeStderr(data: Uint8Array | string): Promise<void> {
    return this.channel.writeExtended(EXTENDED_DATA_STDERR, data)
  }

  /**
   * The program has ended: sends what was written, EOF, the code and CLOSE, in this order (RFC 4254 §6.10). Once; later calls do nothing.
   *
   * @param code the exit code, a uint32; 0 for success
   * @returns resolves when the client has closed the channel too
   * @throws SSHError `ARGUMENT` where the code is no uint32
   */
  exit(code: number): Promise<void> {
    if (!Number.isInteger(code) || code < 0 || code > 0xffff_ffff)
      throw invalidArgument(`expected an exit code from 0 to 2^32-1; got ${code}`)
    return this.#exit('exit-status', encodeExitStatus(code))
  }

  /**
   * A signal has ended the program; otherwise as {@link exit}.
   *
   * @param name the signal's name without SIG
   */
  exitSignal(name: string, options: { readonly coreDumped?: boolean; readonly message?: string } = {}): Promise<void> {
    return this.#exit('exit-signal', encodeExitSignal({ name, coreDumped: options.coreDumped ?? false, message: options.message ?? '' }))
  }

  /** @internal */
  start(handlers: SessionHandlers): void {
    this.#handlers = handlers
  }

  /** @internal serves one request after the other: a program must not start before its variables are decided about. */
  serve(request: IncomingRequest): Promise<void> {
    const served = this.#served.then(() => this.#dispatch(request))
    this.#served = served.catch(ignore)
    return served
  }

  #exit(type: string, payload: Uint8Array): Promise<void> {
    if (!this.#exited) {
      this.#exited = true
      void this.channel.end()
      void this.channel.request(type, payload, { wantReply: false, afterData: true })
    }
    return this.channel.close()
  }

  async #dispatch(request: IncomingRequest): Promise<void> {
    // The client may have closed the channel while requests before this one were served.
    if (!this.channel.isOpen) return
    switch (request.type) {
      case 'env':
        return request.reply(await this.#setVariable(decodeEnv(request.payload)))
      case 'pty-req':
        return request.reply(await this.#setTerminal(decodePty(request.payload)))
      case 'window-change':
        return this.#resize(decodeSize(request.payload))
      case 'signal': {
        const { text } = decodeText(request.payload, 'signal')
        return this.#handlers.signal?.(text)
      }
      case 'shell':
        decodeNothing(request.payload, 'shell')
        return this.#launch(request, { type: 'shell' }, this.#handlers.shell)
      case 'exec': {
        const { text, bytes } = decodeText(request.payload, 'exec')
        const { exec } = this.#handlers
        return this.#launch(request, { type: 'exec', command: text }, exec && ((): ProgramResult => exec(text, bytes)))
      }
      case 'subsystem': {
        const { text } = decodeText(request.payload, 'subsystem')
        const { subsystems = {} } = this.#handlers
        return this.#launch(request, { type: 'subsystem', name: text }, Object.hasOwn(subsystems, text) ? subsystems[text] : undefined)
      }
      default:
        return this.#handlers.request?.(request)
    }
  }

  async #setVariable({ name, value }: { name: string; value: string }): Promise<boolean> {
    if (this.#env.size >= MAXIMUM_VARIABLES || !(await this.#handlers.env?.(name, value))) return false
    this.#env.set(name, value)
    return true
  }

  async #setTerminal(terminal: Terminal): Promise<boolean> {
    if (this.#terminal !== undefined || !(await this.#handlers.pty?.(terminal))) return false
    this.#terminal = terminal
    return true
  }

  async #resize(size: TerminalSize): Promise<void> {
    if (this.#terminal === undefined) return
    this.#terminal = { ...this.#terminal, ...size }
    await this.#handlers.windowChange?.(size)
  }

  /** Starts the one program that a session may have (RFC 4254 §6.5); it runs on while further requests are served. */
  async #launch(request: IncomingRequest, program: ProgramRequest, run: (() => ProgramResult) | undefined): Promise<void> {
    if (run === undefined || this.#program !== undefined) return request.reply(false)
    const accepted = (await this.#handlers.accept?.(program)) ?? true
    if (!accepted) return request.reply(false)
    this.#program = program
    request.reply(true)
    void this.#run(run)
  }

  async #run(program: () => ProgramResult): Promise<void> {
    try {
      const code = await program()
      if (code !== undefined) void this.exit(code)
    } catch (error) {
      this.#host.report(error)
      void this.exit(PROGRAM_FAILED)
    }
  }
}

/** A handler for channels of type `session`: accepts each, and lets `onSession` say what it can do. */
export function sessionChannels(host: HandlerHost, onSession: SessionHandler): ChannelHandler {
  return (open) => {
    decodeNothing(open.payload, 'CHANNEL_OPEN of a session')
    const channel = open.accept({ discardStderr: true, onRequest: (request) => session.serve(request) })
    const session = new ServerSession(channel, host)
    try {
      session.start(onSession(session))
    } catch (error) {
      channel.abort(error)
      throw error
    }
  }
}
