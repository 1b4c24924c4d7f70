import { type ChildProcess, spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { type Environment, startFolder } from './environment.ts'

/** What becomes of one of a program's descriptors: a pipe to us, a descriptor of ours, nothing. */
type Stdio = 'pipe' | 'ignore' | number

/** Descriptors that programs would inherit: those of node-pty are not closed on exec. */
const hidden = new Set<number>()
let nowhere: number | undefined

/**
 * Keeps a descriptor from the programs that are started from now on: who holds the other end of a terminal can read what is typed there,
 * and keeps it from being hung up.
 *
 * @returns ends that: the descriptor is closed
 */
export function hideFromPrograms(descriptor: number): () => void {
  hidden.add(descriptor)
  return () => hidden.delete(descriptor)
}

/** Starts a program in a session and process group of its own, so that a signal can reach all of it. */
export function startProgram(
  file: string,
  args: readonly string[],
  { stdio, env }: { readonly stdio: readonly [Stdio, Stdio, Stdio]; readonly env?: Environment },
): ChildProcess {
  return spawn(file, args, { cwd: startFolder(), detached: true, stdio: withoutHidden(stdio), ...(env && { env }) })
}

/** Puts /dev/null in place of each hidden descriptor: a program cannot be told to close one. */
function withoutHidden(stdio: readonly Stdio[]): Stdio[] {
  const all = [...stdio]
  for (const descriptor of hidden) {
    while (all.length < descriptor) all.push('ignore')
    nowhere ??= openSync('/dev/null', 'r+')
    all[descriptor] = nowhere
  }
  return all
}
