import { type AlgorithmDefinition, clientLimits } from '@seashell/core'
import { nodeCrypto } from '@seashell/node'
import { seededRandom } from '@seashell/test-support'
import { describe, expect, it } from 'vitest'
import { registryOf } from '../src/transcript/algorithms.ts'
import { cases } from '../src/transcript/cases.ts'
import { bytesOfOurs, replay, type ReplayOptions } from '../src/transcript/replay.ts'
import { readTranscript, type Role, type Transcript, transcriptNames } from '../src/transcript/transcript.ts'

const roles: readonly Role[] = ['client', 'server']

/** Cuts into pieces of 1 to 48 bytes, the same in every run. */
function* inPieces(bytes: Uint8Array): Iterable<Uint8Array> {
  const random = seededRandom(`${bytes.length}`)
  for (let offset = 0; offset < bytes.length;) {
    const length = 1 + (random(1)[0]! % 48)
    yield bytes.slice(offset, offset + length)
    offset += length
  }
}

async function expectTheSame(transcript: Transcript, options: ReplayOptions): Promise<void> {
  const { sent, error, outcome } = await replay(transcript, options)
  const recorded = bytesOfOurs(transcript)
  expect({ error: error?.code, length: sent.length, differsAt: recorded.findIndex((byte, index) => sent[index] !== byte) }).toEqual({
    // ssh ends a session with DISCONNECT; with us as client that is ours to do.
    error: transcript.plan.role === 'client' ? undefined : 'DISCONNECTED',
    length: recorded.length,
    differsAt: -1,
  })
  expect(await outcome).toEqual(transcript.outcome)
}

/** Where the signature of the exchange hash ends: at the end of the payload of the peer's second packet, which is not encrypted yet. */
function endOfSignature(theirs: Uint8Array): number {
  const view = Buffer.from(theirs.buffer, theirs.byteOffset, theirs.length)
  const kexInit = view.indexOf('\r\n') + 2
  const reply = kexInit + 4 + view.readUInt32BE(kexInit)
  return reply + 4 + view.readUInt32BE(reply) - view[reply + 4]!
}

describe.each(roles)('with us as %s', (role) => {
  const names = transcriptNames(role)

  it('each session that is to be recorded is', () => {
    const expected = cases.filter((each) => each.roles.includes(role)).map(({ name }) => name)
    expect(names).toEqual(expected.toSorted())
  })

  it.each(names)('%s: every byte of ours is the same again', async (name) => {
    await expectTheSame(readTranscript(role, name), {})
  })

  it.each(names)('%s: the same with Node’s cryptography, whatever pieces the peer’s bytes come in', async (name) => {
    await expectTheSame(readTranscript(role, name), { provider: 'node', split: inPieces })
  })

  it.each(names.filter((name) => /^cipher-(.*-gcm|chacha20)/.test(name)))('%s: the same with the cipher in WebAssembly', async (name) => {
    await expectTheSame(readTranscript(role, name), { provider: 'wasm' })
  })

  it.each(names.filter((name) => /^(cipher|mac|compression)-/.test(name)))('%s: the same in pieces', async (name) => {
    await expectTheSame(readTranscript(role, name), { split: inPieces })
  })

  it.each(names.filter((name) => /^(cipher|mac)-/.test(name)))('%s: a flipped bit of the last packet is found', async (name) => {
    const transcript = readTranscript(role, name)
    // With CBC that is told only when as much has come as the longest packet has.
    const more = new Uint8Array(clientLimits.packetLength)
    const { error } = await replay(transcript, { damage: (bytes) => (bytes[bytes.length - 1]! ^= 1), more })
    expect(error).toMatchObject({ code: 'MAC', fault: 'peer' })
  })

  // The length of a packet is in clear with these, and so the first one that we cannot read is whole.
  it.each(names.filter((name) => name.includes('-etm@')))('%s: other randomness makes another session', async (name) => {
    const transcript = readTranscript(role, name)
    const { sent, error, outcome } = await replay({ ...transcript, plan: { ...transcript.plan, seed: 'another' } })
    await expect(outcome).rejects.toThrow()
    // A client sees that the signature is of another exchange; a server has other keys than the peer.
    expect(error).toMatchObject({ code: role === 'client' ? 'KEY_EXCHANGE' : 'MAC', fault: 'peer' })
    expect(Buffer.compare(sent, bytesOfOurs(transcript))).not.toBe(0)
  })
})

it.each(transcriptNames('client').filter((name) => name.startsWith('key-')))(
  '%s: a flipped bit of the signature is found',
  async (name) => {
    const { error } = await replay(readTranscript('client', name), { damage: (bytes) => (bytes[endOfSignature(bytes) - 1]! ^= 1) })
    expect(error).toMatchObject({ code: 'KEY_EXCHANGE', fault: 'peer' })
  },
)

it('Node’s cryptography is what it says', () => {
  const { keyExchanges, publicKeys, ciphers, macs } = registryOf('node')
  const registered: readonly AlgorithmDefinition[] = [...keyExchanges, ...publicKeys, ...ciphers, ...macs]
  const overridden = registered.filter(({ provider }) => provider === 'node:crypto').map(({ name }) => name)
  const expected = nodeCrypto.map(({ name }) => name).filter((name) => registered.some((definition) => definition.name === name))
  expect(overridden).toEqual(expect.arrayContaining(expected))
})
