// Random sequences of legal and illegal messages, against either role, compared with a model that can be read at once. Fast-check prints
// the seed and the shortest sequence where they differ.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AlgorithmRegistry, type Phase } from '../src/index.ts'
import { WireWriter } from '../src/wire/index.ts'
import { expectedVerdict } from './support/reference.ts'
import { defineToyKem, toys } from './support/toys.ts'
import { gate, join, numbers, settle, toyClient, toyServer, ToyService, type ToyTransport } from './support/transports.ts'

/** What may happen next; a number: the peer sends that message, of a form that is good, but for the exchange's own. */
type Step =
  | number
  /** The peer does the next thing of a key exchange: begins one, answers, sends NEWKEYS. */
  | 'go on'
  /** What the target waits for comes: the result of its arithmetic. */
  | 'compute'
  /** The target begins a key exchange. */
  | 'begin'
  /** A service is attached to the target. */
  | 'serve'
  /** The user is authenticated. */
  | 'authenticate'

/** Whether the client guesses the first message of the exchange. */
type Guess = 'none' | 'right' | 'wrong'

/** What becomes of a message. */
type Fate = 'taken' | 'unimplemented' | 'end'

/** The target, as RFC 4253 §7, §10 and §11, RFC 8308 §2.4 and OpenSSH's PROTOCOL §1.9 and §1.10 want it. */
class Model {
  ended = false
  authenticated = false
  serviceRunning = false
  /** Messages wait: what they meet depends on what comes of it. */
  computing = false
  completed = 0
  /** It has passed something else over in place of the wrong guess, and takes the guess for the real thing: the client will not like the answer. */
  misled = false
  readonly fates: (readonly [number, Fate])[] = []
  readonly #waiting: (readonly [number, boolean])[] = []
  #awaiting: 'kexinit' | 'method' | 'newkeys' = 'kexinit'
  #extensions = 0
  /** What came last, and the phase that it came in. */
  #last: readonly [number, Phase] | undefined
  #passesOver: boolean
  readonly #isClient: boolean
  readonly #strict: boolean

  constructor(isClient: boolean, strict: boolean, guess: Guess) {
    this.#isClient = isClient
    this.#strict = strict
    this.#passesOver = !isClient && guess === 'wrong'
  }

