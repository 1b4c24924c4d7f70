import { Worker } from 'node:worker_threads'
import { DEFAULT_MAX_LENGTH, type Target } from './target.ts'
import type { WorkerOrder, WorkerReport } from './worker.ts'

/** How one target is fuzzed in a worker of its own. */
export interface CampaignOptions extends Omit<WorkerOrder, 'target' | 'current'> {
  readonly target: Target
  /** The file of the worker. */
  readonly worker: string
  /** How long an input may keep the worker from the next, in milliseconds; 30 seconds where absent: machines are busy. */
  readonly hangTime?: number
  /** How much memory its objects may take, in MiB; 1024 where absent: nothing that peers send may need more. */
  readonly maxHeap?: number
}

/** What came of a target. */
export interface CampaignResult {
  readonly executions: number
  /** The last of them that did something new, by its number; undefined where the worker did not come to its end, as below. */
  readonly lastNew?: number
  readonly edges?: number
  /** The inputs that are worth keeping. */
  readonly corpus?: readonly Uint8Array[]
  readonly finds: readonly { readonly message: string; readonly data: Uint8Array }[]
}

/**
 * Fuzzes a target in a worker, and watches it: an input that never ends, or takes all memory, is a find that the worker itself cannot tell.
 */
export async function fuzz({
  target,
  worker: file,
  hangTime = 30_000,
  maxHeap = 1024,
  ...order
}: CampaignOptions): Promise<CampaignResult> {
  const current = new SharedArrayBuffer(8 + Math.max(target.maxLength ?? DEFAULT_MAX_LENGTH, longest(order.corpus)))
  const workerData: WorkerOrder = { ...order, target: target.name, current }
  const worker = new Worker(file, { workerData, resourceLimits: { maxOldGenerationSizeMb: maxHeap } })
  const finds: { message: string; data: Uint8Array }[] = []
  const numbers = new Uint32Array(current, 0, 2)
  const begun = (): number => numbers[0]!
  const running = (): Uint8Array => new Uint8Array(current).slice(8, 8 + numbers[1]!)
  return await new Promise((resolve) => {
    let result: CampaignResult | undefined
    let isDead = false
    const died = (message: string): void => {
      if (isDead || result !== undefined) return
      isDead = true
      finds.push({ message, data: running() })
      void worker.terminate()
    }
    let before = -1
    const watch = setInterval(() => {
      if (begun() === before) died(`no end after ${hangTime / 1000} s`)
      before = begun()
    }, hangTime)
    worker.on('message', (report: WorkerReport) => {
      if (report.type === 'find') finds.push({ message: report.message, data: report.data })
      else result = { executions: report.executions, lastNew: report.lastNew, edges: report.edges, corpus: report.corpus, finds }
    })
    worker.on('error', (error) => died(`the worker died: ${error.stack ?? error.message}`))
    worker.on('exit', (code) => {
      clearInterval(watch)
      died(`the worker ended by itself, with code ${code}`)
      resolve(result ?? { executions: begun(), finds })
    })
  })
}

function longest(corpus: readonly Uint8Array[]): number {
  return corpus.reduce((length, data) => Math.max(length, data.length), 0)
}
