import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildExamples, findOpenSSH, generateKey, startSshd } from '@seashell/interop'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { failure, type Folder, knownHostsOf, makeFolder, type Result, startProgram } from './support.ts'

const DEMO = fileURLToPath(new URL('../dist/demo.js', import.meta.url))

let folder: Folder
beforeAll(buildExamples, 240_000)
beforeAll(async () => {
  folder = await makeFolder()
})
afterAll(() => folder.remove())

const demo = (...args: string[]): Promise<Result> => startProgram(DEMO, args, folder.path, { timeout: 60_000 }).result

describe('the demo', () => {
  test('shows the example server: what is negotiated, a command, 64 MiB each way; and leaves nothing behind', async () => {
    const before = await readdir(tmpdir())
    const { code, stdout, stderr } = await demo()
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.toString()).toMatch(/key exchange +mlkem768x25519-sha256 \(.*, post-quantum\)\n/)
    expect(stdout.toString()).toMatch(/\$ uname -srm\n {2}\S.*\n/)
    for (const way of ['upload', 'download']) expect(stdout.toString()).toMatch(new RegExp(`${way} +64 MiB +[\\d.]+ MiB/s\n`))
    const left = (await readdir(tmpdir())).filter((name) => name.startsWith('seashell-demo-') && !before.includes(name))
    expect(left).toEqual([])
  }, 90_000)

  test.each(findOpenSSH().slice(-1))(
    'shows another server, OpenSSH $version for one, and what a command says there',
    async (peer) => {
      const identity = await generateKey(peer, join(folder.path, 'id'), 'ed25519')
      const sshd = await startSshd(peer, { authorizedKeys: [identity.publicKey] })
      try {
        const knownHosts = await folder.write('known_hosts', knownHostsOf(sshd))
        const target = [`-p${sshd.port}`, `-i${identity.path}`, `-oUserKnownHostsFile=${knownHosts}`, `${sshd.user}@127.0.0.1`]
        const { code, stdout, stderr } = await demo(...target, 'printf "one\\n\\033two\\n"')
        expect([code, stderr]).toEqual([0, ''])
        expect(stdout.toString()).toMatch(/server +SSH-2\.0-OpenSSH_[^]*\n {2}one\n {2}\uFFFDtwo\n[^]*download +64 MiB/)
        expect(await demo(...target, 'exit 3')).toMatchObject(failure('exit code 3'))
      } finally {
        await sshd.stop()
      }
    },
    90_000,
  )

  test('tells a failure in one line', async () => {
    expect(await demo('-p', '1', '127.0.0.1')).toMatchObject(failure('no connection to 127.0.0.1 port 1'))
    expect(await demo('-o', 'Foo=1', '127.0.0.1')).toMatchObject(failure('-o Foo'))
  })
})
