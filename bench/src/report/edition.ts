import type { MicroResults } from '../micro/micro.ts'
import type { ProfileResults } from '../profile/profile.ts'
import { lineOf, type Results } from '../results.ts'

/** What there is to report of one release line of Node. */
export interface Edition {
  readonly results: Results
  readonly micro: MicroResults | undefined
  readonly profiles: ProfileResults | undefined
}

/** `Node 20`: what the page calls an edition. */
export function nameOf({ results }: Edition): string {
  return lineOf(results.machine)
}
