import {
  byte,
  disconnected,
  filler,
  garbled,
  hostile,
  inBothRoles,
  Msg,
  type Peer,
  Reason,
  string,
  survived,
  uint32,
  unimplemented,
} from '../src/index.ts'

const notAllowed = disconnected(Reason.PROTOCOL_ERROR, /not allowed now/)

/** Messages of services, whole and well-formed, as somebody would send them who has passed authentication. */
const serviceMessages = {
  USERAUTH_REQUEST: [byte(Msg.USERAUTH_REQUEST), string('root'), string('ssh-connection'), string('none')],
  USERAUTH_SUCCESS: [byte(Msg.USERAUTH_SUCCESS)],
  USERAUTH_FAILURE: [byte(Msg.USERAUTH_FAILURE), string('password'), byte(0)],
  USERAUTH_INFO_RESPONSE: [byte(Msg.USERAUTH_INFO_RESPONSE), uint32(0)],
  GLOBAL_REQUEST: [byte(Msg.GLOBAL_REQUEST), string('tcpip-forward'), byte(1), string('0.0.0.0'), uint32(22)],
  CHANNEL_OPEN: [byte(Msg.CHANNEL_OPEN), string('session'), uint32(0), uint32(0x200000), uint32(0x8000)],
  CHANNEL_REQUEST: [byte(Msg.CHANNEL_REQUEST), uint32(0), string('exec'), byte(1), string('id')],
  CHANNEL_DATA: [byte(Msg.CHANNEL_DATA), uint32(0), string('rm -rf /\n')],
} as const

/** How far a peer is when it sends them. */
const moments = {
  'before KEXINIT': (peer: Peer) => peer.exchangeVersions(),
  async 'in the key exchange'(peer: Peer) {
    await peer.exchangeVersions()
    await peer.exchangeKexInits()
  },
  async 'before NEWKEYS'(peer: Peer) {
    await peer.exchangeVersions()
    await peer.exchangeKexInits()
    await peer.exchangeKeys()
  },
  'before any service': (peer: Peer) => peer.secure(),
} as const

for (const [moment, reach] of Object.entries(moments)) {
  hostile(
    `messages of services ${moment}`,
    Object.entries(serviceMessages).flatMap(([name, fields]) =>
      inBothRoles(name, {
        source: 'CVE-2018-10933, CVE-2023-46446, CVE-2025-32433',
        async script(peer) {
          await reach(peer)
          await peer.sendRaw(peer.seal(Buffer.concat(fields)))
        },
        expect: notAllowed,
      }),
    ),
  )
}

hostile('messages of authentication and of connections while the user is not authenticated', [
  ...(['GLOBAL_REQUEST', 'CHANNEL_OPEN', 'CHANNEL_REQUEST', 'CHANNEL_DATA'] as const).flatMap((name) =>
    inBothRoles(name, {
      source: 'CVE-2025-32433',
      async script(peer) {
        await peer.secure()
        await peer.startUserAuth()
        await peer.sendRaw(peer.seal(Buffer.concat(serviceMessages[name])))
      },
      expect: disconnected(Reason.PROTOCOL_ERROR),
    }),
  ),
  {
    name: 'client: USERAUTH_SUCCESS, as if it were the server',
    source: 'CVE-2018-10933',
    role: 'client',
    async script(peer) {
      await peer.secure()
      await peer.startUserAuth()
      await peer.send(Msg.USERAUTH_SUCCESS)
      await peer.send(Msg.CHANNEL_OPEN, string('session'), uint32(0), uint32(0x200000), uint32(0x8000))
    },
    expect: disconnected(Reason.PROTOCOL_ERROR),
  },
  {
    name: 'server: USERAUTH_SUCCESS before the service was accepted',
    role: 'server',
    async script(peer) {
      await peer.secure()
      await peer.receive(Msg.SERVICE_REQUEST)
      await peer.send(Msg.USERAUTH_SUCCESS)
    },
    expect: notAllowed,
  },
])

