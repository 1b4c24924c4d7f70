import { constants, deflateRawSync } from 'node:zlib'
import {
  byte,
  disconnected,
  hostile,
  type HostileCase,
  inBothRoles,
  Msg,
  nodeAlgorithms,
  type Peer,
  portableAlgorithms,
  Reason,
  string,
  survived,
} from '../src/index.ts'

const compressionError = disconnected(Reason.COMPRESSION_ERROR)
const sync = { finishFlush: constants.Z_SYNC_FLUSH, level: 9 }
const ignore = (length: number): Buffer => Buffer.concat([byte(Msg.IGNORE), string(Buffer.alloc(length))])

/** A packet that holds deflate blocks as they are. */
async function sendBlocks(peer: Peer, blocks: Uint8Array): Promise<void> {
  const { deflater } = peer.outgoing
  const wrapped = deflater!.wrap(blocks)
  delete peer.outgoing.deflater
  const packet = peer.seal(wrapped)
  peer.outgoing.deflater = deflater
  await peer.sendRaw(packet)
}

const blocks: Record<string, readonly [Uint8Array, HostileCase['expect']]> = {
  'a bomb: 64 MiB of zeros in 64 KiB': [deflateRawSync(ignore(64 * 1024 * 1024), sync), compressionError],
  'one byte more than may be': [deflateRawSync(ignore(262_144 - 4), sync), compressionError],
  'just as much as may be': [deflateRawSync(ignore(262_144 - 5), sync), survived],
  'nothing but a flush': [Buffer.of(0, 0, 0, 0xff, 0xff), compressionError],
  'a block of a type that is none': [Buffer.of(0b111, 0, 0, 0), compressionError],
  'a stored block whose length is wrong': [Buffer.of(0, 5, 0, 5, 0, 2, 0, 0, 0, 0), compressionError],
  'a distance beyond the beginning': [Buffer.from('4bd40300', 'hex').with(0, 0x03), compressionError],
  'Huffman codes that are no tree': [Buffer.of(0b00000100, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), compressionError],
}

/** Before authentication where compression is not delayed, and after it. */
const moments = {
  zlib: (peer: Peer) => peer.secure(),
  'zlib@openssh.com': (peer: Peer) => peer.authenticate(),
}

for (const [provider, algorithms] of Object.entries({ portable: portableAlgorithms, 'node:zlib': nodeAlgorithms })) {
  for (const [compression, reach] of Object.entries(moments)) {
    hostile(
      `${compression}, as ${provider} inflates it`,
      [
        ...Object.entries(blocks).flatMap(([name, [bytes, expectation]]) =>
          inBothRoles(name, {
            peer: { compression },
            async script(peer) {
              await reach(peer)
              await sendBlocks(peer, bytes)
            },
            expect: expectation,
          }),
        ),
        ...inBothRoles('no header', {
          peer: { compression },
          async script(peer) {
            await reach(peer)
            delete peer.outgoing.deflater
            await peer.send(Msg.IGNORE, string('not compressed'))
          },
          expect: compressionError,
        }),
        ...inBothRoles('a second stream behind the end of the first', {
          peer: { compression },
          async script(peer) {
            await reach(peer)
            await sendBlocks(peer, deflateRawSync(ignore(10)))
            await sendBlocks(peer, deflateRawSync(ignore(10)))
          },
          expect: compressionError,
        }),
      ],
      { server: { algorithms }, client: { algorithms } },
    )
  }
}
