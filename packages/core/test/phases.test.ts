import { describe, expect, it } from 'vitest'
import type { Phase, Verdict } from '../src/index.ts'
import { AlgorithmRegistry, verdictOn } from '../src/index.ts'
import { WireWriter } from '../src/wire/index.ts'
import { defineToyKem, toys, toySigner } from './support/toys.ts'
import { disconnectOf, joined, settle, ToyService, type ToyTransport } from './support/transports.ts'

const phases: readonly Phase[] = ['kexinit', 'exchange', 'newkeys', 'open', 'authenticated', 're-exchange', 're-newkeys']

interface Case {
  readonly phase: Phase
  readonly isClient: boolean
  readonly strict: boolean
  readonly serviceRunning: boolean
}

/**
 * What becomes of a message, written from the RFCs' sentences and not from the table: the one is the other's proof.
 */
function expected(number: number, { phase, isClient, strict, serviceRunning }: Case): Verdict {
  const first = phase === 'kexinit' || phase === 'exchange' || phase === 'newkeys'
  const running = phase !== 'open' && phase !== 'authenticated'
  // RFC 4253 §11.1: at any time.
  if (number === 1) return 'accept'
  // OpenSSH PROTOCOL §1.10: with strict key exchange nothing but the exchange during the first one.
  const lax = first && strict ? 'refuse' : undefined
  // RFC 4253 §11: at any time after the identification.
  if (number >= 2 && number <= 4) return lax ?? 'accept'
  // RFC 4253 §10: after the key exchange; the client asks, the server answers; not once the user is authenticated.
  if (number === 5) return phase === 'open' && !isClient ? 'accept' : 'refuse'
  if (number === 6) return phase === 'open' && isClient ? 'accept' : 'refuse'
  // RFC 8308 §2.4: behind the first NEWKEYS, or before USERAUTH_SUCCESS.
  if (number === 7) return phase === 'open' ? 'accept' : 'refuse'
  // RFC 4253 §7.1, §9: no second one while an exchange runs.
  if (number === 20) return phase === 'kexinit' || !running ? 'accept' : 'refuse'
  // RFC 4253 §7.3: at the end of an exchange.
  if (number === 21) return phase === 'newkeys' || phase === 're-newkeys' ? 'accept' : 'refuse'
  // RFC 4253 §7: the method's own, while it runs.
  if (number >= 30 && number <= 49) return phase === 'exchange' || phase === 're-exchange' ? 'accept' : 'refuse'
  // RFC 4252 §6: services' messages, for a running service, under keys; RFC 4253 §7.1: not during an exchange.
  if (number >= 50 && number <= 127) return !running && serviceRunning ? 'accept' : 'refuse'
  // OpenSSH PROTOCOL §1.9.
  if (number === 192 || number === 193) return running ? 'refuse' : 'accept'
  // RFC 4253 §11.4 for all that is not known; local extensions are for a running service, under keys, and not during an exchange.
  if (number >= 128) {
    if (!running) return serviceRunning ? 'accept' : 'unimplemented'
    return first ? (lax ?? 'unimplemented') : 'refuse'
  }
  return lax ?? 'unimplemented'
}

const cases: readonly Case[] = phases.flatMap((phase) =>
  [true, false].flatMap((isClient) =>
    [true, false].flatMap((strict) => [true, false].map((serviceRunning) => ({ phase, isClient, strict, serviceRunning }))),
  ),
)

const numbersOfMessages = Array.from({ length: 256 }, (_, number) => number)

describe('the phase table', () => {
  it('says what the RFCs say, for every message in every phase, in both roles', () => {
    for (const each of cases) {
      const said = numbersOfMessages.map((number) => verdictOn(number, each.phase, each))
      expect(said, JSON.stringify(each)).toStrictEqual(numbersOfMessages.map((number) => expected(number, each)))
    }
  })
})

/** A transport in a phase, and its peer, which can send it anything properly sealed. */
async function reach({ phase, isClient, strict, serviceRunning }: Case): Promise<{ target: ToyTransport; peer: ToyTransport }> {
  const never = new Promise<never>(() => {})
  let patient = phase === 'exchange'
  const kem = defineToyKem('toy-kem-string', 'string')
  const slowKem = Object.freeze({
    ...kem,
    generate: (...given: Parameters<typeof kem.generate>) => (patient && !isClient ? never : kem.generate(...given)),
  })
  const signer = toySigner('toy-key', ['toy-sign'])
  const sign: typeof signer.sign = (...given) => (patient && isClient ? never : signer.sign(...given))
  const { client, server, clientStream, serverStream } = joined({
    client: { algorithms: new AlgorithmRegistry(toys).override(slowKem), supported: { keyExchanges: ['toy-kem-string'] } },
    server: { hostKeys: [{ ...signer, sign }] },
  })
  const [target, peer] = isClient ? [client, server] : [server, client]
  const [targetStream, peerStream] = isClient ? [clientStream, serverStream] : [serverStream, clientStream]
  if (!strict) pretendLax(target, peer)
  if (phase === 'newkeys') peer.probe.newKeysGate = never
  if (phase === 'kexinit') {
    // The identification line alone arrives; what follows is what the test sends.
    peerStream.tamper = targetStream.tamper = () => []
    target.dataReceived(new TextEncoder().encode('SSH-2.0-toy\r\n'))
  }
  await settle()
  if (phase === 'authenticated' || phase === 're-exchange' || phase === 're-newkeys') {
    for (const each of [target, peer]) each.authenticationSucceeded()
    patient = phase === 're-exchange'
    if (phase === 're-newkeys') peer.probe.newKeysGate = never
    if (phase !== 'authenticated') peer.sendKexInit()
    await settle()
  }
  if (serviceRunning) target.setService(new ToyService())
  if (phase === 'kexinit') {
    // A writer of its own, for the peer's has a KEXINIT behind it.
    peer.probe.inject = (number, payload = new Uint8Array(0)) => target.dataReceived(plainPacket(number, payload))
  }
  return { target, peer }
}

