import { randomBytes } from 'node:crypto'
import type { SSHClient } from '@seashell/ssh'
import { type Progress, startProgress } from './progress.ts'

/** How much goes each way. */
const LENGTH = 64 * 1024 * 1024
const CHUNK_LENGTH = 64 * 1024

/**
 * Sends 64 MiB to a program that counts them.
 *
 * @throws Error where another number arrives
 */
export async function upload(client: SSHClient): Promise<void> {
  await measured('upload', async (progress) => {
    const session = await client.exec('wc -c')
    const chunk = randomBytes(CHUNK_LENGTH)
    for (let sent = 0; sent < LENGTH; progress.update(sent)) {
      await session.write(chunk)
      sent += chunk.length
    }
    await session.end()
    const { stdout, stderr } = await session.output()
    const decoder = new TextDecoder()
    const counted = Number.parseInt(decoder.decode(stdout), 10)
    if (Number.isNaN(counted)) throw new Error(`wc -c counted nothing at the other end: ${decoder.decode(stderr)}`)
    return counted
  })
}

/**
 * Receives 64 MiB.
 *
 * @throws Error where another number arrives
 */
export async function download(client: SSHClient): Promise<void> {
  await measured('download', async (progress) => {
    const session = await client.exec(`head -c ${LENGTH} /dev/zero`, { discardStderr: true })
    let received = 0
    for await (const chunk of session.channel) {
      received += chunk.length
      progress.update(received)
    }
    await session.exit
    return received
  })
}

async function measured(what: string, transfer: (progress: Progress) => Promise<number>): Promise<void> {
  const progress = startProgress(what, LENGTH)
  let arrived = 0
  try {
    arrived = await transfer(progress)
  } finally {
    progress.stop(arrived)
  }
  if (arrived !== LENGTH) throw new Error(`${what}: expected ${LENGTH} bytes to arrive; ${arrived} did`)
}
