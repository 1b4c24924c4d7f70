import { disconnected, hostile, type HostileCase, inBothRoles, type Peer, Reason, survived } from '../src/index.ts'

/** What stands where the identification line should (RFC 4253 §4.2). */
function says(name: string, line: string | Uint8Array, expectation: HostileCase['expect']): readonly HostileCase[] {
  return inBothRoles(name, { script: (peer) => say(peer, line), expect: expectation })
}

async function say(peer: Peer, line: string | Uint8Array): Promise<void> {
  await peer.receiveVersion()
  await peer.sendRaw(line)
}

hostile('the identification line', [
  ...says('of SSH 1.5', 'SSH-1.5-Mallory\r\n', disconnected(Reason.PROTOCOL_VERSION_NOT_SUPPORTED)),
  ...says('of SSH 3.0', 'SSH-3.0-Mallory\r\n', disconnected(Reason.PROTOCOL_VERSION_NOT_SUPPORTED)),
  ...says('of no version', 'SSH-\r\n', disconnected(Reason.PROTOCOL_VERSION_NOT_SUPPORTED)),
  ...says('without a software version', 'SSH-2.0\r\n', disconnected(Reason.PROTOCOL_VERSION_NOT_SUPPORTED)),
  ...says('with a NUL', 'SSH-2.0-Mal\0lory\r\n', disconnected(Reason.PROTOCOL_ERROR, /NUL/)),
  ...says('that never ends', `SSH-2.0-${'x'.repeat(100_000)}`, disconnected(Reason.PROTOCOL_ERROR, /versionLineLength/)),
  ...says('of 256 bytes', `SSH-2.0-${'x'.repeat(246)}\r\n`, disconnected(Reason.PROTOCOL_ERROR, /versionLineLength/)),
  ...says('of terminal escapes', 'SSH-1.0-\u001B[2J\u001B]0;owned\u0007\r\n', disconnected(Reason.PROTOCOL_VERSION_NOT_SUPPORTED)),
  ...says(
    'of bytes from 128 up',
    Buffer.from('SSH-9.9-\u0080\u0085\u009B31m\r\n', 'latin1'),
    disconnected(Reason.PROTOCOL_VERSION_NOT_SUPPORTED),
  ),
  {
    name: 'server: lines before it that never end (CVE-2026-48108)',
    role: 'server',
    script: (peer) => say(peer, 'all work and no play\r\n'.repeat(10_000)),
    expect: disconnected(Reason.PROTOCOL_ERROR, /bannerLength/),
  },
  {
    name: 'server: one line before it that never ends',
    role: 'server',
    script: (peer) => say(peer, 'x'.repeat(1_000_000)),
    expect: disconnected(Reason.PROTOCOL_ERROR, /bannerLength/),
  },
  {
    name: 'client: HTTP',
    role: 'client',
    script: (peer) => say(peer, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
    expect: disconnected(Reason.PROTOCOL_VERSION_NOT_SUPPORTED),
  },
  {
    name: 'client: TLS',
    role: 'client',
    script: (peer) => say(peer, Buffer.from('16030100f4010000f00303', 'hex')),
    expect: disconnected(Reason.PROTOCOL_VERSION_NOT_SUPPORTED),
  },
  {
    name: 'client: a line before it, which only servers may send',
    role: 'client',
    script: (peer) => say(peer, 'hello\r\nSSH-2.0-Mallory\r\n'),
    expect: disconnected(Reason.PROTOCOL_VERSION_NOT_SUPPORTED),
  },
  ...inBothRoles('twice', {
    async script(peer) {
      await peer.exchangeVersions()
      await peer.sendVersion()
    },
    expect: disconnected(Reason.PROTOCOL_ERROR, /packetLength/),
  }),
  ...inBothRoles('one byte at a time, as everything after it', {
    async script(peer) {
      await peer.receiveVersion()
      for (const character of `${peer.options.version}\r\n`) await peer.sendRaw(character)
      for (const value of peer.seal((peer.kexInits.ours = peer.kexInit()))) await peer.sendRaw(Buffer.of(value))
      await peer.receive(20)
      await peer.exchangeKeys()
      await peer.exchangeNewKeys()
    },
    expect: survived,
  }),
  ...inBothRoles('without CR, as old peers send it', {
    async script(peer) {
      await peer.sendRaw(`${peer.options.version}\n`)
      await peer.receiveVersion()
      await peer.exchangeKexInits()
      await peer.exchangeKeys()
      await peer.exchangeNewKeys()
    },
    expect: survived,
  }),
])
