import { describe, expect } from 'vitest'
import { ecdsaKey, ed25519Key, hostile, type HostileCase, keyExchangeMethods, Msg, rsaKey, survived } from '../src/index.ts'

/** A peer that does nothing wrong is understood: so where a case ends otherwise it is because of what the case does. */
const ciphers = ['chacha20-poly1305@openssh.com', 'aes256-gcm@openssh.com', 'aes128-gcm@openssh.com', 'aes128-ctr', 'aes256-ctr']
const macs = ['hmac-sha2-256', 'hmac-sha2-512', 'hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com']
const roles = ['client', 'server'] as const

function good(name: string, role: HostileCase['role'], peer: HostileCase['peer'] = {}): HostileCase {
  return {
    name: `${role}, ${name}`,
    role,
    peer,
    async script(mallory, { client }) {
      await mallory.authenticate()
      await mallory.exchangeAgain()
      if (client !== undefined) {
        const session = (await client).exec('true')
        session.catch(() => {})
      }
      const channel = await mallory.openSession()
      if (mallory.role === 'server') return
      await mallory.exec(channel, 'whoami')
      const { payload } = await mallory.receive(Msg.CHANNEL_DATA)
      expect(payload.subarray(8).toString()).toBe('out: whoami')
    },
    expect: survived,
  }
}

describe('a peer with nothing wrong about it logs in, exchanges keys again and runs a command', () => {
  for (const role of roles) {
    hostile(role, [
      ...ciphers.map((cipher) => good(cipher, role, { cipher })),
      ...macs.map((mac) => good(`aes128-ctr with ${mac}`, role, { cipher: 'aes128-ctr', mac })),
      ...Object.keys(keyExchangeMethods).map((keyExchange) => good(keyExchange, role, { keyExchange })),
      ...(role === 'client' ? [ed25519Key(), ecdsaKey()] : [ed25519Key(), ecdsaKey(), rsaKey()]).map((hostKey) =>
        good(hostKey.algorithm, role, { hostKey }),
      ),
      ...['zlib', 'zlib@openssh.com'].map((compression) => good(compression, role, { compression })),
      good('no strict key exchange', role, { strict: false }),
    ])
  }
})
