import { concatBytes, encodeAscii } from '@seashell/core/wire'
import { expect } from '../invariants.ts'
import { clientSubject, kexInit, serverSubject, type Subject } from '../support/subject.ts'
import { packetOf } from '../support/toys.ts'
import type { Outcome, Target } from '../target.ts'

const kexInitPacket = packetOf(kexInit(), new Uint8Array(0))

/** What became of a connection: why it ended, and whether the peer's version was found before. */
interface Result {
  readonly code: string | undefined
  readonly version: string
  readonly gotVersion: boolean
}

async function connect(subject: Subject, pieces: readonly Uint8Array[]): Promise<Result> {
  for (const piece of pieces) await subject.feed(piece)
  const { gotVersion, otherVersionString } = subject.transport
  const error = await subject.end()
  return { code: error?.code, version: otherVersionString, gotVersion }
}

/** Fuzzes all that comes first: the lines of RFC 4253 §4.2, and what follows them. The first byte says where the stream is cut in two. */
function defineVersionTarget(name: string, create: () => Subject, lines: readonly string[]): Target {
  return {
    name,
    share: 2,
    maxLength: 6144,
    mutations: 500,
    seeds: () => lines.map((line) => concatBytes(Uint8Array.of(5), encodeAscii(line), kexInitPacket)),
    async run(data): Promise<Outcome> {
      const [cut, bytes] = [data[0] ?? 0, data.subarray(1)]
      const whole = await connect(create(), [bytes])
      const split = await connect(create(), [bytes.subarray(0, cut), bytes.subarray(cut)])
      expect(whole.code === split.code && whole.version === split.version, 'it does not matter how a stream is cut')
      expect(!whole.gotVersion || whole.version.startsWith('SSH-'), 'a version line begins with SSH-')
      expect(whole.version.length <= 255, 'a version line has at most 255 characters')
      return whole.code === 'CONNECTION_LOST' && whole.gotVersion ? 'accepted' : 'refused'
    },
  }
}

/** A server's first bytes, as a client sees them: lines may come before. */
export const versionClient: Target = defineVersionTarget('version-client', clientSubject, [
  'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n',
  'welcome\r\nto this\nserver\r\nSSH-1.99-old\n',
  `${`${'x'.repeat(250)}\r\n`.repeat(20)}SSH-2.0-late\r\n`,
  `${'x'.repeat(300)}\r\nSSH-2.0-${'y'.repeat(240)}\r\n`,
])

/** A client's first bytes, as a server sees them. */
export const versionServer: Target = defineVersionTarget('version-server', serverSubject, [
  'SSH-2.0-PuTTY_Release_0.78\r\n',
  'SSH-2.0-a b\n',
  'GET / HTTP/1.1\r\n',
])
