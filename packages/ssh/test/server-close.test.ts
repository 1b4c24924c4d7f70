import { AlgorithmRegistry } from '@seashell/core'
import { formatPrivateKey, generatePrivateKey } from '@seashell/keys'
import { connectSocket } from '@seashell/node'
import { compatible } from '@seashell/presets'
import { expect, it } from 'vitest'
import { connect, createServer } from '../src/index.ts'

const hostKey = await formatPrivateKey(await generatePrivateKey(new AlgorithmRegistry(compatible).publicKeys.get('ssh-ed25519')))

it('close() closes all connections, although one of them breaks off meanwhile', async () => {
  const server = await createServer({
    hostKeys: [hostKey],
    auth: { password: () => true },
    onSession: () => ({ exec: () => new Promise(() => {}) }),
  })
  const { port } = await server.listen()
  const options = { host: '127.0.0.1', port, user: 'alice', password: 'x', knownHosts: '/nonexistent', verifyHostKey: () => true }
  const socket = await connectSocket({ host: '127.0.0.1', port })
  const [vanishing, staying] = [await connect({ ...options, stream: socket }), await connect(options)]
  // While its channel has not been closed by both sides, the server waits.
  const session = await staying.exec('wait')
  await vanishing.exec('wait')
  const closing = server.close()
  socket.resetAndDestroy()
  await expect(closing).resolves.toBeUndefined()
  expect([...server.connections]).toEqual([])
  await vanishing.closed
  await expect(session.exit).resolves.toEqual({})
  await expect(staying.closed).resolves.toMatchObject({ code: 'DISCONNECTED', reasonCode: 11 })
})
