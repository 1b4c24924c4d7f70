import type { AbortSignalLike, MaybePromise } from '@seashell/core'
import { SSHError } from '@seashell/core'
import { WireWriter } from '@seashell/core/wire'
import type { Channel, ChannelOptions, RequestOptions } from './channel.ts'
import { channelError } from './errors.ts'
import { EMPTY } from './messages.ts'
import { abortable, Deferred, quiet } from './promises.ts'
import type { IncomingRequest } from './requests.ts'
import type { ExitStatus, Terminal } from './session-requests.ts'
import { decodeExitSignal, decodeExitStatus, encodeEnv, encodePty, encodeSize, encodeText } from './session-requests.ts'
import type { ByteReadableStream, ByteWritableStream } from './web-streams.ts'
import type { WindowOptions } from './window.ts'

/** How a program is started on the server. */
export interface SessionOptions extends WindowOptions {
  /** Environment variables (RFC 4254 §6.4). Servers ignore those that they do not allow, and do not say so. */
  readonly env?: Readonly<Record<string, string>>
  /** A terminal for the program (RFC 4254 §6.2): `true` for one of 80 by 24 characters; what is left out is taken from that. */
  readonly pty?: boolean | Partial<Terminal>
  /** Throw stderr away as it comes. Whoever reads stdout alone sets this, for both share one window. False where absent. */
  readonly discardStderr?: boolean
  /** Closes the channel when it fires, before the program has started or while it runs; `exit` then rejects with SSHError `ABORTED`. */
  readonly signal?: AbortSignalLike
  /** Decides about other requests of the server on this channel; see {@link ChannelOptions}. */
  readonly onRequest?: (request: IncomingRequest, channel: Channel) => MaybePromise<void>
}

/** What a session starts (RFC 4254 §6.5). */
export type Program =
  | { readonly type: 'shell' }
  | { readonly type: 'exec'; readonly command: string | Uint8Array }
  | { readonly type: 'subsystem'; readonly name: string }

/** What a program wrote, and how it ended. */
export interface SessionOutput extends ExitStatus {
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
}

/**
 * A program that runs on the server (RFC 4254 §6): its three streams, and how it ends.
 *
 * @example
 * ```ts
 * import type { SSHConnection } from '@seashell/connection'
 *
 * async function wordCount(connection: SSHConnection, text: string): Promise<void> {
 *   await using session = await connection.exec('wc -w')
 *   await session.write(text)
 *   await session.end()
 *   const { stdout, code } = await session.output()
 *   console.log(code, new TextDecoder().decode(stdout))
 * }
 * ```
 */
export class Session implements AsyncDisposable {
  /** The channel below, for everything that has no name here. */
  readonly channel: Channel
  /**
   * How the program ended: resolves when the channel is closed, after all data has reached the streams, with what the server told; with
   * neither code nor signal where it told nothing. Rejects where the connection ended before that, or the caller's signal fired.
   */
  readonly exit: Promise<ExitStatus>

  /** @internal `SSHConnection` starts sessions */
  constructor(channel: Channel, exit: Promise<ExitStatus>) {
    this.channel = channel
    this.exit = exit
  }

  /** The program's standard input, as a stream of the platform; closing it sends EOF. */
  get stdin(): ByteWritableStream {
    return this.channel.writable
  }

  /** The program's standard output, as a stream of the platform. */
  get stdout(): ByteReadableStream {
    return this.channel.readable
  }

  /** The program's standard error output, as a stream of the platform. */
  get stderr(): ByteReadableStream {
    return this.channel.stderr
  }

  /** Writes to the program's standard input; see {@link Channel.write}. */
  write(data: Uint8Array | string): Promise<void> {
    return this.channel.write(data)
  }

  /** Ends the program's standard input; its output can still be read. */
  end(): Promise<void> {
    return this.channel.end()
  }

  /** Sends a request of any other type; see {@link Channel.request}. */
  request(type: string, payload?: Uint8Array, options?: RequestOptions): Promise<boolean> {
    return this.channel.request(type, payload, options)
  }

  /** Tells the program that its terminal has another size (RFC 4254 §6.7); pixels where they are known. */
  resize(columns: number, rows: number, width = 0, height = 0): void {
    void this.channel.request('window-change', encodeSize({ columns, rows, width, height }), { wantReply: false })
  }

  /** Sends the program a signal (RFC 4254 §6.9): its name without SIG. Servers do not tell whether they did. */
  signal(name: string): void {
    void this.channel.request('signal', encodeText(name), { wantReply: false })
  }

