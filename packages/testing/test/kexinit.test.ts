import { randomBytes } from 'node:crypto'
import {
  byte,
  disconnected,
  hostile,
  type HostileCase,
  inBothRoles,
  type KexInitChanges,
  Msg,
  nameList,
  type Peer,
  Reason,
  string,
  survived,
  uint32,
} from '../src/index.ts'

/** A peer whose first KEXINIT says this. */
function offers(
  name: string,
  changes: KexInitChanges,
  expectation: HostileCase['expect'],
  source = 'RFC 4253 §7.1',
): readonly HostileCase[] {
  return inBothRoles(name, {
    source,
    async script(peer) {
      await peer.exchangeVersions()
      await peer.exchangeKexInits(changes)
    },
    expect: expectation,
  })
}

/** A peer that sends these bytes as KEXINIT. */
function sends(name: string, payload: (peer: Peer) => Uint8Array, expectation: HostileCase['expect']): readonly HostileCase[] {
  return inBothRoles(name, {
    source: 'RFC 4253 §7.1',
    async script(peer) {
      await peer.exchangeVersions()
      await peer.sendRaw(peer.seal(payload(peer)))
    },
    expect: expectation,
  })
}

const malformed = disconnected(Reason.PROTOCOL_ERROR)
const nothingCommon = disconnected(Reason.KEY_EXCHANGE_FAILED, /^no common/)
const strictMarkers = ['kex-strict-c-v00@openssh.com', 'kex-strict-s-v00@openssh.com']

hostile('names in KEXINIT', [
  ...offers('that are not ASCII', { ciphers: ['aes256-gcm@öpenssh.com'] }, disconnected(Reason.PROTOCOL_ERROR, /US-ASCII/)),
  ...offers('with a NUL', { keyExchanges: ['curve25519-sha256\0'] }, disconnected(Reason.PROTOCOL_ERROR, /US-ASCII/)),
  ...offers(
    'with a newline, for a log',
    { macs: ['hmac-sha2-256\nAccepted password for root'] },
    disconnected(Reason.PROTOCOL_ERROR, /US-ASCII/),
  ),
  ...offers('with a space', { languages: ['en de'] }, disconnected(Reason.PROTOCOL_ERROR, /US-ASCII/)),
  ...offers('none at all', { keyExchanges: [] }, nothingCommon),
  ...offers('none of ciphers', { ciphers: [] }, nothingCommon),
  ...offers('empty ones', { ciphers: ['', '', ''] }, nothingCommon),
  ...offers('that nobody knows', { publicKeys: ['ssh-mallory'] }, nothingCommon),
  ...offers('of ciphers nobody should use', { ciphers: ['none'] }, nothingCommon),
  ...offers('of no MAC', { ciphers: ['aes128-ctr'], macs: ['none'] }, nothingCommon),
  ...offers('of markers alone', { keyExchanges: ['ext-info-c', 'ext-info-s', ...strictMarkers] }, nothingCommon),
  ...offers('of properties that every object has', { keyExchanges: ['__proto__', 'constructor', 'toString'] }, nothingCommon),
  ...offers(
    '100,000 of them',
    { keyExchanges: Array.from({ length: 100_000 }, () => 'a') },
    disconnected(Reason.PROTOCOL_ERROR, /nameListLength/),
  ),
  ...offers('500 of them, none known', { keyExchanges: Array.from({ length: 500 }, () => 'a') }, nothingCommon),
  ...offers('one of 100,000 characters', { keyExchanges: ['a'.repeat(100_000)] }, disconnected(Reason.PROTOCOL_ERROR, /nameListLength/)),
])

hostile('the form of KEXINIT', [
  ...sends('nothing behind the number', () => byte(Msg.KEXINIT), malformed),
  ...sends('no whole cookie', () => Buffer.concat([byte(Msg.KEXINIT), randomBytes(15)]), malformed),
  ...sends(
    'a list that says to be longer than the packet',
    () => Buffer.concat([byte(Msg.KEXINIT), randomBytes(16), uint32(2 ** 32 - 1)]),
    malformed,
  ),
  ...sends(
    'nine lists instead of ten',
    () => Buffer.concat([byte(Msg.KEXINIT), randomBytes(16), ...Array.from({ length: 9 }, () => nameList(['a']))]),
    malformed,
  ),
  ...sends('without its last byte', (peer) => peer.kexInit().subarray(0, -1), malformed),
  ...inBothRoles('with something behind its end, where it can grow', {
    async script(peer) {
      await peer.exchangeVersions()
      await peer.exchangeKexInits({ trailer: Buffer.from('and more') })
      await peer.exchangeKeys()
      await peer.exchangeNewKeys()
    },
    expect: survived,
  }),
])

