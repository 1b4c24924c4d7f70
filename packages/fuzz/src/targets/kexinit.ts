import type { ClientTransportOptions, NegotiatedDescription, ServerTransportOptions } from '@seashell/core'
import { concatBytes, encodeAscii, WireWriter } from '@seashell/core/wire'
import { expect } from '../invariants.ts'
import { Input } from '../support/input.ts'
import { clientSubject, kexInit, serverSubject, type Subject } from '../support/subject.ts'
import { packetOf } from '../support/toys.ts'
import type { Target } from '../target.ts'

/** What lists are made of where the input does not bring its own. */
const names = [
  'toy-kem',
  'toy-scripted',
  'toy-sign',
  'toy-sign-2',
  'toy-cipher',
  'toy-mac',
  'zlib',
  'zlib@openssh.com',
  'none',
  'ext-info-c',
  'ext-info-s',
  'kex-strict-c-v00@openssh.com',
  'kex-strict-s-v00@openssh.com',
  'unknown@example.com',
]

const LISTS = 10

/** The ten lists of a KEXINIT (RFC 4253 §7.1), in its order. */
type Lists = readonly (readonly string[])[]

/** Lists as an input describes them: how many names each, then which. */
function readLists(input: Input): Lists {
  return Array.from({ length: LISTS }, () => Array.from({ length: input.byte() % 8 }, () => input.pick(names)))
}

function writeLists(lists: Lists, follows: boolean): Uint8Array {
  const writer = new WireWriter(512).writeByte(20).writeBytes(new Uint8Array(16))
  for (const list of lists) writer.writeNameList(list)
  return writer.writeBoolean(follows).writeUint32(0).finish()
}

/** RFC 4253 §7.1, as one would explain it: the first of the client's names that the server has too. */
function firstCommon(clients: readonly string[], servers: readonly string[]): string | undefined {
  return clients.find((name) => servers.includes(name))
}

const ours = {
  keyExchanges: ['toy-kem', 'toy-scripted'],
  publicKeys: ['toy-sign', 'toy-sign-2'],
  ciphers: ['toy-cipher'],
  macs: ['toy-mac'],
}
const compressions = ['none', 'zlib@openssh.com', 'zlib']

/** Checks what was agreed on against the lists; undefined: nothing was. */
function checkNegotiated(
  found: NegotiatedDescription | undefined,
  isClient: boolean,
  [keyExchanges, publicKeys, , , , , out, incoming]: Lists,
): void {
  const common = (us: readonly string[], them: readonly string[] = []): string | undefined =>
    isClient ? firstCommon(us, them) : firstCommon(them, us)
  if (found === undefined) return
  expect(found.keyExchange.name === common(ours.keyExchanges, keyExchanges), 'the method is the first common one')
  expect(found.publicKey.name === common(ours.publicKeys, publicKeys), 'the host key algorithm is the first common one')
  expect(found.clientToServer.compression.name === common(compressions, out), 'compression to the server is the first common one')
  expect(found.serverToClient.compression.name === common(compressions, incoming), 'compression to the client is the first common one')
}

/** Sends what a peer has guessed, which is nonsense: a wrong guess is passed over (RFC 4253 §7), a right one is looked at. */
async function checkGuess(subject: Subject, [keyExchanges, publicKeys]: Lists): Promise<void> {
  const right = keyExchanges?.[0] === ours.keyExchanges[0] && publicKeys?.[0] === ours.publicKeys[0]
  await subject.feed(packetOf(Uint8Array.of(subject.transport.isClient ? 31 : 30), new Uint8Array(0)))
  expect(subject.stream.ended === right, 'a guess is wrong where one of the first names differs, and is then passed over')
}

/**
 * KEXINIT, and what is made of it. The first byte's bits say: whether we are the client; whether the rest is the message itself, or describes
 * its lists; whether a guess follows; whether strict key exchange is required; whether another message comes first.
 */
