import { KnownHosts } from '@seashell/keys'
import { umacMACs } from '@seashell/mac-umac'
import { connect, type SSHClient } from '@seashell/ssh'
import { expect, it } from 'vitest'
import { account, Arena, filler, type Garbling, nodeAlgorithms, relay, type Role, Watch } from '../src/index.ts'

/**
 * The peers of this package have no UMAC of their own. So both ends are the code under test, and somebody between them changes a byte of what
 * is under keys.
 */
const algorithms = nodeAlgorithms.clone().use(umacMACs)

async function through(arena: Arena, mac: string, garble: Garbling): Promise<SSHClient> {
  const { client, server } = relay(undefined, garble)
  arena.server.accept(server)
  const choices = { keyExchanges: ['curve25519-sha256'], publicKeys: ['ssh-ed25519'], ciphers: ['aes128-ctr'], macs: [mac] }
  const trust = { knownHosts: new KnownHosts(), verifyHostKey: () => true }
  return await connect({ host: '127.0.0.1', ...account, ...trust, algorithms, choices, stream: client })
}

/** How long the first bytes are that each side says under keys: one packet of the client’s at least, and of the server’s. */
async function firstLengths(arena: Arena, mac: string): Promise<Record<Role, number>> {
  const lengths = { client: 0, server: 0 }
  const client = await through(arena, mac, (from, bytes) => {
    lengths[from] ||= bytes.length
    return bytes
  })
  expect(client.describe().negotiated?.clientToServer).toMatchObject({ mac: { name: mac } })
  await client.close()
  return lengths
}

/** Changes one byte; behind one of the length come as many as that may say there are. */
function flip(role: Role, index: number): Garbling {
  return (from, bytes, offset) => {
    if (from !== role || index < offset || index >= offset + bytes.length) return bytes
    const changed = Buffer.from(bytes)
    changed[index - offset]! ^= 1 << (index % 8)
    return index < 4 ? Buffer.concat([changed, filler]) : changed
  }
}

for (const { name } of umacMACs) {
  for (const role of ['client', 'server'] as const) {
    it(`bytes of what a ${role} says under ${name} changed: no connection comes to be`, async () => {
      using watch = new Watch()
      await using arena = await Arena.open({ server: { algorithms } })
      const length = (await firstLengths(arena, name))[role]
      expect(length).toBeGreaterThan(32)
      for (let index = 0; index < length; index += role === 'client' ? 1 : 5) {
        // The first four are the length, in clear or not: another one is that of no packet, or of another packet.
        const about = index < 4 ? /MAC is wrong|packet length|packetLength/ : /MAC is wrong/
        await expect(through(arena, name, flip(role, index)), `byte ${index}`).rejects.toMatchObject({
          name: 'SSHError',
          fault: 'peer',
          message: expect.stringMatching(about) as string,
        })
      }
      expect(await arena.askBystander()).toBe('out: still here')
      expect(await watch.seen()).toStrictEqual([])
    })
  }
}
