import { Worker } from 'node:worker_threads'
import { DEFAULT_MAX_LENGTH, type Target } from './target.ts'
import type { WorkerOrder, WorkerReport } from './worker.ts'

/** How one target is fuzzed in a worker of its own. */
export interface CampaignOptions extends Omit<WorkerOrder, 'target' | 'current'> {
  readonly target: Target
  /** The file of the worker. */
  readonly worker: string
}

/** What came of a target. */
export interface CampaignResult {
  readonly executions: number
  readonly edges: number
  /** The inputs that are worth keeping; undefined where the worker did not come to its end. */
  readonly corpus?: readonly Uint8Array[]
  readonly finds: readonly { readonly message: string; readonly data: Uint8Array }[]
}

/** No input may keep the worker from the next for so long, in milliseconds of a busy machine. */
const HANG_TIME = 30_000
/** Nothing that peers send may need more memory, in MiB. */
const MAX_HEAP = 1024

/**
 * Fuzzes a target in a worker, and watches it: an input that never ends, or takes all memory, is a find that the worker itself cannot tell.
 */
export async function fuzz({ target, worker: file, ...order }: CampaignOptions): Promise<CampaignResult> {
  const current = new SharedArrayBuffer(8 + Math.max(target.maxLength ?? DEFAULT_MAX_LENGTH, longest(order.corpus)))
  const workerData: WorkerOrder = { ...order, target: target.name, current }
  const worker = new Worker(file, { workerData, resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP } })
  const finds: { message: string; data: Uint8Array }[] = []
  const numbers = new Uint32Array(current, 0, 2)
  const begun = (): number => numbers[0]!
  const running = (): Uint8Array => new Uint8Array(current).slice(8, 8 + numbers[1]!)
  return await new Promise((resolve) => {
    let result: CampaignResult | undefined
    const died = (message: string): void => {
      finds.push({ message, data: running() })
      void worker.terminate()
    }
    let before = -1
    const watch = setInterval(() => {
      if (begun() === before) died(`no end after ${HANG_TIME / 1000} s`)
      before = begun()
    }, HANG_TIME)
    worker.on('message', (report: WorkerReport) => {
      if (report.type === 'find') finds.push({ message: report.message, data: report.data })
      else result = { executions: report.executions, edges: report.edges, corpus: report.corpus, finds }
    })
    worker.on('error', (error) => died(`the worker died: ${error.stack ?? error.message}`))
    worker.on('exit', () => {
      clearInterval(watch)
      resolve(result ?? { executions: begun(), edges: 0, finds })
    })
  })
}

function longest(corpus: readonly Uint8Array[]): number {
  return corpus.reduce((length, data) => Math.max(length, data.length), 0)
}
