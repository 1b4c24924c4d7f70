import { setImmediate as turn } from 'node:timers/promises'

const events = ['unhandledRejection', 'uncaughtExceptionMonitor', 'warning'] as const

/** Sees what a process is told when something goes wrong that nobody has expected. */
export class Watch implements Disposable {
  readonly #seen: string[] = []
  readonly #see = (reason: unknown): void => {
    this.#seen.push(reason instanceof Error ? (reason.stack ?? reason.message) : String(reason))
  }

  constructor() {
    for (const event of events) process.on(event, this.#see)
  }

  /** What it has seen since it was asked last. */
  async seen(): Promise<readonly string[]> {
    // Rejections are reported when their turn is over.
    await turn()
    return this.#seen.splice(0)
  }

  [Symbol.dispose](): void {
    for (const event of events) process.off(event, this.#see)
  }
}
