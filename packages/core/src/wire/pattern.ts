/**
 * Whether a pattern fits a whole text, as in OpenSSH's files and lists (ssh_config(5), PATTERNS): `*` stands for any characters, also none,
 * `?` for one of them, every other character for itself. Upper and lower case differ; a `!` in front, which negates, is the caller's affair.
 *
 * Patterns come from files, peers and certificates, so its time is at most the product of the lengths: of several `*` only the last is
 * tried again, which is enough. A regular expression made of `*a*a*a` could take for ever.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  let [inPattern, inText, afterStar, retry] = [0, 0, -1, 0]
  while (inText < text.length) {
    if (pattern[inPattern] === '*') {
      afterStar = ++inPattern
      retry = inText
    } else if (pattern[inPattern] === '?' || pattern[inPattern] === text[inText]) {
      inPattern++
      inText++
    } else if (afterStar >= 0) {
      inPattern = afterStar
      inText = ++retry
    } else {
      return false
    }
  }
  while (pattern[inPattern] === '*') inPattern++
  return inPattern === pattern.length
}