hostile('NEWKEYS', [
  ...inBothRoles('first of all', { script: (peer) => peer.exchangeVersions().then(() => peer.send(Msg.NEWKEYS)), expect: notAllowed }),
  ...inBothRoles('behind KEXINIT', {
    async script(peer) {
      await peer.exchangeVersions()
      await peer.exchangeKexInits()
      await peer.send(Msg.NEWKEYS)
    },
    expect: notAllowed,
  }),
  ...inBothRoles('twice, the second under the new keys', {
    async script(peer) {
      await peer.secure()
      await peer.send(Msg.NEWKEYS)
    },
    expect: notAllowed,
  }),
  ...inBothRoles('twice, both without keys', {
    async script(peer) {
      await peer.exchangeVersions()
      await peer.exchangeKexInits()
      await peer.exchangeKeys()
      await peer.send(Msg.NEWKEYS)
      await peer.send(Msg.NEWKEYS)
      await peer.sendRaw(filler)
    },
    expect: garbled,
  }),
  ...inBothRoles('with a payload', {
    async script(peer) {
      await peer.exchangeVersions()
      await peer.exchangeKexInits()
      await peer.exchangeKeys()
      await peer.send(Msg.NEWKEYS, string('and more'))
    },
    expect: disconnected(Reason.PROTOCOL_ERROR, /NEWKEYS goes on/),
  }),
  ...inBothRoles('of a re-exchange, behind KEXINIT', {
    async script(peer) {
      await peer.authenticate()
      peer.kexInits = {}
      await peer.exchangeKexInits()
      await peer.send(Msg.NEWKEYS)
    },
    expect: notAllowed,
  }),
  ...inBothRoles('left out: new keys are used without it', {
    async script(peer) {
      await peer.exchangeVersions()
      await peer.exchangeKexInits()
      await peer.exchangeKeys()
      peer.switchOutgoing()
      await peer.send(Msg.IGNORE, string(''))
      await peer.sendRaw(filler)
    },
    expect: garbled,
  }),
  ...inBothRoles('sent, and the old keys are used on', {
    async script(peer) {
      await peer.exchangeVersions()
      await peer.exchangeKexInits()
      await peer.exchangeKeys()
      await peer.send(Msg.NEWKEYS)
      await peer.send(Msg.IGNORE, string(''))
      await peer.sendRaw(filler)
    },
    expect: garbled,
  }),
])

hostile('messages of a key exchange', [
  ...inBothRoles('where none runs', {
    async script(peer) {
      await peer.secure()
      await peer.send(Msg.KEX_INIT, string(Buffer.alloc(32, 9)))
    },
    expect: notAllowed,
  }),
  ...inBothRoles('before KEXINIT', {
    async script(peer) {
      await peer.exchangeVersions()
      await peer.send(Msg.KEX_INIT, string(Buffer.alloc(32, 9)))
    },
    expect: notAllowed,
  }),
  ...inBothRoles('of the other role', {
    async script(peer) {
      await peer.exchangeVersions()
      await peer.exchangeKexInits()
      await peer.send(peer.role === 'client' ? Msg.KEX_REPLY : Msg.KEX_INIT, string(Buffer.alloc(32, 9)))
    },
    expect: disconnected(Reason.PROTOCOL_ERROR, /expected message/),
  }),
  ...inBothRoles('of another method', {
    async script(peer) {
      await peer.exchangeVersions()
      await peer.exchangeKexInits()
      await peer.send(Msg.KEX_DH_GEX_REQUEST, uint32(2048), uint32(2048), uint32(8192))
    },
    expect: disconnected(Reason.PROTOCOL_ERROR, /expected message/),
  }),
  {
    name: 'client: the first twice',
    role: 'client',
    async script(peer) {
      await peer.exchangeVersions()
      await peer.exchangeKexInits()
      await peer.sendPublicValue()
      await peer.send(Msg.KEX_INIT, string(Buffer.alloc(32, 9)))
    },
    expect: notAllowed,
  },
  {
    name: 'server: the reply twice',
    role: 'server',
    async script(peer) {
      await peer.exchangeVersions()
      await peer.exchangeKexInits()
      const init = await peer.receive(Msg.KEX_INIT)
      await peer.answerPublicValue(init)
      await peer.send(Msg.KEX_REPLY, string(peer.options.hostKey.blob), string(Buffer.alloc(32, 9)), string(Buffer.alloc(83)))
    },
    expect: notAllowed,
  },
  {
    name: 'client: the first with something behind its end',
    role: 'client',
    async script(peer) {
      await peer.exchangeVersions()
      await peer.exchangeKexInits()
      await peer.send(Msg.KEX_INIT, string(Buffer.alloc(32, 9)), byte(0))
    },
    expect: disconnected(Reason.KEY_EXCHANGE_FAILED, /goes on/),
  },
  {
    name: 'client: the first cut off',
    role: 'client',
    async script(peer) {
      await peer.exchangeVersions()
      await peer.exchangeKexInits()
      await peer.send(Msg.KEX_INIT, uint32(32), Buffer.alloc(31, 9))
    },
    expect: disconnected(Reason.KEY_EXCHANGE_FAILED, /ends early/),
  },
])

