import { disconnected, hostile, inBothRoles, Msg, Reason } from '../src/index.ts'

/**
 * Prefix truncation: whoever sits in the middle adds packets before the keys and drops as many behind them, so that sequence numbers fit.
 * Strict key exchange allows no packet to be added and counts anew with the keys.
 */
const source = 'CVE-2023-48795'
const added = [Msg.IGNORE, Msg.UNIMPLEMENTED, Msg.DEBUG, 8, Msg.PING]

for (const number of added) {
  hostile(`Terrapin: message ${number} added`, [
    ...inBothRoles('before KEXINIT', {
      source,
      async script(peer) {
        await peer.exchangeVersions()
        await peer.send(number, Buffer.alloc(16))
        await peer.exchangeKexInits()
      },
      expect: disconnected(Reason.PROTOCOL_ERROR),
    }),
    ...inBothRoles('behind KEXINIT', {
      source,
      async script(peer) {
        await peer.exchangeVersions()
        await peer.exchangeKexInits()
        await peer.send(number, Buffer.alloc(16))
      },
      expect: disconnected(Reason.PROTOCOL_ERROR),
    }),
    ...inBothRoles('before NEWKEYS', {
      source,
      async script(peer) {
        await peer.exchangeVersions()
        await peer.exchangeKexInits()
        await peer.exchangeKeys()
        await peer.send(number, Buffer.alloc(16))
      },
      expect: disconnected(Reason.PROTOCOL_ERROR),
    }),
  ])
}
