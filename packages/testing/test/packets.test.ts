import {
  byte,
  disconnected,
  type Expectation,
  filler,
  garbled,
  hostile,
  inBothRoles,
  type Malformation,
  Msg,
  type PeerOptions,
  Reason,
  string,
  survived,
} from '../src/index.ts'

const ignore = Buffer.concat([byte(Msg.IGNORE), string('0123456789')])

/** Malformed packets that are authentic: the sender has the keys. Lengths fit blocks of 8 and 16 bytes in every framing unless they say not. */
const malformations: Record<string, readonly [Malformation, Expectation]> = {
  'packet length 0': [{ packetLength: 0 }, disconnected(Reason.PROTOCOL_ERROR, /packet length of 0/)],
  'packet length 1': [{ packetLength: 1 }, disconnected(Reason.PROTOCOL_ERROR, /packet length of 1/)],
  'packet length 5': [{ packetLength: 5 }, disconnected(Reason.PROTOCOL_ERROR, /packet length of 5/)],
  'packet length 2^31': [{ packetLength: 2 ** 31 }, disconnected(Reason.PROTOCOL_ERROR, /packetLength/)],
  'packet length 2^32 − 1': [{ packetLength: 2 ** 32 - 1 }, disconnected(Reason.PROTOCOL_ERROR, /packetLength/)],
  'packet length of one more than the limit': [{ packetLength: 262_145 }, disconnected(Reason.PROTOCOL_ERROR, /packetLength/)],
  'packet length that does not fill blocks': [{ packetLength: 33 }, disconnected(Reason.PROTOCOL_ERROR, /fill blocks/)],
  'padding length 0': [{ paddingLength: 0 }, disconnected(Reason.PROTOCOL_ERROR, /0 bytes of padding/)],
  'padding length 3': [{ paddingLength: 3 }, disconnected(Reason.PROTOCOL_ERROR, /3 bytes of padding/)],
  'padding length 255, of more than there is': [{ paddingLength: 255 }, disconnected(Reason.PROTOCOL_ERROR, /255 bytes of padding/)],
}

const framings: Record<string, PeerOptions> = {
  'chacha20-poly1305': { cipher: 'chacha20-poly1305@openssh.com' },
  'aes-gcm': { cipher: 'aes256-gcm@openssh.com' },
  'encrypt-and-MAC': { cipher: 'aes256-ctr', mac: 'hmac-sha2-512' },
  'encrypt-then-MAC': { cipher: 'aes256-ctr', mac: 'hmac-sha2-512-etm@openssh.com' },
}

hostile(
  'packets without protection',
  Object.entries(malformations).flatMap(([name, [malformation, expectation]]) =>
    inBothRoles(name, {
      source: 'RFC 4253 §6',
      async script(peer) {
        await peer.exchangeVersions()
        await peer.sendMalformed(ignore, malformation)
      },
      expect: expectation,
    }),
  ),
)

for (const [framing, options] of Object.entries(framings)) {
  const lengthIsHidden = framing === 'chacha20-poly1305' || framing === 'encrypt-and-MAC'
  const outOfOrder = lengthIsHidden ? garbled : disconnected(Reason.MAC_ERROR)
  hostile(`packets under ${framing}`, [
    ...Object.entries(malformations).flatMap(([name, [malformation, expectation]]) =>
      inBothRoles(name, {
        source: 'RFC 4253 §6',
        peer: options,
        async script(peer) {
          await peer.secure()
          await peer.sendMalformed(ignore, malformation)
        },
        expect: expectation,
      }),
    ),
    ...inBothRoles('padding of 255 bytes, which is much and allowed', {
      source: 'RFC 4253 §6',
      peer: options,
      async script(peer) {
        await peer.secure()
        // One byte of padding length and 240 of payload make, with 255 of padding, 496: 31 blocks; with the length field 500 are none.
        const blocks = peer.outgoing.sealer.lengthIsPadded ? 236 : 240
        await peer.sendMalformed(Buffer.concat([byte(Msg.IGNORE), string(Buffer.alloc(blocks - 5))]), { padding: 255 })
      },
      expect: survived,
    }),
    ...inBothRoles('nothing but padding', {
      source: 'RFC 4253 §6',
      peer: options,
      async script(peer) {
        await peer.secure()
        await peer.sendMalformed(Buffer.alloc(0), {})
      },
      expect: disconnected(Reason.PROTOCOL_ERROR, /leaves no payload/),
    }),
    ...inBothRoles('the same packet twice', {
      source: 'RFC 4253 §6.4',
      peer: options,
      async script(peer) {
        await peer.secure()
        const packet = peer.seal(ignore)
        await peer.sendRaw(Buffer.concat([packet, packet, filler]))
      },
      expect: outOfOrder,
    }),
    ...inBothRoles('two packets in the other’s place', {
      source: 'RFC 4253 §6.4',
      peer: options,
      async script(peer) {
        await peer.secure()
        const packets = [peer.seal(ignore), peer.seal(ignore)]
        await peer.sendRaw(Buffer.concat([...packets.toReversed(), filler]))
      },
      expect: outOfOrder,
    }),
    ...inBothRoles('a message without protection, after the keys', {
      peer: options,
      async script(peer) {
        await peer.secure()
        await peer.sendRaw(Buffer.from('0000001c0a02000000000000000000000000000000000000000000000000000000000000', 'hex'))
        await peer.sendRaw(filler)
      },
      expect: garbled,
    }),
  ])
}
