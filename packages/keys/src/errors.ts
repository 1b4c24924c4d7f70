import { isSSHError, SSHError } from '@seashell/core/wire'

/** A line of a file that could not be used. The other lines are not touched by it. */
export interface LineProblem {
  /** Its number, from 1. */
  readonly line: number
  /** What is wrong with it; the message begins with the line's number. */
  readonly error: SSHError
}

/** A key or key file is not what it should be: the mistake of whoever passed it. */
export function keyError(message: string, cause?: unknown): SSHError {
  return new SSHError('KEY', message, { fault: 'caller', cause })
}

/**
 * Runs what reads a file. The readers of the wire format blame the peer and call it `MALFORMED`; bytes of a file are the caller's.
 *
 * @param prefix what stands in front of the message: 'line 3: '
 */
export function blameCaller<Result>(action: () => Result, prefix = ''): Result {
  try {
    return action()
  } catch (error) {
    throw isSSHError(error) ? keyError(prefix + error.message, error) : error
  }
}

/** Runs `read` on each line that is neither empty nor a comment, collecting what it returns and what goes wrong. */
export function readLines<Entry>(
  text: string,
  read: (line: string, number: number) => Entry,
): { readonly entries: Entry[]; readonly problems: LineProblem[] } {
  const entries: Entry[] = []
  const problems: LineProblem[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    try {
      entries.push(blameCaller(() => read(line, index + 1), `line ${index + 1}: `))
    } catch (error) {
      if (!isSSHError(error)) throw error
      problems.push({ line: index + 1, error })
    }
  }
  return { entries, problems }
}
