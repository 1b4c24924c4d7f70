import { execFileSync } from 'node:child_process'
import { readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { buildExamples, openSSHsToTest, generateKey, startSshd, type KeyFile, type Sshd } from '@seashell/interop'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Folder, knownHostsOf, makeFolder, type Result } from './support.ts'

beforeAll(buildExamples, 240_000)

/** Refused, in a last line that has these texts in this order. */
function refusal(...texts: string[]): { code: number; stdout: Buffer; stderr: unknown } {
  const pattern = texts.map((text) => text.replaceAll(/[+/[\].*?]/g, String.raw`\$&`)).join('.*')
  return { code: 255, stdout: Buffer.alloc(0), stderr: expect.stringMatching(new RegExp(`seashell: [^\n]*${pattern}.*\n$`)) }
}

// Whether a host is known is our own matter: one server is enough.
describe.each(openSSHsToTest().slice(-1))('the key of an OpenSSH $version', (peer) => {
  let folder: Folder
  let identity: KeyFile
  let sshd: Sshd
  let name: string

  beforeAll(async () => {
    folder = await makeFolder()
    identity = await generateKey(peer, join(folder.path, 'id'), 'ed25519')
    sshd = await startSshd(peer, { authorizedKeys: [identity.publicKey], hostKeyTypes: ['ed25519', 'rsa'] })
    name = `[127.0.0.1]:${sshd.port}`
  })

  afterAll(async () => {
    await sshd.stop()
    await folder.remove()
  })

  const lines = (): string[] => sshd.hostKeys.map(({ publicKey }) => publicKey)
  const path = (file: string): string => join(folder.path, file)

  function login(file: string, ...options: string[]): Promise<Result> {
    const args = [...options, `UserKnownHostsFile=${path(file)}`].flatMap((option) => ['-o', option])
    return folder.run(['-v', '-p', `${sshd.port}`, '-i', identity.path, ...args, `${sshd.user}@127.0.0.1`, 'echo in'])
  }

  async function loginKnowing(content: string, ...options: string[]): Promise<Result> {
    await folder.write('known_hosts', content)
    return login('known_hosts', ...options)
  }

  const fingerprint = (index: number): string =>
    execFileSync(peer.sshKeygen, ['-l', '-f', `${sshd.hostKeys[index]?.path}.pub`], { encoding: 'utf8' }).split(' ')[1] ?? ''

  test('is known, in plain', async () => {
    expect(await loginKnowing(knownHostsOf(sshd))).toMatchObject({ code: 0 })
  })

  test('is known, behind a hash', async () => {
    await folder.write('hashed', knownHostsOf(sshd))
    execFileSync(peer.sshKeygen, ['-q', '-H', '-f', path('hashed')], { stdio: 'ignore' })
    expect(await readFile(path('hashed'), 'utf8')).toMatch(/^\|1\|/)
    expect(await login('hashed')).toMatchObject({ code: 0 })
  })

  test('is known by a pattern, among lines that cannot be read', async () => {
    const { code, stderr } = await loginKnowing(`rubbish\n[127.0.0.*]:* ${lines()[0]}\n`)
    expect(code).toBe(0)
    expect(stderr).toContain('not used: line 1: ')
  })

  test('is asked for in the type that is known', async () => {
    const { code, stderr } = await loginKnowing(`${name} ${lines()[1]}\n`)
    expect(code).toBe(0)
    expect(stderr).toContain('host key: rsa-sha2-512')
    expect((await loginKnowing(`${name} ${lines()[0]}\n`)).stderr).toContain('host key: ssh-ed25519')
  })

  test('is known for another port, and so not for this one', async () => {
    expect(await loginKnowing(`127.0.0.1 ${lines()[0]}\n[127.0.0.1]:1 ${lines()[0]}\n`)).toMatchObject(refusal('is not known'))
  })

  test('is unknown, and there is no terminal to ask on', async () => {
    expect(await login('nothing')).toMatchObject(refusal(fingerprint(0), 'is not known', 'no terminal'))
  })

  test('is unknown, and StrictHostKeyChecking=yes', async () => {
    expect(await login('nothing', 'StrictHostKeyChecking=yes')).toMatchObject(refusal(fingerprint(0), 'is not known'))
  })

  test.each(['accept-new', 'no'])('is unknown, and StrictHostKeyChecking=%s: it is added', async (value) => {
    const file = `folder-${value}/known`
    const { code, stderr } = await login(file, `stricthostkeychecking=${value}`)
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('added the ED25519 key')
    expect(await readFile(path(file), 'utf8')).toBe(`${name} ${lines()[0]?.split(' ').slice(0, 2).join(' ')}\n`)
    expect(await login(file, 'StrictHostKeyChecking=yes')).toMatchObject({ code: 0 })
  })

  test.each(['ask', 'yes', 'no', 'accept-new'])('has changed, and StrictHostKeyChecking=%s', async (value) => {
    const before = `# known\n${name} ${identity.publicKey}\n`
    expect(await loginKnowing(before, `StrictHostKeyChecking=${value}`)).toMatchObject(refusal(fingerprint(0), 'line 2'))
    expect(await readFile(path('known_hosts'), 'utf8')).toBe(before)
  })

  test.each(['ask', 'no', 'accept-new'])('is revoked, and StrictHostKeyChecking=%s', async (value) => {
    const revoked = lines().map((line) => `@revoked * ${line}\n`)
    expect(await loginKnowing(revoked.join(''), `StrictHostKeyChecking=${value}`)).toMatchObject(refusal(fingerprint(0), 'revoked'))
  })

  test('cannot be remembered: that is said, and we go on', async () => {
    await symlink('/nowhere/known_hosts', path('dangling'))
    const { code, stderr } = await login('dangling', 'StrictHostKeyChecking=no')
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('could not be remembered')
  })

  test('is looked up in a file that cannot be read: refused', async () => {
    const { code, stderr } = await loginKnowing('', 'UserKnownHostsFile=/proc')
    expect([code, stderr]).toEqual([255, expect.stringMatching(/\/proc: EISDIR[^\n]*\n$/)])
  })
})