  get phase(): Phase {
    const first = this.completed === 0
    if (this.#awaiting === 'method') return first ? 'exchange' : 're-exchange'
    if (this.#awaiting === 'newkeys') return first ? 'newkeys' : 're-newkeys'
    if (first) return 'kexinit'
    if (this.authenticated) return 'authenticated'
    // RFC 8308 §2.4: the first message under keys, and the one behind an EXT_INFO that was not the first.
    const [number, before] = this.#last ?? []
    if (number === 21 && before === 'newkeys') return 'secured'
    return this.#isClient && number === 7 && before === 'open' ? 'succeeding' : 'open'
  }

  /** The peer sends a message. `genuine`: it is what the exchange waits for. */
  send(number: number, genuine: boolean): void {
    if (this.computing) this.#waiting.push([number, genuine])
    else if (!this.ended) this.fates.push([number, this.#interpret(number, genuine)])
  }

  /** The target has its result: its NEWKEYS goes out, and what has waited is looked at. */
  compute(): void {
    if (!this.computing) return
    this.computing = false
    this.#awaiting = 'newkeys'
    for (const [number, genuine] of this.#waiting.splice(0)) this.send(number, genuine)
  }

  #interpret(number: number, genuine: boolean): Fate {
    const { phase, serviceRunning } = this
    this.#last = [number, phase]
    // Nobody knows before the first KEXINIT.
    const strict = this.#strict && phase !== 'kexinit'
    const verdict = expectedVerdict(number, { phase, isClient: this.#isClient, strict, serviceRunning })
    if (verdict === 'unimplemented') return verdict
    if (verdict === 'accept' && this.#handle(number, genuine)) return 'taken'
    this.ended = true
    return 'end'
  }

  /** What a message does that may come now; false: it ends the connection all the same. */
  #handle(number: number, genuine: boolean): boolean {
    if (number === 20) {
      this.#awaiting = 'method'
      // PROTOCOL §1.10: strictly, KEXINIT is the first packet.
      return genuine && (this.completed > 0 || !this.#strict || this.fates.length === 0)
    }
    if (number === 21) {
      this.#awaiting = 'kexinit'
      this.completed++
      return genuine
    }
    if (number >= 30 && number <= 49) {
      // RFC 4253 §7: a server looks at no wrong guess, whatever it is.
      if (this.#passesOver) {
        this.#passesOver = false
        this.misled = !genuine
        return true
      }
      return (this.computing = genuine)
    }
    if (number === 5) return !this.serviceRunning && (this.serviceRunning = true)
    // RFC 8308 §2.4: twice, and no more.
    if (number === 7) return ++this.#extensions <= 2
    // DISCONNECT; the answer to a request, and to a PING, that there was not.
    return number !== 1 && number !== 6 && number !== 193
  }
}

/** A target that computes when it is told to, and a peer that goes on with the exchange when it is told to, and answers nothing else. */
class World {
  readonly target: ToyTransport
  readonly #peer: ToyTransport
  readonly #results: (() => void)[] = []
  readonly #pending: [number, ...Uint8Array[]][] = []
  readonly #sendNow: ToyTransport['probe']['outbound']['sendNow']
  #openNewKeys: (() => void) | undefined
  ended = false
  peerHasEnded = false

  constructor(isClient: boolean, strict: boolean, guess: Guess) {
    const supported = { keyExchanges: ['toy-kem-string'] }
    // How often a peer may start exchanges is another matter.
    const patient = { supported, limits: { unauthenticatedReExchanges: Number.POSITIVE_INFINITY, reExchanges: Number.POSITIVE_INFINITY } }
    const slow = { ...patient, algorithms: this.#slowAlgorithms() }
    const publicKeys = guess === 'wrong' ? ['toy-sign-2', 'toy-sign'] : ['toy-sign', 'toy-sign-2']
    const serverPreferences = guess === 'none' ? undefined : { keyExchange: 'toy-kem-string', publicKey: publicKeys[0]! }
    const client = toyClient({ ...(isClient ? slow : patient), supported: { ...supported, publicKeys }, serverPreferences })
    const server = toyServer({ ...(isClient ? patient : slow), getService: () => new ToyService() })
    if (!strict) for (const { probe } of [client, server]) Object.defineProperty(probe.exchange, 'strict', { get: () => false, set() {} })
    ;[this.target, this.#peer] = isClient ? [client, server] : [server, client]
    void this.target.closed.then(() => (this.ended = true))
    void this.#peer.closed.then(() => (this.peerHasEnded = true))
    const { outbound } = this.#peer.probe
    this.#sendNow = outbound.sendNow.bind(outbound)
    this.#tamePeer()
    // EXT_INFO is a step like any other.
    this.#peer.sendExtInfo = () => {}
    join(client, server)
  }

  /** The peer sends the next message of the exchange, and what follows of itself; or begins another. Returns the numbers. */
  goOn(): number[] {
    const next = this.#pending.shift()
    if (next !== undefined) {
      this.#sendNow(...next)
      return [next[0]]
    }
    if (this.#openNewKeys !== undefined) {
      this.#openNewKeys()
      this.#openNewKeys = undefined
      return [21]
    }
    const { state, completed } = this.#peer.probe.exchange
    if (state === 'none' && completed > 0) this.#peer.sendKexInit()
    return []
  }

  compute(): void {
    this.#results.shift()?.()
  }

  send(number: number): void {
    this.#sendNow(number, payloadOf(number))
  }

  authenticate(): void {
    for (const transport of [this.target, this.#peer]) transport.authenticationSucceeded()
  }

  close(): void {
    for (const transport of [this.target, this.#peer]) transport.connectionLost()
  }

  #slowAlgorithms(): AlgorithmRegistry {
    const kem = defineToyKem('toy-kem-string', 'string')
    const result = (): Promise<void> => {
      const { open, opened } = gate()
      this.#results.push(open)
      return opened
    }
    return new AlgorithmRegistry(toys).override(
      Object.freeze({
        ...kem,
        encapsulate: async (...given: Parameters<typeof kem.encapsulate>) => (await result(), await kem.encapsulate(...given)),
        decapsulate: async (...given: Parameters<typeof kem.decapsulate>) => (await result(), await kem.decapsulate(...given)),
      }),
    )
  }

  #tamePeer(): void {
    const { probe } = this.#peer
    probe.outbound.sendNow = (number, ...payload) => {
      if (number === 20 || (number >= 30 && number <= 49)) this.#pending.push([number, ...payload])
      else this.#sendNow(number, ...payload)
    }
    // Looked at when NEWKEYS is due.
    Object.defineProperty(probe, 'newKeysGate', {
      get: () => {
        const { open, opened } = gate()
        this.#openNewKeys = open
        return opened
      },
    })
    const dispatch = this.#peer.dispatchMessage.bind(this.#peer)
    this.#peer.dispatchMessage = (number, payload) => {
      if (number >= 20 && number <= 49) dispatch(number, payload)
    }
  }
}

/** A payload that a message's handler takes; but those of the exchange are such that none does. */
function payloadOf(number: number): Uint8Array {
  const writer = new WireWriter()
  if (number === 1) return writer.writeUint32(11).writeString('').writeString('').finish()
  if (number === 4) return writer.writeBoolean(true).writeString('').writeString('').finish()
  if (number === 5 || number === 6) return writer.writeString('toy-service').finish()
  // An empty string would be a value, and be looked at only when it is computed with.
  if (number >= 30 && number <= 49) return Uint8Array.of(1)
  return writer.writeUint32(0).finish()
}

async function take(step: Step, world: World, model: Model): Promise<void> {
  if (typeof step === 'number') {
    world.send(step)
    model.send(step, false)
  } else if (step === 'go on') {
    for (const number of world.goOn()) model.send(number, true)
  } else if (step === 'compute') {
    world.compute()
    model.compute()
  } else if (step === 'begin') {
    const { state, completed } = world.target.probe.exchange
    if (state === 'none' && completed > 0) world.target.sendKexInit()
  } else if (step === 'serve') {
    world.target.setService(new ToyService())
    model.serviceRunning = true
  } else if (model.completed > 0) {
    world.authenticate()
    model.authenticated = true
  }
  await settle()
}

/** What was seen of the target, in the words of the model. */
function seen({ target, ended }: World): unknown {
  const unimplemented = target.probe.sent.filter(({ number }) => number === 3).length
  return { received: numbers(target.probe.received), unimplemented, ended, encrypted: ended || target.isEncrypted('in') }
}

function foreseen({ fates, ended, completed }: Model): unknown {
  const unimplemented = fates.filter(([, fate]) => fate === 'unimplemented').length
  return { received: fates.map(([number]) => number), unimplemented, ended, encrypted: ended || completed > 0 }
}

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.constant<Step>('go on') },
  { weight: 5, arbitrary: fc.constant<Step>('compute') },
  { weight: 2, arbitrary: fc.constantFrom<Step>('begin', 'serve', 'authenticate') },
  // What mostly does no harm between exchanges, and then whatever.
  { weight: 2, arbitrary: fc.constantFrom<Step>(0, 2, 3, 4, 7, 50, 52, 100, 127, 130, 192, 255) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }) },
)

const guesses = fc.constantFrom<Guess>('none', 'right', 'wrong')

for (const isClient of [true, false]) {
  describe.each([true, false])(`a ${isClient ? 'client' : 'server'} that is sent anything, strict: %s,`, (strict) => {
    it('does what the model does', async () => {
      const phases = new Set<Phase>()
      await fc.assert(
        fc.asyncProperty(fc.array(steps, { minLength: 20, maxLength: 60 }), guesses, async (sequence, guess) => {
          const [world, model] = [new World(isClient, strict, guess), new Model(isClient, strict, guess)]
          await settle()
          for (const step of sequence) {
            await take(step, world, model)
            phases.add(model.phase)
            if (model.misled && world.peerHasEnded) break
            expect(seen(world)).toStrictEqual(foreseen(model))
            if (model.ended) break
          }
          world.close()
        }),
        { numRuns: 400 },
      )
      // A model that never gets anywhere would agree with everything.
      expect(phases.size).toBe(isClient ? 9 : 8)
    })
  })
}
