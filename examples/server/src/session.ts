import { isUtf8 } from 'node:buffer'
import { constants } from 'node:os'
import type { ServerSession, SessionHandlers, Terminal } from '@seashell/connection'
import { type Environment, isAccepted, loginShell } from './environment.ts'
import type { Permissions } from './permissions.ts'
import { Program } from './program.ts'
import { PseudoTerminal } from './pty.ts'

/** Who has logged in, as far as sessions and forwardings need to know. */
export interface LoginContext {
  readonly permissions: Permissions
  /** What every program gets. */
  readonly env: Environment
  /** Writes a line about the connection. */
  readonly log: (text: string) => void
}

/** The signals that have a name in SSH (RFC 4254 §6.10). */
const SIGNALS = new Set('ABRT ALRM FPE HUP ILL INT KILL PIPE QUIT SEGV TERM USR1 USR2'.split(' '))

/** What shells add to the number of a signal that ended a program. */
const SIGNAL_CODE = 128

const PROGRAM_FAILED = 255

/** What a session can do: run one command or shell, on a terminal or on pipes. Subsystems: none. */
export function sessionHandlers(session: ServerSession, context: LoginContext): SessionHandlers {
  return new CommandSession(session, context).handlers
}

class CommandSession {
  readonly handlers: SessionHandlers = {
    env: isAccepted,
    pty: (terminal) => this.#openTerminal(terminal),
    shell: () => this.#start('shell'),
    exec: (command, bytes) => (isUtf8(bytes) ? this.#start('exec', command) : this.#refuseBytes()),
    windowChange: (size) => this.#terminal?.resize(size),
    signal: (name) => this.#signal(name),
  }
  readonly #session: ServerSession
  readonly #context: LoginContext
  readonly #name: string
  #terminal: PseudoTerminal | undefined
  #program: Program | undefined

  constructor(session: ServerSession, context: LoginContext) {
    this.#session = session
    this.#context = context
    this.#name = `session ${session.channel.localId}`
  }

  async #openTerminal({ term, modes, ...size }: Terminal): Promise<boolean> {
    if (!this.#context.permissions.permitPty || this.#program !== undefined || term.includes('\0')) return false
    const terminal = await PseudoTerminal.open(size, modes)
    if (terminal === undefined) {
      this.#context.log(`${this.#name}: there are no terminals here`)
      return false
    }
    this.#terminal = terminal
    // A session may end before anything runs.
    const close = (): void => terminal.close()
    this.#session.closed.then(close, close)
    return true
  }

  /** Runs the shell or the command, or what the key's owner may run alone. The command itself is not logged: it may hold secrets. */
  async #start(what: 'shell' | 'exec', asked?: string): Promise<void> {
    const { log, permissions } = this.#context
    const command = permissions.command ?? asked
    const on = this.#terminal === undefined ? '' : ` on ${this.#terminal.path}`
    log(`${this.#name}: ${what}${permissions.command === undefined ? '' : ', forced command'}${on}`)
    const launch = command === undefined ? { file: loginShell(), args: ['-l'] } : { file: '/bin/sh', args: ['-c', command] }
    const env = this.#environment(asked)
    this.#program = new Program(this.#session, { ...launch, env }, this.#terminal)
    await this.#finish(this.#program)
  }

  /** Arguments of programs are text to Node: other bytes would arrive as something that was not asked for. */
  #refuseBytes(): number {
    void this.#session.writeStderr('seashell-server: expected a command in UTF-8\n')
    return PROGRAM_FAILED
  }

  #environment(asked?: string): Environment {
    const { env, permissions } = this.#context
    return {
      ...Object.fromEntries(this.#session.env),
      ...(this.#session.terminal && { TERM: this.#session.terminal.term }),
      ...env,
      ...Object.fromEntries(permissions.environment),
      ...(permissions.command !== undefined && asked !== undefined && { SSH_ORIGINAL_COMMAND: asked }),
    }
  }

  async #finish(program: Program): Promise<void> {
    const { code, signal } = await program.ended
    this.#context.log(`${this.#name}: ended with ${signal ?? `code ${code}`}`)
    const name = signal?.slice('SIG'.length) ?? ''
    if (SIGNALS.has(name)) void this.#session.exitSignal(name)
    else void this.#session.exit(signal === null ? (code ?? 0) : SIGNAL_CODE + constants.signals[signal])
  }

  /** A forced command is not the client's to signal, as with sshd. */
  #signal(name: string): void {
    if (SIGNALS.has(name) && this.#context.permissions.command === undefined) this.#program?.signal(`SIG${name}` as NodeJS.Signals)
  }
}
