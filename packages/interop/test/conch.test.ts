import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findConch, findOpenSSH, generateKey, startConchClient } from '@seashell/interop'
import { seededRandom } from '@seashell/test-support'
import { expect, it } from 'vitest'
import { everything, makeHostKey, usual } from '../src/matrix/index.ts'
import { serveEcho } from './support/echo.ts'

const [conch, openSSH] = [findConch(), findOpenSSH()[0]]

// OpenSSH PROTOCOL §1.10: the markers count in the first KEXINIT alone. Whoever heeds a later one begins to count packets anew, and the next
// MAC is wrong. Several servers did. And behind each exchange Conch's client requests ssh-userauth again, to which there is no answer.
it.runIf(conch && openSSH)(
  'a Conch client that claims strict key exchange only later is not believed, and goes on behind each exchange',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'seashell-conch-'))
    const hostKey = await makeHostKey(usual['host key'])
    const server = await serveEcho({ algorithms: everything, hostKeys: [hostKey], rekey: { bytes: 50_000 } })
    const client = startConchClient()
    try {
      const bytes = seededRandom('conch')(100_000)
      await writeFile(join(folder, 'input'), bytes)
      const { path: identity } = await generateKey(openSSH!, join(folder, 'id'), 'ed25519')
      const result = await client.run({
        port: server.port,
        user: 'alice',
        hostKey: hostKey.publicKey,
        identity,
        input: join(folder, 'input'),
        lists: { ...conch!.lists, hostKeys: [usual['host key']] },
        later: { keyExchanges: ['curve25519-sha256', 'kex-strict-c-v00@openssh.com'] },
      })
      expect(result.code).toBe(7)
      expect(Buffer.compare(result.stdout, bytes)).toBe(0)
      const { keyExchanges, strictKeyExchange } = server.last().describe()
      expect(Buffer.from(server.last().otherKexInitPayload).toString('latin1')).toContain('kex-strict-c-v00@openssh.com')
      expect([keyExchanges > 1, strictKeyExchange]).toEqual([true, false])
    } finally {
      server.stop()
      await client.stop()
      await rm(folder, { recursive: true })
    }
  },
)
