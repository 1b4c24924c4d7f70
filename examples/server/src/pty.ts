import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { SocketConstructorOpts } from 'node:net'
import type { DuplexOptions } from 'node:stream'
import { ReadStream } from 'node:tty'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import type { TerminalModes, TerminalSize } from '@seashell/connection'
import { hideFromPrograms, startProgram } from './spawn.ts'
import { sttyArguments } from './stty.ts'

/**
 * As much of node-pty's native module as we use. Its JavaScript above that is passed by: it drops output that has not been read 200 ms after
 * the program's end, and writes input in a loop that blocks this whole process while a program does not read.
 */
interface NativePty {
  /** Makes a pair of devices. */
  open(columns: number, rows: number): { master: number; slave: number; pty: string }
  resize(master: number, columns: number, rows: number): void
}

const DEFAULT_SIZE = { columns: 80, rows: 24 }
const MAX_SIZE = 0xffff
const VEOF = 4
const DISABLED = 255

/** Milliseconds between one end of input and the next. */
const END_INTERVAL = 200

/** How long to wait for a program that does not read, in milliseconds: the first time, and at most. */
const [SHORTEST_WAIT, LONGEST_WAIT] = [2, 100]

/** A pseudo-terminal: a device that a program runs on, and its other end, which is ours. */
export class PseudoTerminal {
  /** The device's path: '/dev/pts/3'. */
  readonly path: string
  readonly #native: NativePty
  readonly #master: ReadStream
  readonly #masterFd: number
  readonly #endOfInput: number
  /** The device, held open until a program has it: without anybody on it, it reads as hung up. */
  #device: number | undefined

  private constructor(native: NativePty, size: TerminalSize, modes: TerminalModes) {
    const { columns, rows } = usableSize(size)
    const { master, slave, pty } = native.open(columns, rows)
    this.path = pty
    this.#native = native
    this.#endOfInput = modes.VEOF ?? VEOF
    this.#masterFd = master
    // The end is read as an error, EIO, at which Node drops what the stream holds: with a mark of 1 it reads on only when it holds nothing.
    const options: SocketConstructorOpts & DuplexOptions = { highWaterMark: 1 }
    this.#master = new ReadStream(master, options)
    this.#master.on('error', () => {})
    this.#master.on('close', hideFromPrograms(master))
    // The slave that came with it does not block, and programs do not expect that. NOCTTY: it shall be the program's terminal, not ours.
    this.#device = openSync(pty, constants.O_RDWR | constants.O_NOCTTY)
    closeSync(slave)
  }

  /**
   * Opens one.
   *
   * @param modes applied by stty(1), as far as it knows them
   * @returns undefined where this platform has none
   * @throws Error of the system's, where there are no more
   */
  static async open(size: TerminalSize, modes: TerminalModes): Promise<PseudoTerminal | undefined> {
    const native = loadNative()
    if (native === undefined) return undefined
    const terminal = new PseudoTerminal(native, size, modes)
    await terminal.#setModes(modes)
    return terminal
  }

  /** The device's descriptor for a program's standard streams. The terminal lets go of it: close it once the program has it. */
  releaseDevice(): number {
    const device = this.#device
    if (device === undefined) throw new Error('expected one program on a terminal; this is the second')
    this.#device = undefined
    return device
  }

  /**
   * What programs write, until the last of them is gone. Whoever stops before that closes the terminal.
   *
   * Where the other end has hung up, libuv takes a read that does not fill its buffer for the last one, and a terminal never fills it. It does
   * so only while reading goes on: hence none is asked for before libuv has returned from the one before.
   */
  async *output(): AsyncGenerator<Uint8Array> {
    const master = this.#master
    let wake: (() => void) | undefined
    master.on('readable', () => wake?.())
    master.on('close', () => wake?.())
    try {
      for (;;) {
        await setImmediate()
        const chunk = master.read() as Uint8Array | null
        if (chunk !== null) yield chunk
        else if (master.destroyed) return
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      master.destroy()
    }
  }

  /** Types. Resolves when the terminal has taken it all, which waits for programs to read. */
  async write(data: Uint8Array): Promise<void> {
    let wait = SHORTEST_WAIT
    for (let rest = data; rest.length > 0 && !this.#master.destroyed;) {
      const length = this.#tryWrite(rest)
      rest = rest.subarray(length)
      wait = length > 0 ? SHORTEST_WAIT : Math.min(wait * 2, LONGEST_WAIT)
      // Nothing tells when there is room again.
      if (rest.length > 0) await sleep(wait)
    }
  }

  /**
   * Types the end of input, again and again until the terminal is closed: it is told to whoever reads at that moment, is lost where a
   * program changes the terminal's modes meanwhile, and inside a line it only completes the line.
   */
  async end(): Promise<void> {
    if (this.#endOfInput === DISABLED) return
    while (!this.#master.destroyed) {
      await this.write(Uint8Array.of(this.#endOfInput))
      await sleep(END_INTERVAL)
    }
  }

  /** Changes its size; the program is told by SIGWINCH. */
  resize(size: TerminalSize): void {
    const { columns, rows } = usableSize(size)
    if (!this.#master.destroyed) this.#native.resize(this.#masterFd, columns, rows)
  }

  /** Hangs up: whoever is on it gets SIGHUP from the system. */
  close(): void {
    if (this.#device !== undefined) closeSync(this.releaseDevice())
    this.#master.destroy()
  }

  #tryWrite(data: Uint8Array): number {
    try {
      return writeSync(this.#masterFd, data)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'EAGAIN') return 0
      // EIO: nobody is there to read it.
      if (code === 'EIO') return data.length
      throw error
    }
  }

  async #setModes(modes: TerminalModes): Promise<void> {
    const args = sttyArguments(modes)
    if (args.length === 0 || this.#device === undefined) return
    const child = startProgram('stty', args, { stdio: [this.#device, 'ignore', 'ignore'] })
    await new Promise((resolve) => child.once('error', resolve).once('exit', resolve))
  }
}

let native: NativePty | undefined | null = null

/** Undefined where there is no binary for this platform. */
function loadNative(): NativePty | undefined {
  if (native === null) {
    try {
      const require = createRequire(import.meta.url)
      const { requireBinary } = require('@lydell/node-pty/requireBinary.js') as { requireBinary: (name: string) => NativePty }
      native = requireBinary('pty.node')
    } catch {
      native = undefined
    }
  }
  return native
}

/** 0 means that the client does not know. */
function usableSize({ columns, rows }: TerminalSize): typeof DEFAULT_SIZE {
  return {
    columns: Math.min(columns, MAX_SIZE) || DEFAULT_SIZE.columns,
    rows: Math.min(rows, MAX_SIZE) || DEFAULT_SIZE.rows,
  }
}
