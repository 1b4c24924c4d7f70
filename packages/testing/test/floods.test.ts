import {
  byte,
  disconnected,
  hostile,
  type HostileCase,
  inBothRoles,
  Msg,
  type Peer,
  Reason,
  string,
  survived,
  uint32,
} from '../src/index.ts'

const tooMany = disconnected(Reason.PROTOCOL_ERROR, /unauthenticatedPackets/)

/** The fastest of the peer's own. */
const cipher = 'aes128-gcm@openssh.com'

const messages: Record<string, Buffer> = {
  IGNORE: Buffer.concat([byte(Msg.IGNORE), string('nothing')]),
  DEBUG: Buffer.concat([byte(Msg.DEBUG), byte(0), string('nothing'), string('')]),
  UNIMPLEMENTED: Buffer.concat([byte(Msg.UNIMPLEMENTED), uint32(0)]),
  PING: Buffer.concat([byte(Msg.PING), string('nothing')]),
  'messages that nobody knows': byte(22),
}

async function flood(peer: Peer, payload: Buffer, count: number): Promise<void> {
  await peer.sendRaw(Buffer.concat(Array.from({ length: count }, () => peer.seal(payload))))
}

/** Reads while it sends, as somebody does who wants to be answered. */
async function floodAndRead(peer: Peer, payload: Buffer, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += 500) {
    await flood(peer, payload, 500)
    await peer.ping()
  }
}

function beforeAuthentication(name: string, payload: Buffer): readonly HostileCase[] {
  return [
    ...inBothRoles(`of ${name}`, {
      peer: { cipher },
      async script(peer) {
        await peer.secure()
        await flood(peer, payload, 1100)
      },
      expect: tooMany,
    }),
    ...inBothRoles(`of ${name}, while the service runs`, {
      peer: { cipher },
      async script(peer) {
        await peer.secure()
        await peer.startUserAuth()
        await flood(peer, payload, 1100)
      },
      expect: tooMany,
    }),
  ]
}

hostile(
  'floods before authentication',
  Object.entries(messages).flatMap(([name, payload]) => beforeAuthentication(name, payload)),
)

hostile(
  'floods before the keys, of peers that know no strict key exchange',
  ['IGNORE', 'DEBUG', 'UNIMPLEMENTED', 'messages that nobody knows'].flatMap((name) =>
    inBothRoles(`of ${name}`, {
      peer: { strict: false },
      async script(peer) {
        await peer.exchangeVersions()
        await flood(peer, messages[name]!, 1100)
      },
      expect: tooMany,
    }),
  ),
)

hostile(
  'floods after authentication, which are the peer’s own time',
  Object.entries(messages).flatMap(([name, payload]) =>
    inBothRoles(`5,000 of ${name}`, {
      peer: { cipher },
      async script(peer) {
        await peer.authenticate()
        await floodAndRead(peer, payload, 5000)
      },
      expect: survived,
    }),
  ),
)

const exchanges: readonly HostileCase[] = [
  ...inBothRoles('before authentication, one after another', {
    async script(peer) {
      await peer.secure()
      await peer.startUserAuth()
      if (peer.role === 'server') await peer.receive(Msg.USERAUTH_REQUEST)
      for (let count = 0; count < 20; count++) await peer.exchangeAgain()
    },
    expect: disconnected(Reason.PROTOCOL_ERROR, /limit unauthenticated/),
  }),
  ...inBothRoles('after authentication, one after another', {
    async script(peer) {
      await peer.authenticate()
      for (let count = 0; count < 20; count++) await peer.exchangeAgain()
    },
    expect: survived,
  }),
  ...inBothRoles('of KEXINIT alone', {
    async script(peer) {
      await peer.authenticate()
      for (let count = 0; count < 20; count++) await peer.sendKexInit()
    },
    expect: disconnected(Reason.PROTOCOL_ERROR),
  }),
]

hostile('floods of key exchanges', exchanges, {
  server: { limits: { unauthenticatedPackets: 40 } },
  client: { limits: { unauthenticatedPackets: 40 } },
})

hostile(
  'floods of PING whose answers are not read',
  [
    ...inBothRoles('more of them than may wait', {
      peer: { cipher },
      join: 'memory',
      async script(peer) {
        await peer.authenticate()
        peer.line.pause()
        for (let count = 0; count < 64; count++) await peer.send(Msg.PING, string(Buffer.alloc(32_768)))
        peer.line.resume()
      },
      expect: disconnected(Reason.PROTOCOL_ERROR, /queuedLength/),
    }),
    ...inBothRoles('as many as may wait', {
      peer: { cipher },
      join: 'memory',
      async script(peer) {
        await peer.authenticate()
        peer.line.pause()
        for (let count = 0; count < 30; count++) await peer.send(Msg.PING, string(Buffer.alloc(32_768)))
        peer.line.resume()
      },
      expect: survived,
    }),
  ],
  { server: { limits: { queuedLength: 1_048_576 } }, client: { limits: { queuedLength: 1_048_576 } } },
)
