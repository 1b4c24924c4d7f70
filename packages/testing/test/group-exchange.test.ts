import { createDiffieHellmanGroup } from 'node:crypto'
import {
  bytesOf,
  disconnected,
  type Expectation,
  hostile,
  type HostileCase,
  keyExchangeMethods,
  mpint,
  Msg,
  nodeAlgorithms,
  numberOf,
  type Peer,
  portableAlgorithms,
  Reason,
  string,
  uint32,
} from '../src/index.ts'
import { refusedValue } from './support/values.ts'

const p = numberOf(createDiffieHellmanGroup('modp14').getPrime())
const group = [p, 2n].map((value) => mpint(bytesOf(value)))
const sizes = [2048, 2048, 8192].map(uint32)
const minusOne = string(Buffer.of(0xff))
const failed = disconnected(Reason.KEY_EXCHANGE_FAILED)
const outOfTurn = disconnected(Reason.PROTOCOL_ERROR, /expected message|not allowed now/)

type Exchange = Pick<HostileCase, 'name' | 'role' | 'script' | 'expect'>

/** A case of group exchange (RFC 4419), from where its messages begin. */
function groupExchange({ name, role, script, expect }: Exchange): HostileCase {
  return {
    name: `${role}: ${name}`,
    source: 'RFC 4419 §3',
    role,
    peer: { keyExchange: 'diffie-hellman-group-exchange-sha256', method: keyExchangeMethods['curve25519-sha256']! },
    async script(peer, encounter) {
      await peer.exchangeVersions()
      await peer.exchangeKexInits()
      if (role === 'server') await peer.receive(Msg.KEX_DH_GEX_REQUEST)
      await script(peer, encounter)
    },
    expect,
  }
}

/** A server that gives this group. */
function gives(name: string, modulus: Buffer | bigint, generator: Buffer | bigint = 2n, expect: Expectation = refusedValue): HostileCase {
  const fields = [modulus, generator].map((value) => (typeof value === 'bigint' ? mpint(bytesOf(value)) : value))
  return groupExchange({
    name: `a group with ${name}`,
    role: 'server',
    script: (peer) => peer.send(Msg.KEX_DH_GEX_GROUP, ...fields),
    expect,
  })
}

/** A client that asks for these sizes. */
function asksFor(name: string, ...wanted: readonly number[]): HostileCase {
  const script = (peer: Peer): Promise<void> => peer.send(Msg.KEX_DH_GEX_REQUEST, ...wanted.map(uint32))
  return groupExchange({ name: `a request for ${name}`, role: 'client', script, expect: refusedValue })
}

/** Either side with this public value, in a group that is right. */
function publicValues(name: string, value: Buffer, expect: Expectation = refusedValue): readonly HostileCase[] {
  return [
    groupExchange({
      name: `e of ${name}`,
      role: 'client',
      async script(peer) {
        await peer.send(Msg.KEX_DH_GEX_REQUEST, ...sizes)
        await peer.receive(Msg.KEX_DH_GEX_GROUP)
        await peer.send(Msg.KEX_DH_GEX_INIT, value)
      },
      expect,
    }),
    groupExchange({
      name: `f of ${name}`,
      role: 'server',
      async script(peer) {
        await peer.send(Msg.KEX_DH_GEX_GROUP, ...group)
        await peer.receive(Msg.KEX_DH_GEX_INIT)
        await peer.send(Msg.KEX_DH_GEX_REPLY, string(peer.options.hostKey.blob), value, string(peer.options.hostKey.sign(value)))
      },
      expect,
    }),
  ]
}

const groups: readonly HostileCase[] = [
  gives('p of 0', 0n),
  gives('p of 1', 1n),
  gives('p of 23', 23n, 5n),
  gives('p of 1024 bits', numberOf(createDiffieHellmanGroup('modp2').getPrime())),
  gives('p of 2047 bits', p >> 1n),
  gives('p of 8193 bits', 2n ** 8192n + 1n),
  gives('p of 16,384 bits', 2n ** 16_383n + 1n),
  gives('p of 2,000,000 bits', 2n ** 1_999_999n + 1n),
  gives('p that is even', p - 1n),
  gives('p that is a power of two', 2n ** 2047n),
  gives('p that is negative', string(bytesOf(p)), 2n, failed),
  gives('g of 0', p, 0n),
  gives('g of 1', p, 1n),
  gives('g of p − 1', p, p - 1n),
  gives('g of p', p, p),
  gives('g of p + 2', p, p + 2n),
  gives('g of 16,384 bits', p, 2n ** 16_383n),
  gives('g that is negative', p, minusOne, failed),
  gives('g left out', p, Buffer.alloc(0), failed),
  gives('something behind g', p, Buffer.concat([mpint(Buffer.of(2)), Buffer.of(0)]), failed),
]

const requests: readonly HostileCase[] = [
  asksFor('1024 bits at most', 512, 1024, 1024),
  asksFor('no bits', 0, 0, 0),
  asksFor('more bits than there are', 100_000, 2 ** 31, 2 ** 32 - 1),
  asksFor('sizes in the wrong order', 8192, 4096, 2048),
  asksFor('fewer bits than it takes at least', 4096, 2048, 8192),
  asksFor('more bits than it takes at most', 2048, 8192, 4096),
]

const messages: readonly HostileCase[] = [
  groupExchange({
    name: 'a request cut off',
    role: 'client',
    script: (peer) => peer.send(Msg.KEX_DH_GEX_REQUEST, uint32(2048), uint32(2048)),
    expect: failed,
  }),
  groupExchange({
    name: 'a request of before the RFC with all three sizes',
    role: 'client',
    script: (peer) => peer.send(Msg.KEX_INIT, ...sizes),
    expect: failed,
  }),
  groupExchange({
    name: 'e before a request',
    role: 'client',
    script: (peer) => peer.send(Msg.KEX_DH_GEX_INIT, group[1]!),
    expect: outOfTurn,
  }),
  groupExchange({
    name: 'a request twice',
    role: 'client',
    async script(peer) {
      for (let count = 0; count < 2; count++) await peer.send(Msg.KEX_DH_GEX_REQUEST, ...sizes)
    },
    expect: outOfTurn,
  }),
  groupExchange({ name: 'f before a group', role: 'server', script: (peer) => peer.send(Msg.KEX_DH_GEX_REPLY), expect: outOfTurn }),
  groupExchange({
    name: 'a group twice',
    role: 'server',
    async script(peer) {
      for (let count = 0; count < 2; count++) await peer.send(Msg.KEX_DH_GEX_GROUP, ...group)
    },
    expect: outOfTurn,
  }),
]

for (const [provider, algorithms] of Object.entries({ portable: portableAlgorithms, 'node:crypto': nodeAlgorithms })) {
  hostile(
    `group exchange, as ${provider} does it`,
    [
      ...groups,
      ...requests,
      ...messages,
      ...publicValues('0', mpint(bytesOf(0n))),
      ...publicValues('1', mpint(bytesOf(1n))),
      ...publicValues('p − 1', mpint(bytesOf(p - 1n))),
      ...publicValues('p', mpint(bytesOf(p))),
      ...publicValues('p + 1', mpint(bytesOf(p + 1n))),
      ...publicValues('16,384 bits', mpint(bytesOf(2n ** 16_383n))),
      ...publicValues('−1', minusOne, failed),
    ],
    { server: { algorithms }, client: { algorithms } },
  )
}
