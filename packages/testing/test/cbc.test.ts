import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'vitest'
import {
  byte,
  disconnected,
  hostile,
  inBothRoles,
  Msg,
  type Peer,
  type PeerOptions,
  Reason,
  string,
  type TargetOptions,
  uint32,
} from '../src/index.ts'

const ignore = Buffer.concat([byte(Msg.IGNORE), string('0123456789')])
/** The longest packet with HMAC-SHA-256: the length field, what it may tell at most, the tag. */
const LONGEST = 4 + 262_144 + 32
const sameWords = disconnected(Reason.MAC_ERROR, /^a packet is not authentic: its MAC or its length is wrong$/)

const cbc: PeerOptions = { cipher: 'aes128-cbc', mac: 'hmac-sha2-256' }
const target: TargetOptions = { server: { choices: { ciphers: '+aes128-cbc' } }, client: { choices: { ciphers: '+aes128-cbc' } } }

/** Sends a broken packet and what could be the rest of the longest one, but for its last byte; nothing comes. Then that. */
async function sendAsLongest(peer: Peer, packet: Buffer): Promise<void> {
  await peer.sendRaw(packet)
  await peer.sendRaw(Buffer.alloc(LONGEST - packet.length - 1))
  await delay(50)
  expect([peer.line.waiting, peer.line.closed], 'an answer before the end of the longest packet').toStrictEqual([0, false])
  await peer.sendRaw(byte(0))
}

/** A message that the target answers, so that nothing of its own is on the way when this returns. */
async function secureAndQuiet(peer: Peer): Promise<void> {
  await peer.authenticate()
  await peer.ping()
}

hostile(
  'CBC with a MAC over the plaintext',
  [
    ...inBothRoles('that sends a MAC that is wrong', {
      source: 'CVE-2008-5161',
      peer: cbc,
      async script(peer) {
        await secureAndQuiet(peer)
        const packet = peer.seal(ignore)
        packet[packet.length - 1]! ^= 1
        await sendAsLongest(peer, packet)
      },
      expect: sameWords,
    }),
    ...['0', '13', '262145', '4294967295'].flatMap((length) =>
      inBothRoles(`that sends a packet length of ${length}`, {
        source: 'CVE-2008-5161',
        peer: cbc,
        async script(peer) {
          await secureAndQuiet(peer)
          const { sealer, sequence } = peer.outgoing
          await sendAsLongest(peer, sealer.seal(sequence, Buffer.concat([uint32(Number(length)), Buffer.alloc(28)])))
        },
        expect: sameWords,
      }),
    ),
  ],
  target,
)