export const kexInitMessage: Target = {
  name: 'kexinit',
  share: 2,
  mutations: 1000,
  seeds: () => [
    concatBytes(Uint8Array.of(1), kexInit().subarray(1)),
    concatBytes(Uint8Array.of(0), kexInit({ keyExchanges: ['ext-info-c', 'toy-scripted'] }).subarray(1)),
    concatBytes(Uint8Array.of(0), kexInit({ keyExchanges: Array.from({ length: 65 }, () => 'x') }).subarray(1)),
    concatBytes(
      Uint8Array.of(0),
      kexInit({ keyExchanges: ['x'.repeat(60), ...Array.from({ length: 20 }, () => 'y'.repeat(60))] }).subarray(1),
    ),
    // Guesses: right, of another method, of another host key.
    Uint8Array.of(6, 1, 0, 1, 2, 1, 4, 1, 4, 1, 5, 1, 5, 1, 8, 1, 8, 0, 0),
    Uint8Array.of(7, 2, 1, 0, 1, 2, 1, 4, 1, 4, 1, 5, 1, 5, 1, 8, 1, 8, 0, 0),
    Uint8Array.of(6, 1, 0, 2, 3, 2, 1, 4, 1, 4, 1, 5, 1, 5, 1, 8, 1, 8, 0, 0),
    // Strict key exchange: required and there, required and not there, and with something before it.
    Uint8Array.of(11, 2, 0, 12, 1, 2, 1, 4, 1, 4, 1, 5, 1, 5, 1, 8, 1, 8, 0, 0),
    Uint8Array.of(10, 1, 0, 1, 2, 1, 4, 1, 4, 1, 5, 1, 5, 1, 8, 1, 8, 0, 0),
    Uint8Array.of(18, 2, 0, 11, 1, 2, 1, 4, 1, 4, 1, 5, 1, 5, 1, 8, 1, 8, 0, 0),
    Uint8Array.of(2, 2, 9, 0, 1, 2, 1, 4, 1, 4, 1, 5, 1, 5, 2, 6, 8, 1, 8, 0, 0),
    Uint8Array.of(7, 3, 12, 1, 0, 2, 2, 3, 1, 4, 1, 4, 1, 5, 1, 5, 2, 7, 6, 1, 8, 0, 0),
  ],
  async run(data) {
    const input = new Input(data)
    const choices = input.byte()
    const isClient = (choices & 1) === 1
    let negotiated: NegotiatedDescription | undefined
    const options: Partial<ClientTransportOptions & ServerTransportOptions> = {
      supported: { ...ours, compressions },
      limits: { nameListLength: 1024, nameListNames: 64 },
      strictKeyExchange: (choices & 8) === 0 ? 'offered' : 'required',
      onEvent: (event) => {
        if (event.type === 'negotiated') negotiated = event.negotiated
      },
    }
    const subject = isClient ? clientSubject(options) : serverSubject(options)
    const lists = (choices & 2) === 0 ? undefined : readLists(input)
    const message = lists === undefined ? concatBytes(Uint8Array.of(20), input.rest()) : writeLists(lists, (choices & 4) !== 0)
    const first = (choices & 16) === 0 ? [] : [Uint8Array.of(2, 0, 0, 0, 0)]
    const packets = [...first, message].map((one) => packetOf(one, new Uint8Array(0)))
    await subject.feed(concatBytes(encodeAscii('SSH-2.0-fuzz\r\n'), ...packets))
    if (lists !== undefined) {
      checkNegotiated(negotiated, isClient, lists)
      const strict = lists[0]!.includes(`kex-strict-${isClient ? 's' : 'c'}-v00@openssh.com`)
      expect(!strict || first.length === 0 || subject.stream.ended, 'with strict key exchange nothing comes before KEXINIT')
      if ((choices & 4) !== 0 && !subject.stream.ended) await checkGuess(subject, lists)
    }
    const { ended } = subject.stream
    const error = await subject.end()
    expect(error !== undefined, 'no connection ends well before its first keys')
    expect((error.code === 'CONNECTION_LOST') === !ended, 'a connection that ended had a reason')
    expect(ended || negotiated !== undefined, 'either something was agreed on, or the connection ended')
    return negotiated === undefined ? 'refused' : 'accepted'
  },
}
