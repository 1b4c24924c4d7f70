import type { Check } from '../check.ts'
import { expectBytes } from '../expect.ts'
import { seededRandom } from '../random.ts'
import { process, type Model, type PacketReference } from './model.ts'

const PACKETS = 200

/** The checks that packet after packet gives the right bytes, while counters and sequence numbers run over. */
export function agreementChecks(model: Model, reference: PacketReference | undefined): Check[] {
  const checks: Check[] = []
  if (model.incoming !== undefined) {
    checks.push({
      name: `takes back ${PACKETS} packets that it made, across sequence number 2^32−1`,
      run: () => expectTakenBack(model, (key, iv) => runs(model.outgoing, key, iv)),
    })
  }
  if (reference === undefined) return checks
  checks.push({
    name: `makes of ${PACKETS} packets what the reference makes, across sequence number 2^32−1`,
    run: () => expectAgreement(model, reference),
  })
  if (model.incoming !== undefined) {
    checks.push({
      name: `takes back ${PACKETS} packets that the reference made, across sequence number 2^32−1`,
      run: () => expectTakenBack(model, reference),
    })
  }
  return checks
}

async function expectAgreement(model: Model, reference: PacketReference): Promise<void> {
  for (const { key, iv, packets } of sessions(model)) {
    const [ours, theirs] = [runs(model.outgoing, key, iv), reference(new Uint8Array(key), new Uint8Array(iv))]
    for (const { sequence, plaintext } of packets) {
      const expected = new Uint8Array(await theirs(sequence, new Uint8Array(plaintext)))
      expectBytes(`what it makes of packet ${sequence} of ${plaintext.length} bytes`, ours(sequence, plaintext), expected)
    }
  }
}

async function expectTakenBack(model: Model, sender: PacketReference): Promise<void> {
  for (const { key, iv, packets } of sessions(model)) {
    const [sent, received] = [sender(new Uint8Array(key), new Uint8Array(iv)), runs(model.incoming!, key, iv)]
    for (const { sequence, plaintext } of packets) {
      const arrived = new Uint8Array(await sent(sequence, new Uint8Array(plaintext)))
      expectBytes(`packet ${sequence} of ${plaintext.length} bytes, taken back,`, received(sequence, arrived), plaintext)
    }
  }
}

function runs(direction: Model['outgoing'], key: Uint8Array, iv: Uint8Array): (sequence: number, input: Uint8Array) => Uint8Array {
  const running = direction.create(new Uint8Array(key), new Uint8Array(iv))
  return (sequence, input) => process(direction, running, sequence, input)
}

/** The same packets under initial vectors of which a counter of any width in any place runs over in some. */
function sessions(model: Model) {
  const random = seededRandom('sessions')
  const key = random(model.keyLength)
  const packets = Array.from({ length: PACKETS }, (_, index) => ({
    sequence: (2 ** 32 - PACKETS / 2 + index) % 2 ** 32,
    plaintext: model.plaintext(random, index % 70 === 69 ? 32_768 : (index * 37) % 1400),
  }))
  return initialVectors(random(model.ivLength ?? 0)).map((iv) => ({ key, iv, packets }))
}

function initialVectors(seeded: Uint8Array): Uint8Array[] {
  const { length } = seeded
  if (length === 0) return [seeded]
  const halfFull = new Uint8Array(length).fill(0xff, length >> 1)
  return [seeded, new Uint8Array(length), new Uint8Array(length).fill(0xff), halfFull]
}
