import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seededRandom } from '@seashell/test-support'
import { openSSHsToTest, findTestUser, generateKey, runSsh, startSsh, startSshd, type KeyFile, type Sshd } from '@seashell/interop'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const peers = openSSHsToTest()
const testUser = findTestUser()
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe.each(peers)('sshd $version', (serverPeer) => {
  let folder: string
  let identity: KeyFile
  let sshd: Sshd

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seashell-test-'))
    identity = await generateKey(serverPeer, join(folder, 'id'), 'ed25519')
    sshd = await startSshd(serverPeer, { authorizedKeys: [identity.publicKey], hostKeyTypes: ['ed25519', 'ecdsa'] })
  })

  afterAll(async () => {
    await sshd.stop()
    await rm(folder, { recursive: true })
  })

  const target = () => ({ port: sshd.port, hostKeys: sshd.hostKeys.map((key) => key.publicKey), identity: identity.path })

  test.each(peers)('returns to ssh $version what its cat was given, and the exit status', async (clientPeer) => {
    const bytes = seededRandom('openssh')(4 << 20)
    const result = await runSsh(clientPeer, { ...target(), command: 'cat; exit 7', stdin: bytes })
    expect(result.stderr).toBe('')
    expect(result.code).toBe(7)
    expect(sha256(result.stdout)).toBe(sha256(bytes))
  })

  test('is refused by ssh where its host key is another', async () => {
    const result = await runSsh(serverPeer, { ...target(), hostKeys: [identity.publicKey], command: 'true' })
    expect(result.code).toBe(255)
    expect(result.stderr).toContain('Host key verification failed')
  })

  test('refuses a key that is not authorized', async () => {
    const stranger = await generateKey(serverPeer, join(folder, 'stranger'), 'ed25519')
    const result = await runSsh(serverPeer, { ...target(), identity: stranger.path, command: 'true' })
    expect(result.code).toBe(255)
    expect(result.stderr).toContain('Permission denied')
    expect(sshd.log()).toContain('Failed publickey')
  })

  test('uses the configuration it is given', async () => {
    const strict = await startSshd(serverPeer, { authorizedKeys: [identity.publicKey], config: ['Ciphers aes128-ctr'] })
    try {
      const options = { ...target(), port: strict.port, hostKeys: 'any', command: 'true' } as const
      expect((await runSsh(serverPeer, { ...options, config: ['Ciphers aes128-ctr'] })).code).toBe(0)
      expect((await runSsh(serverPeer, { ...options, config: ['Ciphers aes256-ctr'] })).stderr).toContain('no matching cipher found')
    } finally {
      await strict.stop()
    }
  })

  test('takes its sessions along when it is stopped', async () => {
    const mortal = await startSshd(serverPeer, { authorizedKeys: [identity.publicKey] })
    const session = await startSsh(serverPeer, { ...target(), port: mortal.port, hostKeys: 'any', command: 'echo ready; sleep 1000' })
    await once(session.child.stdout, 'data')
    await mortal.stop()
    expect((await session.result).code).toBe(255)
  })

  if (testUser) {
    describe.each([{ pam: false }, { pam: true }])('with UsePAM $pam', ({ pam }) => {
      let withPasswords: Sshd

      beforeAll(async () => {
        withPasswords = await startSshd(serverPeer, { pam, config: ['PasswordAuthentication yes', 'KbdInteractiveAuthentication yes'] })
      })

      afterAll(() => withPasswords.stop())

      const methods = pam ? ['password', 'keyboard-interactive'] : ['password']

      test.concurrent.each(methods)('lets in by %s who knows the password, and nobody else', async (method) => {
        const options = {
          port: withPasswords.port,
          hostKeys: 'any',
          user: testUser.name,
          config: [`PreferredAuthentications ${method}`],
          command: 'id -un',
        } as const
        const [right, wrong] = await Promise.all([
          runSsh(serverPeer, { ...options, password: testUser.password }),
          runSsh(serverPeer, { ...options, password: 'another' }), // PAM answers this one after two seconds
        ])
        expect(right.stdout.toString()).toBe(`${testUser.name}\n`)
        expect(wrong.code).toBe(255)
        expect(wrong.stderr).toContain('Permission denied')
      })
    })
  }
})

describe.each(peers.slice(0, 1))('runSsh', (peer) => {
  test('ends an ssh that does not end in time, and says so', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    await expect(runSsh(peer, { port, hostKeys: 'any', timeout: 200 })).rejects.toThrow('did not end within 200 ms')
    silent.close()
  })
})
