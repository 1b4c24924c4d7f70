import { expect, it } from 'vitest'
import {
  Arena,
  disconnected,
  type Expectation,
  filler,
  garbled,
  type HostileCase,
  Msg,
  type PeerOptions,
  Reason,
  runCases,
  string,
  byte,
} from '../src/index.ts'

const ignore = Buffer.concat([byte(Msg.IGNORE), string('0123456789')])

const framings: Record<string, PeerOptions> = {
  'chacha20-poly1305': { cipher: 'chacha20-poly1305@openssh.com' },
  'aes-gcm': { cipher: 'aes128-gcm@openssh.com' },
  'encrypt-and-MAC': { cipher: 'aes128-ctr', mac: 'hmac-sha2-256' },
  'encrypt-then-MAC': { cipher: 'aes128-ctr', mac: 'hmac-sha2-256-etm@openssh.com' },
}

/** One connection for each byte of the packet, which is changed on the way. */
function* flips(role: HostileCase['role'], peer: PeerOptions, length: number): Generator<HostileCase> {
  for (let index = 0; index < length; index++) {
    yield {
      name: `byte ${index}`,
      role,
      peer,
      join: 'memory',
      async script(mallory) {
        await mallory.secure()
        const packet = mallory.seal(ignore)
        expect(packet).toHaveLength(length)
        packet[index]! ^= 1 << (index % 8)
        await mallory.sendRaw(packet)
        if (index < 4) await mallory.sendRaw(filler)
      },
      // A length that is changed is one that no packet can have, or that of another packet.
      expect: index < 4 ? garbled : disconnected(Reason.MAC_ERROR),
    }
  }
}

const lengths: Record<string, number> = { 'chacha20-poly1305': 44, 'aes-gcm': 52, 'encrypt-and-MAC': 64, 'encrypt-then-MAC': 68 }

for (const [framing, options] of Object.entries(framings)) {
  for (const role of ['client', 'server'] as const) {
    it(`every byte of a packet under ${framing} changed, from a ${role}: no connection goes on`, async () => {
      await using arena = await Arena.open()
      const length = lengths[framing]!
      expect(await runCases(arena, flips(role, options, length))).toBe(length)
    })
  }
}

/** Every third byte of what a server says without protection, behind the random ones: the exchange hash covers it all. */
function* flippedKexInits(length: number): Generator<HostileCase> {
  for (let index = 1; index < length; index += 3) {
    yield {
      name: `byte ${index}`,
      role: 'server',
      join: 'memory',
      async script(peer) {
        await peer.exchangeVersions()
        const payload = peer.kexInit()
        expect(payload).toHaveLength(length)
        peer.kexInits.ours = payload
        await peer.sendRaw(peer.seal(payload.map((value, position) => (position === index ? value ^ (1 << (index % 7)) : value))))
        await peer.receive(Msg.KEXINIT)
        await peer.exchangeKeys()
        await peer.exchangeNewKeys()
      },
      expect: failedOrMalformed,
    }
  }
}

const failedOrMalformed: Expectation = async (encounter) => {
  await encounter.peer.drain()
  const malformed = encounter.peer.disconnect?.reason === Reason.PROTOCOL_ERROR
  await disconnected(malformed ? Reason.PROTOCOL_ERROR : Reason.KEY_EXCHANGE_FAILED)(encounter)
}

it('every third byte of a server’s KEXINIT changed on the way: no connection comes to be', async () => {
  await using arena = await Arena.open()
  const { peer } = await arena.meet('server', {}, 'memory')
  const { length } = peer.kexInit()
  peer.line.destroy()
  expect(await runCases(arena, flippedKexInits(length))).toBe(Math.ceil((length - 1) / 3))
})
