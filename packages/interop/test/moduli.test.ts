import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey, openSSHsToTest, runSsh, startSshd } from '@seashell/interop'
import { defineGroupExchange, dhGroupExchangeSha256, parseModuli } from '@seashell/kex-dh'
import { KnownHosts } from '@seashell/keys'
import { nodeGroupArithmetic } from '@seashell/node'
import { connect } from '@seashell/ssh'
import { describe, expect, it } from 'vitest'
import { everything, makeHostKey, usual } from '../src/matrix/index.ts'
import { serveEcho } from './support/echo.ts'

const { name, hash } = dhGroupExchangeSha256
const config = [`KexAlgorithms ${name}`]

describe.each(openSSHsToTest())('OpenSSH $version', (peer) => {
  it.each([
    ['by BigInt', undefined],
    ['by node:crypto', nodeGroupArithmetic],
  ])('takes the groups that a moduli file of OpenSSH gives our server, %s', async (_what, arithmetic) => {
    const moduli = parseModuli(await readFile('/etc/ssh/moduli', 'utf8'))
    const algorithms = everything.clone().override(defineGroupExchange({ name, hash, moduli, ...(arithmetic && { arithmetic }) }))
    const hostKeys = [await makeHostKey(usual['host key'])]
    const server = await serveEcho({ algorithms, supported: { keyExchanges: [name] }, hostKeys })
    try {
      const { code, stderr } = await runSsh(peer, { port: server.port, hostKeys: 'any', config, command: 'echo' })
      expect(code, stderr).toBe(7)
    } finally {
      server.stop()
    }
  })

  it('gives connect() a group, which node:crypto computes in', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'seashell-moduli-'))
    const identity = await generateKey(peer, join(folder, 'id'), 'ed25519')
    const sshd = await startSshd(peer, { authorizedKeys: [identity.publicKey], config })
    try {
      const knownHosts = new KnownHosts(`[127.0.0.1]:${sshd.port} ${sshd.hostKeys[0]!.publicKey}\n`)
      const privateKeys = [await readFile(identity.path)]
      const { port, user } = sshd
      const choices = { keyExchanges: name }
      await using client = await connect({ host: '127.0.0.1', port, user, privateKeys, knownHosts, choices })
      expect(client.describe().negotiated?.keyExchange).toMatchObject({ name, provider: 'node:crypto' })
      const { code } = await (await client.exec('exit 7')).output()
      expect(code).toBe(7)
    } finally {
      await sshd.stop()
      await rm(folder, { recursive: true })
    }
  })
})
