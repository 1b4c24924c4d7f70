import { readFile } from 'node:fs/promises'
import { openSSHsToTest, runSsh } from '@seashell/interop'
import { defineGroupExchange, dhGroupExchangeSha256, parseModuli } from '@seashell/kex-dh'
import { describe, expect, it } from 'vitest'
import { everything, makeHostKey, usual } from '../src/matrix/index.ts'
import { serveEcho } from './support/echo.ts'

describe.each(openSSHsToTest())('OpenSSH $version', (peer) => {
  it('takes the groups that a moduli file of OpenSSH gives our server', async () => {
    const moduli = parseModuli(await readFile('/etc/ssh/moduli', 'utf8'))
    const { name, hash } = dhGroupExchangeSha256
    const algorithms = everything.clone().override(defineGroupExchange({ name, hash, moduli }))
    const hostKeys = [await makeHostKey(usual['host key'])]
    const server = await serveEcho({ algorithms, supported: { keyExchanges: [name] }, hostKeys })
    try {
      const config = [`KexAlgorithms ${name}`]
      const { code, stderr } = await runSsh(peer, { port: server.port, hostKeys: 'any', config, command: 'echo' })
      expect(code, stderr).toBe(7)
    } finally {
      server.stop()
    }
  })
})
