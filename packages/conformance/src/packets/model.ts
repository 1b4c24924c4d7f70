import type { MaybePromise, Random } from '@seashell/core'

/**
 * A cipher of either sort, or a MAC, as far as checks need not know which: something that is created with a key and an initial vector and
 * makes other bytes of each packet.
 */
export interface Model {
  /** Bytes of key. */
  readonly keyLength: number
  /** Bytes of initial vector; absent where the sort knows none. */
  readonly ivLength?: number
  /** What a packet of about so many bytes looks like before it is protected. */
  plaintext(random: Random, length: number): Uint8Array
  /** What we send. */
  readonly outgoing: Direction
  /** What takes that back; a MAC has nothing of the sort. */
  readonly incoming?: Direction
}

/** One direction of a {@link Model}. */
export interface Direction {
  /** The definition's function that starts it, for messages. */
  readonly starter: string
  /** Starts it. */
  create(key: Uint8Array, iv: Uint8Array): Running
  /** The array that {@link Running.run} is to be given for some bytes: with room for a tag, if it needs that. */
  prepare(input: Uint8Array): Uint8Array
}

/** A direction that was started. */
export interface Running {
  /** Does its work on what {@link Direction.prepare} made, maybe in place. */
  run(sequence: number, prepared: Uint8Array): Uint8Array
  /** Ends it. */
  destroy(): void
}

/** A second implementation of the outgoing direction: started with key and initial vector, it is given packet after packet. */
export type PacketReference = (key: Uint8Array, iv: Uint8Array) => (sequence: number, plaintext: Uint8Array) => MaybePromise<Uint8Array>

/** What a direction makes of some bytes, in memory of its own. */
export function process(direction: Direction, running: Running, sequence: number, input: Uint8Array): Uint8Array {
  return new Uint8Array(running.run(sequence, direction.prepare(input)))
}

/** A packet as it goes through a direction. */
interface Step {
  /** Its sequence number. */
  readonly sequence: number
  /** What goes in. */
  readonly input: Uint8Array
  /** What came out when nothing else went on. */
  readonly output: Uint8Array
}

/** A direction and the packets to try it with. */
export interface Subject {
  /** The direction. */
  readonly direction: Direction
  /** Its key. */
  readonly key: Uint8Array
  /** Its initial vector. */
  readonly iv: Uint8Array
  /** Some packets, in order. */
  readonly steps: readonly Step[]
}

/** The directions of a model, each with packets. */
export function subjectsOf(model: Model, random: Random): Subject[] {
  const [key, iv] = [random(model.keyLength), random(model.ivLength ?? 0)]
  const plaintexts = [100, 20, 300].map((length) => model.plaintext(random, length))
  const outgoing = subjectOf(model.outgoing, key, iv, plaintexts)
  if (model.incoming === undefined) return [outgoing]
  const outputs = outgoing.steps.map(({ output }) => output)
  return [outgoing, subjectOf(model.incoming, key, iv, outputs)]
}

function subjectOf(direction: Direction, key: Uint8Array, iv: Uint8Array, inputs: readonly Uint8Array[]): Subject {
  const running = direction.create(new Uint8Array(key), new Uint8Array(iv))
  const steps = inputs.map((input, sequence) => ({ sequence, input, output: process(direction, running, sequence, input) }))
  return { direction, key, iv, steps }
}
