import { invalidArgument } from '../errors.ts'
import { matchesPattern } from '../wire/pattern.ts'

/**
 * OpenSSH's syntax for lists of algorithms, as a pure function (ssh_config(5), `Ciphers`).
 *
 * - `a,b`: exactly these, in this order
 * - `+a,b`: these after the defaults
 * - `-a,b`: the defaults without these
 * - `^a,b`: these before the defaults
 *
 * `*` and `?` in a name match as in a shell; they stand for any of `names` but `none`, in their order. A name without them that is not
 * among `names` is an error.
 *
 * @param defaults what there is when nothing is said, most preferred first
 * @param expression the list
 * @param names all names that may be chosen; `defaults` where absent
 * @returns the chosen names, most preferred first, each once
 * @throws SSHError `ARGUMENT` for an unknown name, or where nothing is left
 *
 * @example
 * ```ts
 * import { selectAlgorithms } from '@seashell/core'
 *
 * selectAlgorithms(['aes256-ctr', 'aes128-ctr', 'none'], '-none') // ['aes256-ctr', 'aes128-ctr']
 * ```
 */
export function selectAlgorithms(defaults: readonly string[], expression: string, names: readonly string[] = defaults): string[] {
  const sign = /^[-+^]/.exec(expression)?.[0]
  const patterns = (sign === undefined ? expression : expression.slice(1)).split(',').map((pattern) => pattern.trim())
  const chosen = unique(patterns.flatMap((pattern) => expand(pattern, names)))
  const result = combine(sign, defaults, chosen)
  if (result.length === 0) throw invalidArgument(`the list ${JSON.stringify(expression)} leaves no algorithm`)
  return result
}

function combine(sign: string | undefined, defaults: readonly string[], chosen: readonly string[]): string[] {
  if (sign === '+') return unique([...defaults, ...chosen])
  if (sign === '-') return defaults.filter((name) => !chosen.includes(name))
  if (sign === '^') return unique([...chosen, ...defaults])
  return [...chosen]
}

function expand(pattern: string, names: readonly string[]): readonly string[] {
  if (pattern === '') throw invalidArgument('expected a name between commas; found nothing')
  // `none` is what a pattern must never bring in by accident.
  if (/[*?]/.test(pattern)) return names.filter((name) => name !== 'none' && matchesPattern(pattern, name))
  if (!names.includes(pattern)) throw invalidArgument(`unknown algorithm ${JSON.stringify(pattern)}; there are ${names.join(', ')}`)
  return [pattern]
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)]
}