hostile('KEXINIT again', [
  ...inBothRoles('at once', {
    source: 'RFC 4253 §9',
    async script(peer) {
      await peer.exchangeVersions()
      await peer.exchangeKexInits()
      await peer.sendKexInit()
    },
    expect: malformed,
  }),
  ...inBothRoles('behind the messages of the method', {
    source: 'RFC 4253 §9',
    async script(peer) {
      await peer.exchangeVersions()
      await peer.exchangeKexInits()
      await peer.exchangeKeys()
      await peer.send(Msg.KEXINIT, peer.kexInit().subarray(1))
    },
    expect: malformed,
  }),
  ...inBothRoles('twice, in an exchange of its own', {
    source: 'RFC 4253 §9',
    async script(peer) {
      await peer.authenticate()
      peer.kexInits = {}
      await peer.exchangeKexInits()
      await peer.sendKexInit()
    },
    expect: malformed,
  }),
  ...inBothRoles('with the marker of strict key exchange for the first time, which then counts for nothing', {
    source: 'OpenSSH PROTOCOL §1.10',
    peer: { strict: false },
    async script(peer) {
      await peer.authenticate()
      peer.kexInits = {}
      await peer.exchangeKexInits({ keyExchanges: [peer.options.keyExchange, ...strictMarkers] })
      await peer.send(Msg.IGNORE, string(''))
      await peer.exchangeKeys()
      await peer.exchangeNewKeys()
    },
    expect: survived,
  }),
  ...inBothRoles('without that marker, which counts from the first time', {
    source: 'OpenSSH PROTOCOL §1.10',
    async script(peer) {
      await peer.authenticate()
      peer.kexInits = {}
      await peer.exchangeKexInits({ keyExchanges: [peer.options.keyExchange] })
      await peer.exchangeKeys()
      await peer.exchangeNewKeys()
    },
    expect: survived,
  }),
  ...inBothRoles('of other algorithms than before, none of them known', {
    async script(peer) {
      await peer.authenticate()
      peer.kexInits = {}
      await peer.exchangeKexInits({ ciphers: ['none'] })
    },
    expect: nothingCommon,
  }),
])

/** A first message of the exchange that cannot be right, whatever method is agreed on. */
const wrongGuess = Buffer.concat([byte(Msg.KEX_INIT), string('a guess')])

/** Names of which the first is one that our server does not have: the guess that follows is wrong. */
const wrongFirst = ['diffie-hellman-group1-sha1', 'curve25519-sha256']

/** A client's KEXINIT that says that the first message of the exchange follows at once. */
async function announceGuess(peer: Peer, keyExchanges: readonly string[], changes: KexInitChanges = {}): Promise<void> {
  await peer.exchangeVersions()
  await peer.sendKexInit({ keyExchanges: [...keyExchanges, ...strictMarkers.slice(0, 1)], firstKexPacketFollows: true, ...changes })
}

hostile('a guess at the first message of the exchange', [
  {
    name: 'client: a wrong one, as the first names tell, is passed over',
    source: 'RFC 4253 §7',
    role: 'client',
    async script(peer) {
      await announceGuess(peer, wrongFirst)
      await peer.sendRaw(peer.seal(wrongGuess))
      await peer.receive(Msg.KEXINIT)
      await peer.exchangeKeys()
      await peer.exchangeNewKeys()
    },
    expect: survived,
  },
  {
    name: 'client: one wrong because of the host key alone is passed over',
    source: 'RFC 4253 §7',
    role: 'client',
    async script(peer) {
      await announceGuess(peer, ['mlkem768x25519-sha256'], { publicKeys: ['ecdsa-sha2-nistp256', 'ssh-ed25519'] })
      await peer.sendRaw(peer.seal(wrongGuess))
      await peer.send(Msg.KEX_INIT, string(Buffer.alloc(1216)))
    },
    expect: disconnected(Reason.KEY_EXCHANGE_FAILED, /X25519/),
  },
  {
    name: 'client: two wrong ones: the second is refused',
    source: 'RFC 4253 §7',
    role: 'client',
    async script(peer) {
      await announceGuess(peer, wrongFirst)
      await peer.sendRaw(peer.seal(wrongGuess))
      await peer.sendRaw(peer.seal(wrongGuess))
    },
    expect: disconnected(Reason.KEY_EXCHANGE_FAILED),
  },
  {
    name: 'client: one that was announced and is right by the first names is not passed over',
    source: 'RFC 4253 §7',
    role: 'client',
    async script(peer) {
      await announceGuess(peer, ['mlkem768x25519-sha256'])
      await peer.sendRaw(peer.seal(wrongGuess))
    },
    expect: disconnected(Reason.KEY_EXCHANGE_FAILED),
  },
  {
    name: 'client: announced and wrong, and another message instead of it',
    source: 'OpenSSH PROTOCOL §1.10',
    role: 'client',
    async script(peer) {
      await announceGuess(peer, wrongFirst)
      await peer.send(Msg.IGNORE, string(''))
    },
    expect: malformed,
  },
  {
    name: 'server: a wrong one is passed over',
    source: 'RFC 4253 §7',
    role: 'server',
    async script(peer) {
      await peer.exchangeVersions()
      await peer.exchangeKexInits({
        keyExchanges: ['ecdh-sha2-nistp256', 'curve25519-sha256', ...strictMarkers.slice(1)],
        firstKexPacketFollows: true,
      })
    },
    client: { choices: { keyExchanges: ['curve25519-sha256'] } },
    expect: async (encounter) => {
      const { peer } = encounter
      await peer.sendRaw(peer.seal(wrongGuess))
      await peer.exchangeKeys()
      await peer.exchangeNewKeys()
      await survived(encounter)
    },
  },
])
