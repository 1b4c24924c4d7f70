import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { it } from 'vitest'

const PACKAGE = fileURLToPath(new URL('..', import.meta.url))
const NODE = ['--expose-gc', '--conditions=@seashell/source', '--import', 'tsx', 'src/main.ts']

/** A minute; `pnpm soak --minutes 60` is the same for longer. */
const MINUTES = '1'

async function soak(...options: readonly string[]): Promise<{ code: number | null; out: string; problems: string }> {
  const child = spawn(process.execPath, [...NODE, ...options], { cwd: PACKAGE, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const [out, problems, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { code, out, problems }
}

// Both are processes of their own, and wait for most of their time.
it.concurrent('connections come and go, and leave no socket, timer, listener or memory', { timeout: 180_000 }, async ({ expect }) => {
  const { code, out, problems } = await soak('--minutes', MINUTES)
  console.log(out)
  expect({ code, problems }).toEqual({ code: 0, problems: '' })
  expect(out).toMatch(/^seed /)
})

it.concurrent('a leak is noticed', { timeout: 60_000 }, async ({ expect }) => {
  const { code, problems } = await soak('--minutes', '0.05', '--leak')
  expect(code).toBe(1)
  expect(problems).toMatch(/bytes of heap: \d+, then \d+/)
  expect(problems).toMatch(/timers: \d+, then \d+/)
  expect(problems).toMatch(/TCPServerWrap: 2, then 3/)
  expect(problems).toContain('listeners are left on the signal')
})
