import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { MemoryOfServer, Question, Told } from './contract.ts'
import type { Drip } from './drip.ts'

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url))
const CHILD = fileURLToPath(new URL('child.ts', import.meta.url))

/** A server in a process of its own, whose memory can be read. */
export class MeasuredServer implements AsyncDisposable {
  /** Its port, on 127.0.0.1. */
  readonly port: number
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.port = port
  }

  /** Starts it. */
  static async start(): Promise<MeasuredServer> {
    const child = fork(CHILD, { cwd: PACKAGE, execArgv: ['--expose-gc', '--conditions=@seashell/source', '--import', 'tsx'] })
    const { port } = await messageOf(child)
    return new MeasuredServer(child, port!)
  }

  /** What it holds now. */
  async memory(): Promise<MemoryOfServer> {
    return (await this.#ask({ ask: 'memory' })).memory!
  }

  /** Has it serve peers that send a byte a second; see {@link Drip}. */
  async drip(count: number, beginning: string, rest: string): Promise<Drip> {
    return (await this.#ask({ ask: 'drip', count, beginning, rest })).drip!
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    const gone = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.kill()
    await gone
  }

  #ask(question: Question): Promise<Told> {
    this.#child.send(question)
    return messageOf(this.#child)
  }
}

function messageOf(child: ChildProcess): Promise<Told> {
  return new Promise((resolve, reject) => {
    const gone = (code: number | null): void => reject(new Error(`the measured server ended with ${String(code)}`))
    child.once('exit', gone)
    child.once('message', (told: Told) => {
      child.off('exit', gone)
      resolve(told)
    })
  })
}
