import type { Check } from '../../src/index.ts'

/** What failed, by the name of its check: what was thrown. */
export async function failedChecks(checks: readonly Check[]): Promise<Map<string, unknown>> {
  const failed = new Map<string, unknown>()
  for (const check of checks) {
    try {
      await check.run()
    } catch (error) {
      failed.set(check.name, error)
    }
  }
  return failed
}

/** What the check of that name threw; undefined where it passed. */
export async function failureOf(checks: readonly Check[], name: string): Promise<unknown> {
  const check = checks.find((one) => one.name === name)
  if (check === undefined) throw new Error(`expected a check '${name}'; there are ${checks.map((one) => one.name).join('; ')}`)
  return (await failedChecks([check])).get(name)
}