/** Makes both sides behave as with peers that do not know strict key exchange. */
function pretendLax(...transports: readonly ToyTransport[]): void {
  for (const { probe } of transports) Object.defineProperty(probe.exchange, 'strict', { get: () => false, set() {} })
}

function plainPacket(number: number, payload: Uint8Array): Uint8Array {
  const padding = 8 + ((8 - ((4 + 1 + 1 + payload.length) % 8)) % 8)
  return new WireWriter()
    .writeUint32(2 + payload.length + padding)
    .writeByte(padding)
    .writeByte(number)
    .writeBytes(payload)
    .writeBytes(new Uint8Array(padding))
    .finish()
}

/** A payload that the message's own handler takes, as far as there is one. */
function payloadOf(number: number, peer: ToyTransport): Uint8Array {
  switch (number) {
    case 1:
      return new WireWriter().writeUint32(11).writeString('bye').writeString('').finish()
    case 3:
      return new WireWriter().writeUint32(0).finish()
    case 4:
      return new WireWriter().writeBoolean(true).writeString('').writeString('').finish()
    case 5:
    case 6:
      return new WireWriter().writeString('toy-service').finish()
    case 7:
      return new WireWriter().writeUint32(0).finish()
    case 20:
      return peer.ourKexInitPayload.slice(1)
    case 21:
      return new Uint8Array(0)
    default:
      return new WireWriter().writeString('payload').finish()
  }
}

/** Sends a message, and returns its payload. A KEXINIT that may come is one that the peer knows of. */
function send(peer: ToyTransport, number: number, phase: Phase): Uint8Array {
  if (number === 20 && (phase === 'open' || phase === 'authenticated')) {
    peer.sendKexInit()
    return peer.ourKexInitPayload.slice(1)
  }
  const payload = payloadOf(number, peer)
  peer.probe.inject(number, payload)
  return payload
}

/** What a transport has made of the message it was sent. */
function verdictSeen(target: ToyTransport, sequence: number): { verdict: Verdict; detail: string } {
  const unimplemented = target.probe.sent.find(({ number }) => number === 3)
  if (unimplemented !== undefined) {
    expect(unimplemented.payload).toStrictEqual(new WireWriter().writeUint32(sequence).finish())
    return { verdict: 'unimplemented', detail: '' }
  }
  const sent = disconnectOf(target)
  if (sent === undefined || !sent.description.includes('is not allowed now')) return { verdict: 'accept', detail: sent?.description ?? '' }
  expect(sent.reason).toBe(2)
  return { verdict: 'refuse', detail: sent.description }
}

/** Messages that their handlers end the connection for, though the phase allows them: nobody asked, or it is not the method's turn. */
function mayEnd(number: number): boolean {
  return number === 1 || number === 5 || number === 6 || (number >= 30 && number <= 49) || number === 193
}

// Whether an exchange is strict is not known before the first KEXINIT.
for (const each of cases.filter(({ phase, strict }) => phase !== 'kexinit' || !strict)) {
  const { phase, isClient, strict, serviceRunning } = each
  const role = isClient ? 'client' : 'server'
  describe(`a ${role} in phase ${phase}, ${strict ? 'strict' : 'not strict'}, ${serviceRunning ? 'with' : 'without'} a service`, () => {
    it('does with every message what the table says, under real packets', async () => {
      let reached: Awaited<ReturnType<typeof reach>> | undefined
      for (const number of numbersOfMessages) {
        const { target, peer } = (reached ??= await reach(each))
        target.probe.sent.length = target.probe.received.length = 0
        const sequence = target.incomingPacketSequence
        const payload = send(peer, number, phase)
        await settle()
        const { verdict, detail } = verdictSeen(target, sequence)
        expect(`${number} ${verdict}`, detail).toBe(`${number} ${expected(number, each)}`)
        expect(target.probe.received).toContainEqual({ number, payload })
        if (verdict === 'accept' && !mayEnd(number)) expect(disconnectOf(target), `${number}`).toBeUndefined()
        // Messages that leave everything as it was may be followed by the next.
        if (verdict === 'refuse' || number < 2 || (number > 4 && number < 50) || number === 192 || number === 193) reached = undefined
      }
    })
  })
}
