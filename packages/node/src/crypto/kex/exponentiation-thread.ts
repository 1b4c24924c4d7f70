import { Worker } from 'node:worker_threads'
import { SSHError } from '@seashell/core/wire'
import { exponentiate, type Exponentiation } from './exponentiation.ts'

/**
 * {@link exponentiate} once more, for another thread: Node 20 has nothing in its thread pool that takes an exponent. It is text since a file
 * would have to be found from the source, from what is built and from whatever a bundler makes of it. Exponents are wiped as soon as OpenSSL
 * has them, and secrets leave no copy behind.
 */
const PROGRAM = `
  const { createPrivateKey, createPublicKey, DiffieHellman, diffieHellman, getDiffieHellman } = require('node:crypto')
  const { parentPort } = require('node:worker_threads')
  function exponentiate({ group, secret, peerKey }) {
    if (group === undefined) {
      const privateKey = createPrivateKey({ key: Buffer.from(secret.buffer), format: 'der', type: 'pkcs8' })
      secret.fill(0)
      return diffieHellman({ privateKey, publicKey: createPublicKey({ key: Buffer.from(peerKey), format: 'der', type: 'spki' }) })
    }
    const dh = getDiffieHellman(group)
    DiffieHellman.prototype.setPrivateKey.call(dh, secret)
    secret.fill(0)
    return peerKey === undefined ? dh.generateKeys() : dh.computeSecret(peerKey)
  }
  parentPort.on('message', ({ id, ...work }) => {
    try {
      const value = exponentiate(work)
      const result = new Uint8Array(value)
      value.fill(0)
      parentPort.postMessage({ id, result }, [result.buffer])
    } catch ({ message }) {
      parentPort.postMessage({ id, message })
    }
  })
`

/** What the thread says. */
type Answer = { readonly id: number } & ({ readonly result: Uint8Array } | { readonly message: string })

interface Waiting {
  readonly resolve: (result: Uint8Array) => void
  readonly reject: (error: Error) => void
}

/** How long a thread without work stays, in milliseconds: to start one takes some tens of them, and each holds a few megabytes. */
const IDLE_MILLISECONDS = 10_000

/**
 * A thread for exponentiations, which takes one after the other. It is started when it is needed, keeps the process alive only while it
 * computes, and ends when nothing has come for a while.
 */
export class ExponentiationThread {
  readonly #start: () => Worker
  readonly #idleMilliseconds: number
  #worker: Worker | undefined
  #idle: NodeJS.Timeout | undefined
  #nextId = 0
  readonly #waiting = new Map<number, Waiting>()

  constructor(start: () => Worker = startExponentiationWorker, idleMilliseconds: number = IDLE_MILLISECONDS) {
    this.#start = start
    this.#idleMilliseconds = idleMilliseconds
  }

  /**
   * Computes one, on the event loop where this process may start no thread.
   *
   * @returns what {@link exponentiate} returns
   * @throws Error where the result is no secret; SSHError `KEY_EXCHANGE` (fault: local) where the thread is lost
   */
  async exponentiate(work: Exponentiation): Promise<Uint8Array> {
    const worker = this.#require()
    if (worker === undefined) return exponentiate(work)
    clearTimeout(this.#idle)
    worker.ref()
    const [id, message] = [this.#nextId++, messageOf(work)]
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject })
        worker.postMessage({ id, ...message }, [message.secret.buffer])
      })
    } finally {
      this.#waiting.delete(id)
      if (this.#waiting.size === 0) this.#rest(worker)
    }
  }

  /** The thread; undefined where there can be none: Node's permission model asks for `--allow-worker`. */
  #require(): Worker | undefined {
    if (this.#worker !== undefined) return this.#worker
    try {
      const worker = this.#start()
      worker.on('message', (answer: Answer) => this.#settle(answer))
      worker.on('error', (cause) => this.#lose(worker, cause))
      worker.on('exit', () => this.#lose(worker))
      this.#worker = worker
      return worker
    } catch {
      return undefined
    }
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id)
    if ('result' in answer) waiting?.resolve(answer.result)
    else waiting?.reject(new Error(answer.message))
  }

  #rest(worker: Worker): void {
    worker.unref()
    this.#idle = setTimeout(() => {
      if (this.#worker === worker) this.#worker = undefined
      void worker.terminate()
    }, this.#idleMilliseconds).unref()
  }

  /** It ended by itself, or was ended: whoever waits for it waits for nothing, and the next one gets another. */
  #lose(worker: Worker, cause?: unknown): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    const error = new SSHError('KEY_EXCHANGE', 'the thread that computes Diffie-Hellman ended', { fault: 'local', cause })
    for (const { reject } of this.#waiting.values()) reject(error)
  }
}

/** What the program takes. A view would take all of its memory along. */
function messageOf(work: Exponentiation): { group?: string; secret: Uint8Array<ArrayBuffer>; peerKey?: Uint8Array | undefined } {
  if ('group' in work) {
    return { group: work.group, secret: new Uint8Array(work.exponent), peerKey: work.peerKey && new Uint8Array(work.peerKey) }
  }
  return { secret: new Uint8Array(work.privateKey), peerKey: new Uint8Array(work.publicKey) }
}

/** Starts a thread that runs the program. */
export function startExponentiationWorker(): Worker {
  // Options of this process, such as loaders and profilers, are not meant for it.
  return new Worker(PROGRAM, { eval: true, execArgv: [] })
}

const thread = /* @__PURE__ */ new ExponentiationThread()

/** Computes one in the thread that all connections of this process share. */
export function inThread(work: Exponentiation): Promise<Uint8Array> {
  return thread.exponentiate(work)
}
