import { KnownHosts } from '@seashell/keys'
import { connect } from '@seashell/ssh'
import { describe, expect, it } from 'vitest'
import {
  account,
  Arena,
  byte,
  disconnected,
  filler,
  garbled,
  hostile,
  inBothRoles,
  type Meddling,
  Msg,
  nodeAlgorithms,
  Reason,
  relay,
  string,
  survived,
} from '../src/index.ts'

/**
 * Prefix truncation: whoever sits in the middle adds packets before the keys and drops as many behind them, so that sequence numbers fit.
 * Strict key exchange allows no packet to be added and counts anew with the keys.
 */
const source = 'CVE-2023-48795'
const added = [Msg.IGNORE, Msg.UNIMPLEMENTED, Msg.DEBUG, 8, Msg.PING]

for (const number of added) {
  hostile(`Terrapin: message ${number} added`, [
    ...inBothRoles('before KEXINIT', {
      source,
      async script(peer) {
        await peer.exchangeVersions()
        await peer.send(number, Buffer.alloc(16))
        await peer.exchangeKexInits()
      },
      expect: disconnected(Reason.PROTOCOL_ERROR),
    }),
    ...inBothRoles('behind KEXINIT', {
      source,
      async script(peer) {
        await peer.exchangeVersions()
        await peer.exchangeKexInits()
        await peer.send(number, Buffer.alloc(16))
      },
      expect: disconnected(Reason.PROTOCOL_ERROR),
    }),
    ...inBothRoles('before NEWKEYS', {
      source,
      async script(peer) {
        await peer.exchangeVersions()
        await peer.exchangeKexInits()
        await peer.exchangeKeys()
        await peer.send(number, Buffer.alloc(16))
      },
      expect: disconnected(Reason.PROTOCOL_ERROR),
    }),
  ])
}

const protections = [
  { cipher: 'chacha20-poly1305@openssh.com' },
  { cipher: 'aes128-gcm@openssh.com' },
  { cipher: 'aes128-ctr', mac: 'hmac-sha2-256' },
  { cipher: 'aes128-ctr', mac: 'hmac-sha2-256-etm@openssh.com' },
] as const

/** What another sequence number means to each: the key stream of the length, nothing at all (RFC 5647 §7.1), an input of the MAC. */
const outcomes = {
  'chacha20-poly1305@openssh.com': garbled,
  'aes128-gcm@openssh.com': survived,
  'aes128-ctr': disconnected(Reason.MAC_ERROR),
}

for (const strict of [true, false]) {
  for (const protection of protections) {
    const { cipher } = protection
    const title = `Terrapin: with${strict ? '' : 'out'} strict key exchange, under ${Object.values(protection).join(' and ')}`
    const lengthIsHidden = cipher.startsWith('chacha20') || (cipher === 'aes128-ctr' && protection.mac === 'hmac-sha2-256')
    hostile(title, [
      ...inBothRoles('the first packet under new keys is dropped', {
        source,
        peer: { ...protection, strict },
        async script(peer) {
          await peer.secure()
          peer.seal(Buffer.of(Msg.IGNORE, 0, 0, 0, 0))
          await peer.send(Msg.IGNORE, string(''))
          await peer.sendRaw(filler)
        },
        expect: lengthIsHidden ? garbled : disconnected(Reason.MAC_ERROR),
      }),
      ...inBothRoles(`one side ${strict ? 'does not reset' : 'resets'} its sequence number`, {
        source,
        peer: { ...protection, strict },
        async script(peer) {
          await peer.secure()
          peer.outgoing.sequence = strict ? 3 : 0
          await peer.send(Msg.IGNORE, string(''))
          if (cipher.startsWith('chacha20')) await peer.sendRaw(filler)
        },
        expect: outcomes[cipher],
      }),
    ])
  }
}

hostile('Terrapin: a peer that knows no strict key exchange', [
  ...inBothRoles('may say more before NEWKEYS', {
    peer: { strict: false },
    async script(peer) {
      await peer.exchangeVersions()
      await peer.send(Msg.IGNORE, string(''))
      await peer.exchangeKexInits()
      await peer.send(Msg.DEBUG, byte(1), string('hello'), string(''))
      await peer.exchangeKeys()
      await peer.send(Msg.IGNORE, string(''))
      await peer.exchangeNewKeys()
    },
    expect: survived,
  }),
])

hostile(
  'Terrapin: a peer that knows no strict key exchange, where it is required',
  inBothRoles('is refused', {
    peer: { strict: false },
    script: (peer) => peer.secure(),
    expect: disconnected(Reason.KEY_EXCHANGE_FAILED, /strict/),
  }),
  { server: { strictKeyExchange: 'required' }, client: { strictKeyExchange: 'required' } },
)

describe('Terrapin: somebody between our client and our server', () => {
  const ignore = Buffer.concat([byte(Msg.IGNORE), string('')])
  const meddlings: Record<string, { readonly code: string; readonly meddle: Meddling }> = {
    'adds a packet for the client': {
      code: 'PROTOCOL',
      meddle: (from, payload) => (from === 'server' && payload[0] === Msg.KEX_REPLY ? [ignore, payload] : [payload]),
    },
    'adds a packet for the server': {
      code: 'DISCONNECTED',
      meddle: (from, payload) => (from === 'client' && payload[0] === Msg.KEX_INIT ? [ignore, payload] : [payload]),
    },
    'takes the markers of strict key exchange away': {
      code: 'KEY_EXCHANGE',
      meddle: (_from, payload) => [
        Buffer.from(payload.toString('latin1').replace(/kex-strict-(.)-v00@openssh.com/, 'kex-strict-$1-v00@openssh.org'), 'latin1'),
      ],
    },
  }

  for (const [name, { code, meddle }] of Object.entries(meddlings)) {
    it(`${name}, and there is no connection`, async () => {
      await using arena = await Arena.open()
      const { client, server } = relay(meddle)
      arena.server.accept(server)
      const options = { host: '127.0.0.1', ...account, knownHosts: new KnownHosts(), verifyHostKey: () => true }
      await expect(connect({ ...options, algorithms: nodeAlgorithms, stream: client })).rejects.toMatchObject({ name: 'SSHError', code })
      expect(await arena.askBystander()).toBe('out: still here')
    })
  }

  it('who only passes everything on is not noticed', async () => {
    await using arena = await Arena.open()
    const { client, server } = relay((_from, payload) => [payload])
    arena.server.accept(server)
    const options = { host: '127.0.0.1', ...account, knownHosts: new KnownHosts(), verifyHostKey: () => true }
    await using connection = await connect({ ...options, algorithms: nodeAlgorithms, stream: client })
    expect((await (await connection.exec('true')).output()).code).toBe(0)
  })
})
