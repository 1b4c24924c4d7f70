/**
 * Says that something real which tests talk to is not on this machine, and how to get it: a failure under `CI`, a warning elsewhere.
 *
 * @param what its name, for people
 */
export function missing(what: string): undefined {
  const message = `${what} is missing, so its tests cannot run. On Debian 12, as root: .ci/install-peers`
  if (process.env['CI']) throw new Error(message)
  console.warn(message)
  return undefined
}
