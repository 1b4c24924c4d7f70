// Twisted Conch's behaviours 1 to 12: identification lines and what surrounds them.
import { describe, expect, it } from 'vitest'
import { ToyStream } from '../support/stream.ts'
import { disconnectOf, joined, numbers, settle, ToyClient, toyClient, toyServer, type ToyTransport } from '../support/transports.ts'
import { toyRegistry } from '../support/toys.ts'

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)

function attached<Transport extends ToyTransport>(transport: Transport): { transport: Transport; stream: ToyStream } {
  const stream = new ToyStream()
  transport.makeConnection(stream)
  return { transport, stream }
}

/** A client that writes down which versions it was told are not supported. */
class Counting extends ToyClient {
  readonly unsupported: string[] = []

  protected override unsupportedVersionReceived(remoteVersion: string): void {
    this.unsupported.push(remoteVersion)
  }
}

const counting = (): Counting => attached(new Counting({ algorithms: toyRegistry() })).transport

describe('versions', () => {
  it('conch 1: the first bytes are the identification line; the software part has neither space nor minus', () => {
    expect(new TextDecoder().decode(attached(toyClient()).stream.bytes)).toMatch(/^SSH-2\.0-[!-,.-~]+\r\n/)
    for (const version of ['', 'a b', 'a-b', 'ä', 'a\n']) {
      expect(() => toyClient({ version }).ourVersionString).toThrow(expect.objectContaining({ code: 'ARGUMENT', fault: 'caller' }))
    }
    for (const comment of ['ä', 'a\r\nb', 'x'.repeat(240)]) {
      expect(() => toyClient({ comment }).ourVersionString).toThrow(expect.objectContaining({ code: 'ARGUMENT' }))
    }
  })

  it('conch 2: KEXINIT follows without waiting for the peer, in the same write', () => {
    const { transport, stream } = attached(toyServer())
    expect(numbers(transport.probe.sent)).toStrictEqual([20])
    expect(stream.written).toHaveLength(1)
    expect(stream.bytes[stream.bytes.indexOf(0x0a) + 6]).toBe(20)
  })

  it('conch 3: more than 4096 bytes without a version line disconnect, 4096 do not, in whatever chunks', async () => {
    for (const chunk of [1, 100, 4097]) {
      const { transport } = attached(toyClient())
      const garbage = new Uint8Array(4096).fill(0x61)
      for (let offset = 0; offset < garbage.length; offset += chunk) transport.dataReceived(garbage.subarray(offset, offset + chunk))
      expect(disconnectOf(transport)).toBeUndefined()
      transport.dataReceived(ascii('a'))
      expect((await transport.closed)?.message).toContain('bannerLength')
    }
  })

  it('conch 4: lines before SSH- are ignored, byte by byte too', () => {
    const { transport } = attached(toyClient())
    for (const byte of ascii('Welcome\r\nSSH is what we speak\r\nSSH-2.0-x y\r\n')) transport.dataReceived(Uint8Array.of(byte))
    expect(transport.otherVersionString).toBe('SSH-2.0-x y')
  })

  it('conch 5: SSH-1.99 is accepted as 2.0', async () => {
    const { transport } = attached(toyClient())
    transport.dataReceived(ascii('SSH-1.99-x\r\n'))
    expect([transport.gotVersion, disconnectOf(transport)]).toStrictEqual([true, undefined])
  })

  it('conch 6: a line that ends in LF alone is accepted, and what is stored has no line end', () => {
    const { transport } = attached(toyClient())
    transport.dataReceived(ascii('SSH-2.0-x\n'))
    expect(transport.otherVersionString).toBe('SSH-2.0-x')
  })

  it('conch 7: trailing spaces are kept', async () => {
    const { transport } = attached(toyClient())
    transport.dataReceived(ascii('SSH-2.0-x  \r\n'))
    expect(transport.otherVersionString).toBe('SSH-2.0-x  ')
    const { client, server } = joined({ client: { comment: 'c  ' } })
    await settle()
    expect([server.otherVersionString, client.sessionID]).toStrictEqual(['SSH-2.0-SeaShell c  ', server.sessionID])
  })

  it('conch 8: a version in supportedVersions is accepted without the hook', () => {
    const client = counting()
    client.supportedVersions = ['9.99']
    client.dataReceived(ascii('SSH-9.99-x\r\n'))
    expect([client.unsupported, client.gotVersion]).toStrictEqual([[], true])
  })

  it('conch 9: one that is not in it calls the hook once', () => {
    const client = counting()
    client.supportedVersions = ['2.0']
    client.dataReceived(ascii('SSH-9.99-x\r\n'))
    expect(client.unsupported).toStrictEqual(['9.99'])
  })

  it('conch 10: other versions and other protocols lead to DISCONNECT 8 and the end', async () => {
    for (const line of ['SSH-1.5-x', 'SSH-3.0-x', 'GET / HTTP/1.1', 'SSH-2.0', 'ssh-2.0-x']) {
      const { transport, stream } = attached(toyServer())
      transport.dataReceived(ascii(`${line}\r\n`))
      expect(await transport.closed).toMatchObject({ code: 'VERSION', fault: 'peer', reason: 8 })
      expect([disconnectOf(transport)?.reason, stream.ended]).toStrictEqual([8, true])
    }
  })

  it('conch 11: bytes behind the line are parsed as packets', async () => {
    const { transport } = attached(toyClient())
    transport.dataReceived(Uint8Array.from([...ascii('SSH-2.0-x\r\n'), 0, 0, 0, 12, 6, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]))
    expect(numbers(transport.probe.received)).toStrictEqual([2])
    expect(transport.buf).toStrictEqual(Uint8Array.of(9))
  })

  it('conch 12: a transport that is fed its own output parses version and KEXINIT', async () => {
    const { transport, stream } = attached(toyClient())
    await settle()
    transport.dataReceived(stream.bytes)
    expect([transport.otherVersionString, numbers(transport.probe.received)]).toStrictEqual([transport.ourVersionString, [20]])
    expect(transport.otherKexInitPayload).toStrictEqual(transport.ourKexInitPayload)
  })
})

