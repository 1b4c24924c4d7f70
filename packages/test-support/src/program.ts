import { spawnSync } from 'node:child_process'

/**
 * Whether a program that tests talk to is on this machine. Without it that is said, and under `CI` it is a failure.
 *
 * @param name as on the command line
 * @param argument one that makes it end at once, whatever it then says
 */
export function hasProgram(name: string, argument: string): boolean {
  if (spawnSync(name, [argument], { timeout: 10_000 }).error === undefined) return true
  const message = `${name} is missing, so what is tested against it does not run. On Debian 12, as root: .ci/install-peers`
  if (process.env['CI'] !== undefined) throw new Error(message)
  console.warn(message)
  return false
}
