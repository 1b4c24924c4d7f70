import { spawnSync, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'

/** How a child process ended. */
export interface ChildOutcome {
  /** Its exit status; null after a signal. */
  readonly code: number | null
  readonly stdout: Buffer
  readonly stderr: string
}

/**
 * Waits for a child process to end, and collects what it says.
 *
 * @param name what it is, for people
 * @param timeout milliseconds after which it is ended
 * @throws Error with what it said, where it does not end in that time
 */
export async function childOutcome(child: ChildProcessWithoutNullStreams, name: string, timeout: number): Promise<ChildOutcome> {
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  child.stdin.on('error', () => undefined) // a peer that hangs up early shows in the outcome
  let late = false
  const timer = setTimeout(() => {
    late = true
    void stopProcess(child)
  }, timeout)
  try {
    await once(child, 'close')
  } finally {
    clearTimeout(timer)
  }
  const said = Buffer.concat(stderr).toString()
  if (late) throw new Error(`${name} did not end within ${timeout} ms; it said:\n${said}`)
  return { code: child.exitCode, stdout: Buffer.concat(stdout), stderr: said }
}

/**
 * Ends a child process and everything it started: asks, waits `grace` milliseconds, then kills. By process id, never by name.
 *
 * sshd gives each connection a session of its own that outlives the listener, so the descendants are looked up while their parent lives.
 */
export async function stopProcess(child: ChildProcess, grace = 2_000): Promise<void> {
  const { pid } = child
  if (pid === undefined) return
  const ended = hasEnded(child) ? Promise.resolve() : once(child, 'exit')
  const descendants = hasEnded(child) ? [] : descendantsOf(pid)
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), grace)
  await ended
  clearTimeout(timer)
  for (const descendant of descendants) kill(descendant)
}

/** Whether the process is gone, by itself or by a signal. */
export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

function descendantsOf(pid: number): number[] {
  const table = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8', timeout: 10_000 }).stdout
  const rows = table
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number))
  const found = [pid]
  for (const parent of found) {
    for (const [id, parentId] of rows) if (id !== undefined && parentId === parent) found.push(id) // found grows while it is walked
  }
  return found.slice(1)
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error // gone already: all is well
  }
}
