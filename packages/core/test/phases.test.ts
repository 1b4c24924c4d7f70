import { describe, expect, it } from 'vitest'
import type { Phase, Signer, Verdict } from '../src/index.ts'
import { AlgorithmRegistry, verdictOn } from '../src/index.ts'
import { WireWriter } from '../src/wire/index.ts'
import { expectedVerdict, phases, type Situation } from './support/reference.ts'
import { defineToyKem, toys, toySigner } from './support/toys.ts'
import { disconnectOf, gate, joined, numbers, settle, ToyService, type ToyTransport } from './support/transports.ts'

/** Where a message arrives; `again`: after another exchange. */
interface Case extends Situation {
  readonly again: boolean
}

const either = [true, false] as const

const situations: readonly Situation[] = phases.flatMap((phase) =>
  either.flatMap((isClient) => either.flatMap((strict) => either.map((serviceRunning) => ({ phase, isClient, strict, serviceRunning })))),
)

// Whether an exchange is strict is not known before the first KEXINIT, and a server never comes to know of a success.
const cases: readonly Case[] = situations
  .filter(({ phase, strict, isClient }) => (phase !== 'kexinit' || !strict) && (phase !== 'succeeding' || isClient))
  .flatMap((situation) => {
    const { phase, serviceRunning } = situation
    const idle = serviceRunning && (phase === 'open' || phase === 'authenticated')
    const before: Case = { ...situation, again: false }
    return idle ? [before, { ...situation, again: true }] : [before]
  })

const numbersOfMessages = Array.from({ length: 256 }, (_, number) => number)

describe('the phase table', () => {
  it('says what the RFCs say, for every message in every phase, in both roles', () => {
    for (const each of situations) {
      const said = numbersOfMessages.map((number) => verdictOn(number, each.phase, each))
      expect(said, JSON.stringify(each)).toStrictEqual(numbersOfMessages.map((number) => expectedVerdict(number, each)))
    }
  })
})

/** A transport in a phase, and its peer, which can send it anything properly sealed. */
async function reach({ phase, isClient, strict, serviceRunning, again }: Case): Promise<{ target: ToyTransport; peer: ToyTransport }> {
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
  if (phase === 'secured') peer.sendExtInfo = () => {}
  if (phase === 'newkeys') peer.probe.newKeysGate = never
  if (phase === 'kexinit') {
    // The identification line alone arrives; what follows is what the test sends.
    peerStream.tamper = targetStream.tamper = () => []
    target.dataReceived(new TextEncoder().encode('SSH-2.0-toy\r\n'))
  }
  await settle()
  if (again) {
    peer.sendKexInit()
    await settle()
  }
  if (phase === 'authenticated' || phase === 're-exchange' || phase === 're-newkeys') {
    for (const each of [target, peer]) each.authenticationSucceeded()
    patient = phase === 're-exchange'
    if (phase === 're-newkeys') peer.probe.newKeysGate = never
    if (phase !== 'authenticated') peer.sendKexInit()
    await settle()
  }
  if (serviceRunning) target.setService(new ToyService())
  if (phase === 'succeeding') {
    peer.probe.inject(7, payloadOf(7, peer))
    await settle()
  }
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
function send(peer: ToyTransport, number: number, phase?: Phase): Uint8Array {
  if (number === 20 && (phase === 'secured' || phase === 'open' || phase === 'authenticated')) {
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

for (const each of cases) {
  const { phase, isClient, strict, serviceRunning, again } = each
  const role = isClient ? 'client' : 'server'
  const place = again ? `${phase} after a re-exchange` : phase
  describe(`a ${role} in phase ${place}, ${strict ? 'strict' : 'not strict'}, ${serviceRunning ? 'with' : 'without'} a service`, () => {
    it('does with every message what the table says, under real packets', async () => {
      let reached: Awaited<ReturnType<typeof reach>> | undefined
      for (const number of numbersOfMessages) {
        const { target, peer } = (reached ??= await reach(each))
        target.probe.sent.length = target.probe.received.length = 0
        const sequence = target.incomingPacketSequence
        const payload = send(peer, number, phase)
        await settle()
        const { verdict, detail } = verdictSeen(target, sequence)
        expect(`${number} ${verdict}`, detail).toBe(`${number} ${expectedVerdict(number, each)}`)
        expect(target.probe.received).toContainEqual({ number, payload })
        if (verdict === 'accept' && !mayEnd(number)) expect(disconnectOf(target), `${number}`).toBeUndefined()
        // Messages that leave everything as it was may be followed by the next.
        const passing = phase === 'secured' || phase === 'succeeding'
        if (
          !passing &&
          number !== 7 &&
          verdict !== 'refuse' &&
          number > 1 &&
          (number < 5 || number > 49) &&
          number !== 192 &&
          number !== 193
        )
          continue
        for (const transport of [target, peer]) transport.connectionLost()
        reached = undefined
      }
    })
  })
}

/** A transport that waits for its user or its signer, with all of the exchange behind it but NEWKEYS. */
async function reachStep({ isClient, strict, phase, serviceRunning }: Situation) {
  const again = phase === 're-newkeys'
  const { open, opened } = gate()
  let patient = !again
  const slowly = <T>(value: T): T | Promise<T> => (patient ? opened.then(() => value) : value)
  const [first, second] = [toySigner('toy-key', ['toy-sign']), toySigner('toy-other-key', ['toy-other-sign'])]
  const slow = (signer: Signer): Signer => ({ ...signer, sign: async (...given) => await slowly(await signer.sign(...given)) })
  const { client, server } = joined({
    client: { verifyHostKey: () => (isClient ? slowly(true) : true) },
    server: { hostKeys: isClient ? [first, second] : [slow(first), slow(second)] },
  })
  const [target, peer] = isClient ? [client, server] : [server, client]
  if (!strict) pretendLax(target, peer)
  if (!again) peer.probe.newKeysGate = new Promise(() => {})
  await settle()
  if (again) {
    for (const each of [target, peer]) each.authenticationSucceeded()
    if (serviceRunning) target.setService(new ToyService())
    patient = true
    peer.probe.newKeysGate = new Promise(() => {})
    // Another host key than before: the client is asked again.
    client.supportedPublicKeys = ['toy-other-sign']
    client.sendKexInit()
    await settle()
  }
  return { target, peer, open }
}

for (const isClient of either) {
  const step = isClient ? 'a client that waits for the decision about the host key' : 'a server that waits for a signature'
  for (const phase of ['newkeys', 're-newkeys'] as const) {
    describe(`${step}, in ${phase === 'newkeys' ? 'the first exchange' : 'a later one'}`, () => {
      it.each(either)('interprets no message before it comes, and every one as the table says afterwards; strict: %s', async (strict) => {
        const situation = { phase, isClient, strict, serviceRunning: phase === 're-newkeys' }
        for (const number of numbersOfMessages) {
          const { target, peer, open } = await reachStep(situation)
          target.probe.sent.length = target.probe.received.length = 0
          const sequence = target.incomingPacketSequence
          send(peer, number)
          await settle()
          expect([number, target.probe.received, target.probe.sent, target.buf.length > 0]).toStrictEqual([number, [], [], true])
          open()
          await settle()
          const { verdict, detail } = verdictSeen(target, sequence)
          expect(`${number} ${verdict}`, detail).toBe(`${number} ${expectedVerdict(number, situation)}`)
          expect(numbers(target.probe.received)).toStrictEqual([number])
          target.connectionLost()
          peer.connectionLost()
        }
      })
    })
  }
}