hostile('EXT_INFO', [
  ...inBothRoles('before the keys', {
    source: 'CVE-2023-46445',
    async script(peer) {
      await peer.exchangeVersions()
      await peer.exchangeKexInits()
      await peer.send(Msg.EXT_INFO, uint32(1), string('server-sig-algs'), string('ssh-rsa'))
    },
    expect: notAllowed,
  }),
  ...inBothRoles('before the keys, of a peer that knows no strict key exchange', {
    source: 'CVE-2023-46445',
    peer: { strict: false },
    async script(peer) {
      await peer.exchangeVersions()
      await peer.exchangeKexInits()
      await peer.send(Msg.EXT_INFO, uint32(1), string('server-sig-algs'), string('ssh-rsa'))
    },
    expect: notAllowed,
  }),
  ...inBothRoles('after authentication', {
    source: 'RFC 8308 §2.4',
    async script(peer) {
      await peer.authenticate()
      await peer.send(Msg.EXT_INFO, uint32(0))
    },
    expect: notAllowed,
  }),
  ...inBothRoles('behind another message, in front of none that may follow', {
    source: 'RFC 8308 §2.4',
    async script(peer) {
      await peer.secure()
      await peer.send(Msg.IGNORE, string(''))
      await peer.send(Msg.EXT_INFO, uint32(0))
      await peer.send(Msg.IGNORE, string(''))
    },
    expect: notAllowed,
  }),
  {
    name: 'client: twice',
    source: 'RFC 8308 §2.4',
    role: 'client',
    async script(peer) {
      await peer.secure()
      for (let count = 0; count < 2; count++) await peer.send(Msg.EXT_INFO, uint32(0))
    },
    expect: notAllowed,
  },
  {
    name: 'server: behind NEWKEYS and right before USERAUTH_SUCCESS, where it may be',
    source: 'RFC 8308 §2.4',
    role: 'server',
    async script(peer) {
      await peer.secure()
      await peer.send(Msg.EXT_INFO, uint32(0))
      await peer.startUserAuth()
      await peer.receive(Msg.USERAUTH_REQUEST)
      await peer.send(Msg.EXT_INFO, uint32(1), string('server-sig-algs'), string('ssh-ed25519'))
      await peer.sendSuccess()
    },
    expect: survived,
  },
  ...[Msg.USERAUTH_FAILURE, Msg.USERAUTH_BANNER, Msg.EXT_INFO, Msg.DEBUG, Msg.PING, 8].map((number) => ({
    name: `server: before message ${number} in place of USERAUTH_SUCCESS`,
    source: 'RFC 8308 §2.4',
    role: 'server' as const,
    async script(peer: Peer) {
      await peer.secure()
      await peer.startUserAuth()
      await peer.receive(Msg.USERAUTH_REQUEST)
      await peer.send(Msg.EXT_INFO, uint32(0))
      await peer.send(number, uint32(0))
    },
    expect: notAllowed,
  })),
  ...inBothRoles('of 2^32 − 1 extensions, and none', {
    source: 'RFC 8308 §2.3',
    async script(peer) {
      await peer.secure()
      await peer.send(Msg.EXT_INFO, uint32(2 ** 32 - 1))
    },
    expect: disconnected(Reason.PROTOCOL_ERROR, /ends early/),
  }),
  ...inBothRoles('of names that every object has', {
    async script(peer) {
      await peer.secure()
      await peer.send(Msg.EXT_INFO, uint32(2), ...['__proto__', 'polluted', 'constructor', 'polluted'].map(string))
    },
    expect: survived,
  }),
  ...inBothRoles('of algorithms that nobody knows', {
    async script(peer) {
      await peer.secure()
      await peer.send(Msg.EXT_INFO, uint32(1), string('server-sig-algs'), string(',,\u0000,\u00FF,'))
    },
    expect: survived,
  }),
])

hostile('messages that nobody knows', [
  ...inBothRoles('0, 8, 22 and 128', {
    source: 'RFC 4253 §11.4',
    async script(peer) {
      await peer.secure()
      for (const number of [0, 8, 22, 128]) await peer.send(number, string('what is this?'))
    },
    expect: unimplemented(0, 1, 2, 3),
  }),
  ...inBothRoles('with the sequence numbers that a peer without strict key exchange goes on with', {
    source: 'RFC 4253 §11.4',
    peer: { strict: false },
    async script(peer) {
      await peer.secure()
      await peer.send(19)
    },
    expect: unimplemented(3),
  }),
  ...inBothRoles('UNIMPLEMENTED for packets that were never sent', {
    async script(peer) {
      await peer.secure()
      for (const sequence of [0, 7, 2 ** 32 - 1]) await peer.send(Msg.UNIMPLEMENTED, uint32(sequence))
    },
    expect: survived,
  }),
  ...inBothRoles('UNIMPLEMENTED cut off', {
    async script(peer) {
      await peer.secure()
      await peer.send(Msg.UNIMPLEMENTED, Buffer.alloc(3))
    },
    expect: disconnected(Reason.PROTOCOL_ERROR, /ends early/),
  }),
  ...inBothRoles('PONG that answers nothing', {
    async script(peer) {
      await peer.secure()
      await peer.send(Msg.PONG, string('pong'))
    },
    expect: disconnected(Reason.PROTOCOL_ERROR, /PONG/),
  }),
  ...inBothRoles('DEBUG of terminal escapes and of bytes that are no text', {
    async script(peer) {
      await peer.secure()
      await peer.send(Msg.DEBUG, byte(1), string('\u001B[2J\u0007'), string(''))
      await peer.send(Msg.DEBUG, byte(1), string(Buffer.alloc(64, 0xff)), string(Buffer.alloc(64, 0xff)))
    },
    expect: survived,
  }),
])
