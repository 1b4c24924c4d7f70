import type { MaybePromise } from '@seashell/core'

/** What the code under test made of an input: it took it, or it refused it in the way that it promises. */
export type Outcome = 'accepted' | 'refused'

/**
 * Something to fuzz. The invariant is inside `run`: it throws where one is broken, and whatever it throws is a find. It is deterministic: the
 * same bytes do the same in every run.
 */
export interface Target {
  /** Its name: that of its folder in `corpus/`. */
  readonly name: string
  /** The longest input that is worth trying, in bytes; 4096 where absent. */
  readonly maxLength?: number
  /** How many mutated inputs `pnpm test` tries; 2000 where absent. Less for what computes long. */
  readonly mutations?: number
  /** How much of the time it gets beside others; 1 where absent. More for what has many states, and is slow to go through them. */
  readonly share?: number
  /** Inputs to begin with: real messages and files, made anew in every run. */
  seeds(): MaybePromise<readonly Uint8Array[]>
  /** Runs one input. */
  run(data: Uint8Array): MaybePromise<Outcome>
}

/** The longest input of targets that name none, in bytes. */
export const DEFAULT_MAX_LENGTH = 4096

/** How many mutated inputs `pnpm test` tries of targets that name no number. */
export const DEFAULT_MUTATIONS = 2000
