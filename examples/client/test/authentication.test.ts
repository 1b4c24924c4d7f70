import { copyFile, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { buildExamples, openSSHsToTest, findTestUser, generateKey, startSshd, type KeyFile, type Sshd } from '@seashell/interop'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { failure, type Folder, knownHostsOf, makeFolder } from './support.ts'

const testUser = findTestUser()
const TYPES = ['ed25519', 'ecdsa', 'rsa'] as const

beforeAll(buildExamples, 240_000)

describe.each(openSSHsToTest())('logging in to OpenSSH $version', (peer) => {
  let folder: Folder
  let keys: Record<(typeof TYPES)[number], KeyFile>
  let encrypted: KeyFile
  let sshd: Sshd
  let options: string[]

  beforeAll(async () => {
    folder = await makeFolder()
    const [ed25519, ecdsa, rsa, locked] = await Promise.all([
      ...TYPES.map((type) => generateKey(peer, join(folder.path, type), type)),
      generateKey(peer, join(folder.path, 'locked'), 'ed25519', ['-N', 'passphrase']),
    ])
    if (!ed25519 || !ecdsa || !rsa || !locked) throw new Error('expected four keys')
    keys = { ed25519, ecdsa, rsa }
    encrypted = locked
    sshd = await startSshd(peer, { authorizedKeys: [ecdsa.publicKey, rsa.publicKey, ed25519.publicKey] })
    options = await optionsOf(sshd, 'known_hosts')
  })

  afterAll(async () => {
    await sshd.stop()
    await folder.remove()
  })

  afterEach(() => rm(join(folder.path, 'home', '.ssh'), { recursive: true, force: true }))

  async function optionsOf(server: Sshd, file: string): Promise<string[]> {
    return ['-p', `${server.port}`, '-o', `UserKnownHostsFile=${await folder.write(file, knownHostsOf(server))}`]
  }

  test.each(TYPES)('with a key of type %s', async (type) => {
    const { code, stderr } = await folder.run(['-v', '-i', keys[type].path, ...options, `${sshd.user}@127.0.0.1`, 'true'])
    expect(code, stderr).toBe(0)
    expect(stderr).toMatch(/publickey with \S+: success/)
  })

  test('with the second key, where the server does not want the first', async () => {
    const stranger = await generateKey(peer, join(folder.path, 'stranger'), 'ed25519')
    const args = ['-v', '-i', stranger.path, '-i', keys.rsa.path, ...options, `${sshd.user}@127.0.0.1`, 'true']
    const { code, stderr } = await folder.run(args)
    expect(code).toBe(0)
    expect(stderr).toMatch(/publickey with ssh-ed25519: refused[^]*publickey with rsa-sha2-512: success/)
  })

  test('with the keys that ssh would look for, but for one that is encrypted', async () => {
    const home = join(folder.path, 'home', '.ssh')
    await mkdir(home)
    await copyFile(encrypted.path, join(home, 'id_ed25519'))
    await copyFile(keys.ecdsa.path, join(home, 'id_ecdsa'))
    const { code, stderr } = await folder.run(['-v', ...options, '-l', sshd.user, '127.0.0.1', 'true'])
    expect(code, stderr).toBe(0)
    expect(stderr).toMatch(/not used: .*id_ed25519: .*encrypted/)
    expect(stderr).toContain('publickey with ecdsa-sha2-nistp256: success')
    expect((await folder.run([...options, '-l', sshd.user, '127.0.0.1', 'true'])).stderr).toBe('')
  })

  test('not with a key that is named and cannot be used', async () => {
    expect(await folder.run(['-i', 'nowhere', ...options, '127.0.0.1', 'true'])).toMatchObject(failure('nowhere: ENOENT'))
    expect(await folder.run(['-i', encrypted.path, ...options, '127.0.0.1', 'true'])).toMatchObject(failure('found one encrypted'))
    const known = join(folder.path, 'known_hosts')
    expect(await folder.run(['-i', known, ...options, '127.0.0.1', 'true'])).toMatchObject(failure(known))
  })

  test('not without anything to show: it says what the server takes, and asks nobody', async () => {
    expect(await folder.run([...options, `${sshd.user}@127.0.0.1`, 'true'])).toMatchObject(failure('the server would take publickey'))
  })

  describe.each(testUser === undefined ? [] : [testUser])('as $name', (user) => {
    let passwords: Sshd
    let questions: Sshd

    beforeAll(async () => {
      passwords = await startSshd(peer, { config: ['PasswordAuthentication yes', 'KbdInteractiveAuthentication no'] })
      const config = ['PasswordAuthentication no', 'KbdInteractiveAuthentication yes']
      questions = await startSshd(peer, { pam: true, config })
    })

    afterAll(async () => {
      await Promise.all([passwords.stop(), questions.stop()])
    })

    const login = async (server: Sshd, password: string): Promise<Awaited<ReturnType<Folder['run']>>> => {
      const file = await folder.write('password', password)
      return folder.run(['-o', `PasswordFile=${file}`, ...(await optionsOf(server, 'hosts')), `${user.name}@127.0.0.1`, 'id -un'])
    }

    test.each(['', '\n'])('with a password out of a file that ends with %j', async (end) => {
      const { code, stdout, stderr } = await login(passwords, user.password + end)
      expect([code, stdout.toString(), stderr]).toEqual([0, `${user.name}\n`, ''])
    })

    test('with the same file, where the server asks questions', async () => {
      const { code, stdout, stderr } = await login(questions, `${user.password}\n`)
      expect([code, stdout.toString(), stderr]).toEqual([0, `${user.name}\n`, ''])
    })

    test.each(['wrong', `x${user.password}`])('not with the password %s', async (password) => {
      expect(await login(passwords, password)).toMatchObject(failure('password (refused)'))
    })

    test('not with two line feeds behind the password: only the last is not part of it', async () => {
      expect(await login(passwords, `${user.password}\n\n`)).toMatchObject(failure('password (refused)'))
    })

    test('not with a file that is not there', async () => {
      const args = ['-o', 'PasswordFile=/nowhere', ...(await optionsOf(passwords, 'hosts')), `${user.name}@127.0.0.1`, 'true']
      expect(await folder.run(args)).toMatchObject(failure('PasswordFile'))
    })
  })
})