  /**
   * Reads all that the program writes and waits for its end. For output that fits in memory.
   *
   * @param options.limit the most bytes of stdout or stderr, 64 MiB where absent; where the program writes more the channel is closed and
   *   the promise rejects with SSHError `LIMIT`
   */
  output(options: { readonly limit?: number } = {}): Promise<SessionOutput> {
    return quiet(this.#output(options.limit ?? 67_108_864))
  }

  /** Closes the channel, which ends the program's input and, on most servers, the program. Resolves when it is closed. */
  close(): Promise<void> {
    return this.channel.close()
  }

  /** Closes the channel and does not wait for the program: many servers close their end only when it has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.channel[Symbol.asyncDispose]()
  }

  async #output(limit: number): Promise<SessionOutput> {
    const [stdout, stderr] = await Promise.all([this.#collect(this.stdout, limit), this.#collect(this.stderr, limit)])
    return { ...(await this.exit), stdout, stderr }
  }

  async #collect(stream: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
    const writer = new WireWriter()
    for await (const chunk of stream) {
      if (writer.length + chunk.length > limit) {
        const error = new SSHError('LIMIT', `the program wrote more than ${limit} bytes`, { fault: 'peer' })
        this.channel.abort(error)
        throw error
      }
      writer.writeBytes(chunk)
    }
    return writer.finish()
  }
}

/** Opens a channel of type `session` with these options. */
export type OpenSessionChannel = (options: ChannelOptions & { readonly signal?: AbortSignalLike }) => Promise<Channel>

/**
 * Opens a session and starts a program in it. The requests go out together and the answers are awaited after that, so that a terminal
 * costs no round trip of its own.
 */
export async function startSession(open: OpenSessionChannel, program: Program, options: SessionOptions): Promise<Session> {
  const { env = {}, pty = false, signal, onRequest, ...channelOptions } = options
  const requests = encodeRequests(program, env, pty)
  let status: ExitStatus = {}
  const channel = await open({
    ...channelOptions,
    ...(signal && { signal }),
    onRequest(request, itsChannel) {
      if (request.type === 'exit-status') status = { code: decodeExitStatus(request.payload) }
      else if (request.type === 'exit-signal') status = { signal: decodeExitSignal(request.payload) }
      else return onRequest?.(request, itsChannel)
    },
  })
  const exit = new Deferred<ExitStatus>()
  channel.closed.then(
    () => exit.resolve(status),
    (error: unknown) => exit.reject(error),
  )
  // Whatever happens first: the end of the channel, or the signal, for as long as the program runs.
  const ended = abortable(exit.promise, signal, (error) => channel.abort(error))
  await sendRequests(channel, requests, signal)
  return new Session(channel, ended)
}

interface SessionRequest {
  readonly type: string
  readonly payload: Uint8Array
  /** What it means where it fails; absent: no answer is wanted. */
  readonly refusal?: string
}

/** The requests of a session, encoded before anything is sent: what cannot be encoded leaves no channel behind. */
function encodeRequests(program: Program, env: Readonly<Record<string, string>>, pty: boolean | Partial<Terminal>): SessionRequest[] {
  const variables = Object.entries(env).map(([name, value]) => ({ type: 'env', payload: encodeEnv(name, value) }))
  const terminal = pty === false ? undefined : completeTerminal(pty === true ? {} : pty)
  return [
    ...variables,
    ...(terminal ? [{ type: 'pty-req', payload: encodePty(terminal), refusal: 'the server gives us no terminal' }] : []),
    { type: program.type, payload: programPayload(program), refusal: `the server does not start ${describe(program)}` },
  ]
}

/** Sends them and waits for the answers; closes the channel where one is refused. */
async function sendRequests(channel: Channel, requests: readonly SessionRequest[], signal: AbortSignalLike | undefined): Promise<void> {
  const answers = requests.map(({ type, payload, refusal }) =>
    channel.request(type, payload, { wantReply: refusal !== undefined, ...(signal && { signal }) }),
  )
  const refused = (await Promise.all(answers)).indexOf(false)
  if (refused === -1) return
  void channel.close()
  throw channelError(requests[refused]?.refusal ?? 'the server refuses', 'peer')
}

function programPayload(program: Program): Uint8Array {
  if (program.type === 'shell') return EMPTY
  return encodeText(program.type === 'exec' ? program.command : program.name)
}

function describe(program: Program): string {
  if (program.type === 'shell') return 'a shell'
  return program.type === 'exec' ? 'the command' : `the subsystem ${program.name}`
}

function completeTerminal(terminal: Partial<Terminal>): Terminal {
  return { term: 'xterm-256color', columns: 80, rows: 24, width: 0, height: 0, modes: {}, ...terminal }
}
