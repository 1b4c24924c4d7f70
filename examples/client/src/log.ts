import { printable } from '@seashell/userauth'

/** Says something on standard error. */
export interface Log {
  /** One line, always. */
  say(text: string): void
  /** One line, where `-v` asks for it. */
  detail(text: string): void
  /** Text of the server's, lines and all. */
  show(text: string): void
}

const NAME = 'seashell'

/** A log on standard error. Whatever it is told, no control character but tab and line feed reaches the terminal. */
export function createLog(verbose: boolean): Log {
  return {
    say,
    detail(text) {
      if (verbose) say(text)
    },
    show: (text) => write(text.endsWith('\n') ? text : `${text}\n`),
  }
}

/** What went wrong, in one line. */
export function messageOf(error: unknown): string {
  return oneLine(error instanceof Error ? error.message : String(error))
}

function say(text: string): void {
  write(`${NAME}: ${oneLine(text)}\n`)
}

function oneLine(text: string): string {
  return printable(text)
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
}

function write(text: string): void {
  // A terminal in raw mode does not go back to the first column by itself.
  process.stderr.write(process.stderr.isTTY ? printable(text).replaceAll('\n', '\r\n') : printable(text))
}
