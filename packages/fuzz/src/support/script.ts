import { concatBytes } from '@seashell/core/wire'
import { type Input, sized } from './input.ts'

/** Below this a step is a message of the peer's with that number; from here on, something else that can happen. */
export const FIRST_ACTION = 240

/** One step of an input that is a sequence of them. */
export interface Step {
  /** A message number, or from {@link FIRST_ACTION} on an action. */
  readonly kind: number
  /** The payload. */
  readonly payload: Uint8Array
}

/** So many steps are enough for anything; more would only take longer. */
const MAX_STEPS = 64

/** The steps of an input: each a byte that says what, then two bytes of length and a payload. */
export function* stepsOf(input: Input): Generator<Step, void, void> {
  for (let count = 0; count < MAX_STEPS && input.more; count++) yield { kind: input.byte(), payload: input.bytes() }
}

/** Writes steps, for seeds: in front what the target reads before them. */
export function script(configuration: readonly number[], ...steps: readonly (readonly [kind: number, payload?: Uint8Array])[]): Uint8Array {
  return concatBytes(
    Uint8Array.from(configuration),
    ...steps.flatMap(([kind, payload = new Uint8Array(0)]) => [Uint8Array.of(kind), sized(payload)]),
  )
}

/** The message of a step. */
export function messageOf({ kind, payload }: Step): Uint8Array {
  return concatBytes(Uint8Array.of(kind), payload)
}
