// What the command line of `pnpm bench` takes, and refuses before anything is measured.
import { InvalidArgumentError } from 'commander'
import { MICRO, PROFILES } from './results.ts'

/**
 * A whole number from 1 up.
 *
 * @throws InvalidArgumentError where the text is none
 */
export function count(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('Expected a whole number above 0.')
  return number
}

/**
 * A number above 0, not infinite.
 *
 * @throws InvalidArgumentError where the text is none
 */
export function duration(text: string): number {
  const number = Number(text)
  if (!Number.isFinite(number) || number <= 0) throw new InvalidArgumentError('Expected a number above 0.')
  return number
}

/**
 * A regular expression.
 *
 * @throws InvalidArgumentError where the text is none
 */
export function pattern(text: string): RegExp {
  try {
    return new RegExp(text, 'u')
  } catch (error) {
    throw new InvalidArgumentError(`Expected a regular expression: ${error instanceof Error ? error.message : String(error)}.`)
  }
}

/**
 * The name of a run's results, which a file is called by.
 *
 * @throws InvalidArgumentError where no file can be called so, or other results are
 */
export function runName(text: string): string {
  if (!/^\w[\w.-]*$/u.test(text)) throw new InvalidArgumentError('Expected letters, digits, _, - and dots.')
  if (text === MICRO || text === PROFILES) throw new InvalidArgumentError(`${MICRO} and ${PROFILES} are kept beside runs.`)
  return text
}
