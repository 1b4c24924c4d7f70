import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { buildExamples, openSSHsToTest, generateKey, startSshd, type KeyFile, type Sshd } from '@seashell/interop'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { failure, type Folder, knownHostsOf, makeFolder } from './support.ts'

const MEBIBYTE = 1024 * 1024
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

beforeAll(buildExamples, 240_000)

describe.each(openSSHsToTest())('a command on OpenSSH $version', (peer) => {
  let folder: Folder
  let identity: KeyFile
  let sshd: Sshd
  let target: string[]

  beforeAll(async () => {
    folder = await makeFolder()
    identity = await generateKey(peer, join(folder.path, 'id'), 'ed25519')
    sshd = await startSshd(peer, { authorizedKeys: [identity.publicKey] })
    target = await targetOf(sshd, 'known_hosts')
  })

  afterAll(async () => {
    await sshd.stop()
    await folder.remove()
  })

  async function targetOf(server: Sshd, file: string): Promise<string[]> {
    const knownHosts = await folder.write(file, knownHostsOf(server))
    return ['-p', `${server.port}`, '-i', identity.path, '-o', `UserKnownHostsFile=${knownHosts}`, `${server.user}@127.0.0.1`]
  }

  test.concurrent('has its input, its two outputs and its exit code, each for itself', async () => {
    const { code, stdout, stderr } = await folder.run([...target, 'echo out; echo err >&2; cat; exit 7'], { stdin: 'in' })
    expect([code, stdout.toString(), stderr]).toEqual([7, 'out\nin', 'err\n'])
  })

  test.concurrent.each([0, 1, 128, 255])('ends with %i, and so do we', async (status) => {
    expect(await folder.run([...target, `exit ${status}`])).toMatchObject({ code: status, stderr: '' })
  })

  test.concurrent('is what follows the host, joined by spaces, options and all', async () => {
    const { stdout } = await folder.run([...target, '--', 'echo', '-n', '-p', '"a  b"'])
    expect(stdout.toString()).toBe('-p a  b')
  })

  test.concurrent('is killed by a signal: 255, and which it was', async () => {
    expect(await folder.run([...target, 'kill -TERM $$'])).toMatchObject(failure('the command was killed by signal TERM'))
  })

  test('gets 100 MiB and gives them back while we exchange keys every MiB', async () => {
    const bytes = randomBytes(100 * MEBIBYTE)
    const args = ['-v', '-o', 'RekeyLimit=1M', ...target, 'cat']
    const { code, stdout, stderr } = await folder.run(args, { stdin: bytes, timeout: 60_000 })
    expect([code, stdout.length, sha256(stdout)]).toEqual([0, bytes.length, sha256(bytes)])
    expect(stderr.match(/key exchange \d+ is complete/g)?.length).toBeGreaterThan(50)
  }, 90_000)

  test('gets 100 MiB and gives them back while the server exchanges keys every MiB', async () => {
    const server = await startSshd(peer, { authorizedKeys: [identity.publicKey], config: ['RekeyLimit 1M'] })
    try {
      const bytes = randomBytes(100 * MEBIBYTE)
      const args = ['-v', ...(await targetOf(server, 'known_hosts_rekey')), 'cat']
      const { code, stdout, stderr } = await folder.run(args, { stdin: bytes, timeout: 60_000 })
      expect([code, stdout.length, sha256(stdout)]).toEqual([0, bytes.length, sha256(bytes)])
      expect(stderr.match(/key exchange \d+ is complete/g)?.length).toBeGreaterThan(50)
    } finally {
      await server.stop()
    }
  }, 90_000)

  test('writes more than we can hold to a reader who is slow', async () => {
    const running = folder.start([...target, `head -c ${32 * MEBIBYTE} /dev/zero; echo end >&2`])
    running.child.stdout.pause()
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect(running.stderr()).toBe('') // it waits for the window
    running.child.stdout.resume()
    const { code, stdout, stderr } = await running.result
    expect([code, stdout.length, stderr]).toEqual([0, 32 * MEBIBYTE, 'end\n'])
  })

  test.concurrent('has ended: so do we, whoever still holds our input open', async () => {
    const { code, stdout } = await folder.run([...target, 'echo done'], { keepOpen: true, timeout: 10_000 })
    expect([code, stdout.toString()]).toEqual([0, 'done\n'])
  })

  test.concurrent('reads nothing of a long input, and ends: so do we, with its code', async () => {
    const { code, stderr } = await folder.run([...target, 'exit 4'], { stdin: new Uint8Array(32 * MEBIBYTE) })
    expect([code, stderr]).toEqual([4, ''])
  })

  test.concurrent('answers after the end of its input', async () => {
    const { stdout } = await folder.run([...target, 'cat; sleep 1; echo late'], { stdin: 'early\n' })
    expect(stdout.toString()).toBe('early\nlate\n')
  })

  test.concurrent('writes for nobody: we end when our reader has gone', async () => {
    const running = folder.start([...target, 'yes'])
    await once(running.child.stdout, 'data')
    running.child.stdout.destroy()
    expect(await running.result).toMatchObject(failure('EPIPE'))
  })

  test.concurrent('has no terminal unless one is asked for twice', async () => {
    expect((await folder.run([...target, 'tty'])).stdout.toString()).toBe('not a tty\n')
    const asked = await folder.run(['-t', ...target, 'tty'])
    expect([asked.stdout.toString(), asked.stderr]).toEqual(['not a tty\n', expect.stringContaining('-tt insists')])
    expect((await folder.run(['-tt', ...target, 'tty'])).stdout.toString()).toMatch(/^\/dev\/pts\/\d+\r\n$/)
    expect((await folder.run(['-tt', '-T', ...target, 'tty'])).stdout.toString()).toBe('not a tty\n')
  })

  test.concurrent('is a shell that reads our input, where there is no command and no terminal', async () => {
    const { code, stdout } = await folder.run(target, { stdin: 'echo $((6 * 7)); exit 3\n' })
    expect([code, stdout.toString()]).toEqual([3, '42\n'])
  })

  test.concurrent('is cut off when the server goes away', async () => {
    const server = await startSshd(peer, { authorizedKeys: [identity.publicKey] })
    const running = folder.start([...(await targetOf(server, 'known_hosts_gone')), 'echo up; sleep 60'], { keepOpen: true })
    await once(running.child.stdout, 'data')
    await server.stop()
    expect(await running.result).toMatchObject(failure(''))
  })

  test.concurrent.each([
    ['SIGTERM', 255],
    ['SIGHUP', 255],
  ] as const)('goes on without us when %s ends us', async (signal, code) => {
    const running = folder.start([...target, 'echo up; sleep 5'], { keepOpen: true })
    await once(running.child.stdout, 'data')
    running.child.kill(signal)
    expect(await running.result).toMatchObject({ code, stderr: `seashell: ended by ${signal}\n` })
  })
})
