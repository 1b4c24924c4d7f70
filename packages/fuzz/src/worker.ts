import { parentPort, workerData } from 'node:worker_threads'
import { watchUnhandled } from './engine/execute.ts'
import { installProbes } from './engine/probes.ts'
import { Session, type SessionResult } from './engine/session.ts'
import type { Target } from './target.ts'

/** What the worker is to do. */
export interface WorkerOrder {
  readonly target: string
  readonly corpus: readonly Uint8Array[]
  readonly words: readonly string[]
  readonly edges: number
  /** How long, in milliseconds. */
  readonly time: number
  readonly seed: number
  /** Shared: how many inputs have begun, and the length of the one that runs; two uint32 in front of its bytes. */
  readonly current: SharedArrayBuffer
  /** The file of the bundled, instrumented targets. */
  readonly module: string
}

/** What it tells. */
export type WorkerReport =
  | { readonly type: 'find'; readonly message: string; readonly data: Uint8Array }
  | ({ readonly type: 'done' } & SessionResult)

/** Does what it was started for. */
async function main(order: WorkerOrder): Promise<void> {
  const probes = installProbes(order.edges)
  watchUnhandled()
  const { targets } = (await import(order.module)) as { readonly targets: readonly Target[] }
  const target = targets.find(({ name }) => name === order.target)!
  const [numbers, bytes] = [new Uint32Array(order.current, 0, 2), new Uint8Array(order.current, 8)]
  const onInput = (data: Uint8Array): void => {
    numbers[0]!++
    numbers[1] = data.length
    bytes.set(data)
  }
  const { corpus, words, time, seed } = order
  const end = performance.now() + time
  const isOver = (): boolean => performance.now() >= end
  const onFind: ConstructorParameters<typeof Session>[0]['onFind'] = ({ message }, data) => report({ type: 'find', message, data })
  const result = await new Session({ target, probes, corpus, words, isOver, seed, onInput, onFind }).run()
  report({ type: 'done', ...result })
}

function report(message: WorkerReport): void {
  // The empty list is what is transferred: nothing.
  parentPort!.postMessage(message, [])
}

await main(workerData as WorkerOrder)
