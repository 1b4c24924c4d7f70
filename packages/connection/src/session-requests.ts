import { decodeUtf8Lossy, WireReader, WireWriter } from '@seashell/core/wire'
import type { TerminalModes } from './terminal-modes.ts'
import { decodeTerminalModes, encodeTerminalModes } from './terminal-modes.ts'

/** The size of a terminal (RFC 4254 §6.2, §6.7). Where columns and rows are not 0 they count, and the pixels do not. */
export interface TerminalSize {
  /** Characters in a line. */
  readonly columns: number
  /** Lines. */
  readonly rows: number
  /** Pixels; 0 where unknown. */
  readonly width: number
  /** Pixels; 0 where unknown. */
  readonly height: number
}

/** A terminal (RFC 4254 §6.2). */
export interface Terminal extends TerminalSize {
  /** The value of the environment variable TERM: 'xterm-256color'. */
  readonly term: string
  /** Its modes; empty where nothing was said. */
  readonly modes: TerminalModes
}

/** The signal that ended a program (RFC 4254 §6.10). */
export interface ExitSignal {
  /** The signal's name without SIG: 'TERM', 'KILL'; others end in `@` and a domain. */
  readonly name: string
  /** Whether the program left a core dump. */
  readonly coreDumped: boolean
  /** What the server says about it, for people; may be empty. */
  readonly message: string
}

/** How a program ended: a code, or a signal, or neither where the server did not tell. */
export interface ExitStatus {
  /** The exit code, 0 for success. */
  readonly code?: number
  /** The signal that ended it. */
  readonly signal?: ExitSignal
}

/** `env` (RFC 4254 §6.4). */
export function encodeEnv(name: string, value: string): Uint8Array {
  return new WireWriter().writeString(name).writeString(value).finish()
}

/** Reads `env`. Bytes that are not UTF-8 become U+FFFD. */
export function decodeEnv(payload: Uint8Array): { name: string; value: string } {
  return read(payload, 'env', (reader) => ({ name: readText(reader), value: readText(reader) }))
}

/** `pty-req` (RFC 4254 §6.2). */
export function encodePty(terminal: Terminal): Uint8Array {
  return writeSize(new WireWriter().writeString(terminal.term), terminal).writeString(encodeTerminalModes(terminal.modes)).finish()
}

/** Reads `pty-req`. */
export function decodePty(payload: Uint8Array): Terminal {
  return read(payload, 'pty-req', (reader) => ({
    term: readText(reader),
    ...readSize(reader),
    modes: decodeTerminalModes(reader.readString('the terminal modes')),
  }))
}

/** `window-change` (RFC 4254 §6.7). */
export function encodeSize(size: TerminalSize): Uint8Array {
  return writeSize(new WireWriter(), size).finish()
}

/** Reads `window-change`. */
export function decodeSize(payload: Uint8Array): TerminalSize {
  return read(payload, 'window-change', readSize)
}

/** The requests that carry one string: `exec`, `subsystem` (RFC 4254 §6.5), `signal` (§6.9). */
export function encodeText(text: string | Uint8Array): Uint8Array {
  return new WireWriter().writeString(text).finish()
}

/** Reads `exec`, `subsystem` or `signal`: the bytes, and as text, in which U+FFFD stands for what is not UTF-8. */
export function decodeText(payload: Uint8Array, type: string): { text: string; bytes: Uint8Array } {
  const bytes = read(payload, type, (reader) => reader.readString())
  return { text: decodeUtf8Lossy(bytes), bytes }
}

/** `exit-status` (RFC 4254 §6.10). */
export function encodeExitStatus(code: number): Uint8Array {
  return new WireWriter().writeUint32(code).finish()
}

/** Reads `exit-status`. */
export function decodeExitStatus(payload: Uint8Array): number {
  return read(payload, 'exit-status', (reader) => reader.readUint32())
}

/** `exit-signal` (RFC 4254 §6.10), with no language tag. */
export function encodeExitSignal(signal: ExitSignal): Uint8Array {
  return new WireWriter().writeString(signal.name).writeBoolean(signal.coreDumped).writeString(signal.message).writeString('').finish()
}

/** Reads `exit-signal`. */
export function decodeExitSignal(payload: Uint8Array): ExitSignal {
  return read(payload, 'exit-signal', (reader) => {
    const signal = { name: readText(reader), coreDumped: reader.readBoolean(), message: readText(reader) }
    reader.readString('a language tag')
    return signal
  })
}

/** Reads a payload that holds nothing: `shell` (RFC 4254 §6.5). */
export function decodeNothing(payload: Uint8Array, what: string): void {
  read(payload, what, () => undefined)
}

function read<T>(payload: Uint8Array, what: string, fields: (reader: WireReader) => T): T {
  const reader = new WireReader(payload, what)
  const result = fields(reader)
  reader.end()
  return result
}

function readText(reader: WireReader): string {
  return decodeUtf8Lossy(reader.readString())
}

function readSize(reader: WireReader): TerminalSize {
  return { columns: reader.readUint32(), rows: reader.readUint32(), width: reader.readUint32(), height: reader.readUint32() }
}

function writeSize(writer: WireWriter, size: TerminalSize): WireWriter {
  return writer.writeUint32(size.columns).writeUint32(size.rows).writeUint32(size.width).writeUint32(size.height)
}
