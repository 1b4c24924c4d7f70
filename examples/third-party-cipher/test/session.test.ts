import { expect, it } from 'vitest'
import { runSession } from './session.ts'

it('is what our client and our server agree on, in both directions, over a socket of 127.0.0.1', async () => {
  const { negotiated, stdout } = await runSession('uname')
  const direction = { cipher: { name: 'aes256-gcm-siv@example.org', provider: 'noble' } }
  expect(negotiated).toMatchObject({ clientToServer: direction, serverToClient: direction })
  expect(negotiated.clientToServer).not.toHaveProperty('mac')
  expect(stdout).toBe('alice ran uname')
})
