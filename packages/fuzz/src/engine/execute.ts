import type { Outcome, Target } from '../target.ts'

/** Something a run did that it must not. */
export interface Find {
  /** What broke, for people. */
  readonly message: string
  /** Finds with the same one have the same cause, as far as one can tell. */
  readonly signature: string
}

/** What came of one input: an outcome, or a find. */
export interface Verdict {
  readonly outcome?: Outcome
  readonly find?: Find
}

/** More processor time than this is too much for one input, in milliseconds: nothing that peers send may take so long to look at. */
const MAX_TIME = 1000

/** More bytes at once than this are too many: the longest input has some 8 KiB. What is made whole of smaller pieces, the worker's limit finds. */
const MAX_ALLOCATION = 8_388_608

/** What nobody handled: what it was, as messages say, and the value. */
const unhandled: (readonly [what: string, reason: unknown])[] = []

/** From now on rejections that nobody handles, and what is thrown where nobody can catch it, are finds of the run they happen in. */
export function watchUnhandled(): void {
  process.on('unhandledRejection', (reason) => unhandled.push(['unhandled rejection', reason]))
  process.on('uncaughtException', (error) => unhandled.push(['uncaught', error]))
}

/** Runs one input. */
export async function execute(target: Target, data: Uint8Array): Promise<Verdict> {
  const before = data.slice()
  const started = performance.now()
  try {
    const outcome = await target.run(data)
    // Rejections that nobody handles are told between two turns of the event loop.
    await new Promise((resolve) => setImmediate(resolve))
    const time = performance.now() - started
    const find = judge(data, before) ?? (time < MAX_TIME ? undefined : await measure(target, data))
    return find === undefined ? { outcome } : { find }
  } catch (error) {
    return { find: findOf(error) }
  }
}

function judge(data: Uint8Array, before: Uint8Array): Find | undefined {
  const [what, reason] = unhandled.shift() ?? []
  if (what !== undefined) return { ...findOf(reason), message: `${what}: ${findOf(reason).message}` }
  if (Buffer.compare(data, before) !== 0) return { message: 'the input was changed', signature: 'changed' }
  const { largest = 0 } = globalThis.seashellProbes ?? {}
  if (largest > MAX_ALLOCATION) return { message: `asked for ${largest} bytes at once`, signature: 'allocation' }
  return undefined
}

/**
 * Runs an input that took long by the clock on the wall once more, by that of the processor, which costs a tenth of a short run to look at:
 * other programs want it too.
 */
async function measure(target: Target, data: Uint8Array): Promise<Find | undefined> {
  const used = process.cpuUsage()
  await target.run(data)
  const { user, system } = process.cpuUsage(used)
  const time = (user + system) / 1000
  return time < MAX_TIME ? undefined : { message: `took ${Math.round(time)} ms of processor time`, signature: 'slow' }
}

/** What a thrown value says, and where it comes from. */
function findOf(error: unknown): Find {
  if (!(error instanceof Error)) return { message: `thrown: ${String(error)}`, signature: `thrown ${typeof error}` }
  const cause = error.cause instanceof Error ? `\ncaused by ${error.cause.stack}` : ''
  const place = (error.cause instanceof Error ? error.cause : error).stack?.split('\n').find((line) => /^\s+at /.test(line)) ?? ''
  // A broken invariant is thrown in one place, and says which it is.
  const signature = error.name === 'BrokenInvariant' ? error.message : `${error.name}: ${place.trim()}`
  return { message: `${error.stack ?? error.message}${cause}`, signature }
}
