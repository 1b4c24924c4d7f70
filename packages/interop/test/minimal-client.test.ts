import { Duplex, duplexPair } from 'node:stream'
import { equalBytes } from '@seashell/core/wire'
import { formatPrivateKey, generatePrivateKey } from '@seashell/keys'
import { sshEd25519 } from '@seashell/key-ed25519'
import { createServer, type SSHServer } from '@seashell/ssh'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type MinimalClientOptions, runCommand } from '../src/minimal-client.ts'

const hostKey = await generatePrivateKey(sshEd25519)
let server: SSHServer

beforeAll(async () => {
  server = await createServer({
    hostKeys: [await formatPrivateKey(hostKey)],
    auth: { password: ({ password }, { user }) => user === 'alice' && password === 'correct horse' },
    onSession: (session) => ({
      async exec(command) {
        await session.write(command === 'much' ? new Uint8Array(4 * 1024 * 1024).fill(0x61) : `out: ${command}`)
        await session.writeStderr('err')
        return 3
      },
    }),
  })
})
afterAll(() => server.close())

/** Joined to the server in memory, by Web Streams. */
function options(changes: Partial<MinimalClientOptions> = {}): MinimalClientOptions {
  const [ours, theirs] = duplexPair()
  server.accept(theirs)
  const { readable, writable } = Duplex.toWeb(ours)
  return {
    stream: { readable, writable } as MinimalClientOptions['stream'],
    verifyHostKey: (found) => equalBytes(found, hostKey.publicKey),
    user: 'alice',
    password: 'correct horse',
    ...changes,
  }
}

describe('the minimal client', () => {
  it('runs a command on our own server', async () => {
    const { stdout, stderr, code } = await runCommand(options(), 'uname')
    expect([text(stdout), text(stderr), code]).toEqual(['out: uname', 'err', 3])
  })

  it('takes more than any buffer on the way holds', async () => {
    const { stdout } = await runCommand(options(), 'much')
    expect(stdout).toHaveLength(4 * 1024 * 1024)
    expect(stdout.every((byte) => byte === 0x61)).toBe(true)
  })

  it('runs commands one after another and at the same time, each on a connection of its own, and leaves none open', async () => {
    const outputs = await Promise.all([1, 2, 3].map((number) => runCommand(options(), `echo ${number}`)))
    expect(outputs.map(({ stdout }) => text(stdout))).toEqual(['out: echo 1', 'out: echo 2', 'out: echo 3'])
    await expect.poll(() => [...server.connections].length).toBe(0)
  })

  it('says why it failed: the host key, the password, the stream', async () => {
    await expectFailure({ verifyHostKey: () => false }).toMatchObject({ code: 'HOST_KEY' })
    await expect.poll(() => [...server.connections].length).toBe(0)
    await expectFailure({ password: 'wrong' }).toMatchObject({ code: 'AUTHENTICATION' })
    await expect.poll(() => [...server.connections].length).toBe(0)
    const ended = new ReadableStream<Uint8Array>({ start: (controller) => controller.close() })
    const broken = new ReadableStream<Uint8Array>({ start: (controller) => controller.error(new Error('the network is gone')) })
    await expectFailure({ stream: { readable: ended, writable: new WritableStream() } }).toMatchObject({ code: 'CONNECTION_LOST' })
    await expectFailure({ stream: { readable: broken, writable: new WritableStream() } }).toMatchObject({ code: 'CONNECTION_LOST' })
  })
})

function expectFailure(changes: Partial<MinimalClientOptions>) {
  return expect(runCommand(options(changes), 'uname')).rejects
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}