describe('defects of Conch', () => {
  it('conch C1: a line before the version may come in a segment of its own', () => {
    const { transport } = attached(toyClient())
    transport.dataReceived(ascii('Welcome to host\r\n'))
    transport.dataReceived(ascii('SSH-2.0-x\r\n'))
    expect([disconnectOf(transport), transport.otherVersionString]).toStrictEqual([undefined, 'SSH-2.0-x'])
  })

  it('conch C13: after the guard nothing is kept', async () => {
    const { transport } = attached(toyClient())
    transport.dataReceived(new Uint8Array(5000).fill(0x61))
    transport.dataReceived(new Uint8Array(5000).fill(0x61))
    expect(transport.buf).toHaveLength(0)
    expect((await transport.closed)?.code).toBe('LIMIT')
  })

  it('conch C14: what follows the version line does not count for the guard', () => {
    const { transport } = attached(toyServer())
    const packet = Uint8Array.from([0, 0, 0x27, 0x0c, 6, 2, ...new Uint8Array(9994)])
    transport.dataReceived(Uint8Array.from([...ascii('SSH-2.0-x\r\n'), ...packet]))
    expect([disconnectOf(transport), numbers(transport.probe.received)]).toStrictEqual([undefined, [2]])
  })

  it('conch C15: of two version lines the first counts, and the second is no packet', async () => {
    const { transport } = attached(toyClient())
    transport.dataReceived(ascii('SSH-2.0-first\r\nSSH-2.0-second\r\n'))
    expect(transport.otherVersionString).toBe('SSH-2.0-first')
    expect((await transport.closed)?.code).toBe('LIMIT')
  })
})
