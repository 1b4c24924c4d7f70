import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AlgorithmRegistry } from '@seashell/core'
import { sshEd25519 } from '@seashell/key-ed25519'
import { formatPrivateKey, formatPublicKey, generatePrivateKey, KnownHosts } from '@seashell/keys'
import { hasProgram } from '@seashell/test-support'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  appendKnownHostsFile,
  defaultKnownHostsFile,
  readAuthorizedKeysFile,
  readKnownHostsFile,
  readPrivateKeyFile,
} from '../src/index.ts'

const { publicKeys } = new AlgorithmRegistry(sshEd25519)
const key = await generatePrivateKey(sshEd25519)
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seashell-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('the files', () => {
  it('a private key signs', async () => {
    const file = join(folder, 'id_ed25519')
    await writeFile(file, await formatPrivateKey(key))
    const signer = await readPrivateKeyFile(file, publicKeys)
    const data = new Uint8Array([1, 2, 3])
    expect(await sshEd25519.verify(key.publicKey, data, await signer.sign(data, 'ssh-ed25519'))).toBe(true)
  })

  it('what is no key is named, and so is its file', async () => {
    const file = join(folder, 'picture.png')
    await writeFile(file, new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))
    await expect(readPrivateKeyFile(file, publicKeys)).rejects.toMatchObject({
      code: 'KEY',
      message: expect.stringMatching(/picture\.png.*PNG/),
    })
    await expect(readPrivateKeyFile(join(folder, 'nothing'), publicKeys)).rejects.toMatchObject({
      message: expect.stringContaining('ENOENT'),
    })
  })

  it('authorized keys are read', async () => {
    const file = join(folder, 'authorized_keys')
    await writeFile(file, `no-pty ${formatPublicKey(key.publicKey)}\nnonsense\n`)
    const { entries, problems } = await readAuthorizedKeysFile(file)
    expect(entries).toMatchObject([{ keyFormat: 'ssh-ed25519', options: { permitPty: false } }])
    expect(problems).toHaveLength(1)
  })

  it('a known host is added to a file that is made for its owner alone, and found again', async () => {
    const file = join(folder, 'new', 'known_hosts')
    const known = await readKnownHostsFile(file)
    await appendKnownHostsFile(file, known.add('example.org', 2222, key.publicKey))
    expect((await readKnownHostsFile(file)).check('example.org', 2222, key.publicKey).status).toBe('ok')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(join(folder, 'new'))).mode & 0o777).toBe(0o700)
    expect(await readFile(file, 'utf8')).toMatch(/\n$/)
  })

  it.runIf(hasProgram('ssh-keygen', '-?'))('ssh-keygen finds a known host that was added', async () => {
    const file = join(folder, 'found', 'known_hosts')
    await appendKnownHostsFile(file, new KnownHosts().add('example.org', 2222, key.publicKey))
    expect(execFileSync('ssh-keygen', ['-F', '[example.org]:2222', '-f', file], { encoding: 'utf8' })).toContain('found: line 1')
  })

  it('a folder in place of a file is an error', async () => {
    await expect(readKnownHostsFile(folder)).rejects.toMatchObject({ code: 'KEY', message: expect.stringContaining(folder) })
    await expect(appendKnownHostsFile(folder, 'x')).rejects.toMatchObject({ code: 'KEY' })
  })

  it('the default known hosts are in the home of the user', () => {
    expect(defaultKnownHostsFile()).toMatch(/[/\\]\.ssh[/\\]known_hosts$/)
  })
})
