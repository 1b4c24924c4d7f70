import { AlgorithmRegistry } from '@seashell/core'
import { aes128Cbc } from '@seashell/legacy'
import { expect } from 'vitest'
import { byte, disconnected, hostile, type HostileCase, Msg, nodeAlgorithms, type Peer, Reason, string, type TargetOptions } from '../src/index.ts'

const CVE = 'CVE-2008-5161'
const ignore = Buffer.concat([byte(Msg.IGNORE), string('0123456789')])
/** The longest packet of HMAC-SHA-256: length field, what it may tell, tag. */
const LONGEST = 4 + 262_144 + 32

const target: TargetOptions = {
  server: { choices: { ciphers: ['aes128-cbc'], macs: ['hmac-sha2-256'] } },
  client: { choices: { ciphers: ['aes128-cbc'], macs: ['hmac-sha2-256'] } },
}

/** Sends a broken packet and what follows it, but for the last byte of the longest that it could be; then that. */
async function sendBroken(peer: Peer, packet: Buffer): Promise<void> {
  await peer.sendRaw(packet)
  await peer.sendRaw(Buffer.alloc(LONGEST - packet.length - 1))
  await expect(peer.line.peek(1), 'an answer before the end of the longest packet').rejects.toThrow()
  await peer.sendRaw(Buffer.alloc(1))
}
