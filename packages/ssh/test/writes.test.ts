import { once } from 'node:events'
import { type AddressInfo, createServer as createTCPServer } from 'node:net'
import { formatPrivateKey, generatePrivateKey, KnownHosts } from '@seashell/keys'
import { recordWrites } from '@seashell/test-support'
import { expect, it } from 'vitest'
import { connect, createServer, defaultAlgorithms } from '../src/index.ts'

const algorithms = defaultAlgorithms()
const key = await generatePrivateKey(algorithms.publicKeys.get('ssh-ed25519'))
const file = await formatPrivateKey(key)

it('a login with a key takes a server three writes: what is decided within a turn leaves as one', async () => {
  const server = await createServer({ hostKeys: [file], algorithms, auth: { publicKey: () => true } })
  let written: Uint8Array[] = []
  const listener = createTCPServer((socket) => {
    written = recordWrites(socket)
    server.accept(socket)
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  const knownHosts = new KnownHosts()
  knownHosts.add('127.0.0.1', port, key.publicKey)
  const client = await connect({ host: '127.0.0.1', port, user: 'alice', privateKeys: [file], knownHosts, algorithms })
  // Identification and KEXINIT; reply, NEWKEYS and EXT_INFO; SERVICE_ACCEPT and USERAUTH_SUCCESS.
  expect(written).toHaveLength(3)
  await client.close()
  listener.close()
  await server.close()
})
