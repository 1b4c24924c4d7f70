import type { CertificateType } from './certificate.ts'

/**
 * Whether a principal of a certificate is that name: letter by letter for users; for hosts it may be a pattern with `*` for any characters and
 * `?` for one, as OpenSSH has it.
 */
export function isPrincipal(type: CertificateType, principal: string, name: string): boolean {
  return type === 'user' ? principal === name : matchesPattern(principal, name)
}

/** Row by row, so that its time is the product of the lengths whatever the pattern: a certificate is anybody's. */
function matchesPattern(pattern: string, name: string): boolean {
  // matched[i]: the pattern so far stands for the first i characters.
  let matched = [true, ...Array.from(name, () => false)]
  for (const character of pattern) {
    const next = character === '*' ? accumulate(matched) : [false, ...matched.slice(0, -1)]
    matched = character === '*' || character === '?' ? next : next.map((reached, index) => reached && name[index - 1] === character)
  }
  return matched.at(-1) === true
}

function accumulate(flags: readonly boolean[]): boolean[] {
  let seen = false
  return flags.map((flag) => (seen ||= flag))
}
