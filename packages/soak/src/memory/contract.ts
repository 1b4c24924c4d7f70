import type { Drip } from './drip.ts'
import type { Memory } from './reading.ts'

/** What the parent asks for. What peers send is US-ASCII. */
export type Question =
  | { readonly ask: 'memory' }
  | { readonly ask: 'drip'; readonly count: number; readonly beginning: string; readonly rest: string }

/** What the child answers; at its start, its port. */
export interface Told {
  readonly port?: number
  readonly memory?: MemoryOfServer
  readonly drip?: Drip
}

/** Its memory, how many connections it has, and why others have ended since it was last asked. */
export interface MemoryOfServer extends Memory {
  readonly connections: number
  readonly ended: readonly string[]
}
