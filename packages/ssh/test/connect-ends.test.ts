import type { Socket } from 'node:net'
import { AlgorithmRegistry, SSHServerTransport } from '@seashell/core'
import { createSigner, generatePrivateKey } from '@seashell/keys'
import { attachStream, listen } from '@seashell/node'
import { compatible } from '@seashell/presets'
import { describe, expect, it } from 'vitest'
import { connect } from '../src/index.ts'

const algorithms = new AlgorithmRegistry(compatible)
const { publicKeys } = algorithms
const hostKeys = [createSigner(await generatePrivateKey(publicKeys.get('ssh-ed25519')), publicKeys)]

/** Connects to a server that exchanges keys and knows no service at all. */
async function connectToBareServer(secured: (socket: Socket) => void = () => {}): Promise<unknown> {
  const listener = await listen((socket) => {
    const transport = new SSHServerTransport({
      algorithms,
      hostKeys,
      onEvent: ({ type }) => {
        if (type === 'keys') secured(socket)
      },
    })
    attachStream(transport, socket)
  })
  const { host, port } = listener
  try {
    return await connect({ host, port, user: 'alice', password: 'x', knownHosts: '/nonexistent', verifyHostKey: () => true })
  } finally {
    await listener.close()
  }
}

describe('a connection that ends after the key exchange and before it stands', () => {
  it('fails with what the server said', async () => {
    await expect(connectToBareServer()).rejects.toMatchObject({ code: 'DISCONNECTED', fault: 'peer', reasonCode: 7 })
  })

  it('fails where the server says nothing', async () => {
    await expect(connectToBareServer((socket) => socket.destroy())).rejects.toMatchObject({ code: 'CONNECTION_LOST', fault: 'local' })
  })
})
