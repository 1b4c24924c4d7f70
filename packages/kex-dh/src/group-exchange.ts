import type { Hash, KexClientOutcome, KexIO, KexMessage, KexOutcome, KexServerIO, ScriptedKeyExchangeDefinition } from '@seashell/core'
import { bigIntToBytes, bytesToBigInt, concatBytes, invalidArgument, keyExchangeFailed, WireReader, WireWriter } from '@seashell/core/wire'
import { bigIntArithmetic, type GroupArithmetic } from './arithmetic.ts'
import { encodeSecret, generateExponent, peerValueOf } from './diffie-hellman.ts'
import { chooseGroup, type GroupSizes } from './group-choice.ts'
import { bitLengthOf, groupOf } from './group-of.ts'
import type { DiffieHellmanGroup } from './groups.ts'

// The messages of RFC 4419 §5.
const REQUEST_OLD = 30
const GROUP = 31
const INIT = 32
const REPLY = 33
const REQUEST = 34

/** What makes one method of group exchange differ from another. */
export interface GroupExchangeOptions {
  /** The method's name on the wire. */
  readonly name: string
  /** The hash of the method. */
  readonly hash: Hash
  /** What a server chooses from; none: it refuses everybody. */
  readonly moduli: readonly DiffieHellmanGroup[]
  /** What a client asks for, and the bounds within which a server gives what it is asked for. 2048, 3072 and 8192 bits where absent. */
  readonly sizes?: GroupSizes
  /** What computes in the group; BigInt, on the event loop, where absent. */
  readonly arithmetic?: GroupArithmetic
  /** One sentence why nobody should use it; see `Definition` in `@seashell/core`. */
  readonly insecure?: string
}

/**
 * Never below 2048 bits (RFC 8270 §3). 3072 give what AES-128 and X25519 give; OpenSSH asks for up to 8192 where the cipher has a key of
 * 256 bits, which BigInt would take some sixteen times as long for.
 */
const DEFAULT_SIZES: GroupSizes = /* @__PURE__ */ Object.freeze({ min: 2048, preferred: 3072, max: 8192 })

/**
 * Diffie-Hellman over a group that the server chooses (RFC 4419).
 *
 * Of the group that it is given a client checks the size, that p is odd, and 1 < g < p−1. Whether p is a safe prime it takes on the
 * server's word, as OpenSSH does: a test would take many times as long as the exchange, and a server that wants to give the secret away
 * needs no bad prime for it. Nobody else can bring one in, for the host key signs p and g. Public values and secrets are checked as with
 * fixed groups (RFC 8268 §4).
 *
 * A server understands the request of before the RFC (message 30) too. What it cannot or must not serve, and what is out of bounds, is
 * refused: SSHError `KEY_EXCHANGE`, fault 'peer'.
 *
 * @throws SSHError `ARGUMENT` where the sizes are not in order
 *
 * @example
 * ```ts
 * import { sha512 } from '@noble/hashes/sha2.js'
 * import { defineGroupExchange, modpGroup16 } from '@seashell/kex-dh'
 *
 * const ours = defineGroupExchange({ name: 'group-exchange-sha512@example.com', hash: sha512, moduli: [modpGroup16] })
 * ```
 */
export function defineGroupExchange({
  moduli,
  sizes = DEFAULT_SIZES,
  arithmetic = bigIntArithmetic,
  ...rest
}: GroupExchangeOptions): ScriptedKeyExchangeDefinition {
  const { min, preferred, max } = sizes
  if (!(min > 0 && min <= preferred && preferred <= max && max <= 0xffff_ffff)) {
    throw invalidArgument(`expected group sizes in order; got min ${min}, preferred ${preferred}, max ${max}`)
  }
  const ours = { min, preferred, max }
  const choices = [...moduli]
  return Object.freeze<ScriptedKeyExchangeDefinition>({
    kind: 'key-exchange',
    shape: 'scripted',
    apiVersion: 1,
    ...rest,
    provider: arithmetic.provider,
    secretFormat: 'mpint',
    postQuantum: false,
    runClient: (io) => runClient(ours, arithmetic, io),
    runServer: (io) => runServer(choices, ours, arithmetic, io),
  })
}

async function runClient(sizes: GroupSizes, arithmetic: GroupArithmetic, io: KexIO): Promise<KexClientOutcome> {
  const request = new WireWriter().writeUint32(sizes.min).writeUint32(sizes.preferred).writeUint32(sizes.max).finish()
  io.send(REQUEST, request)
  const group = readGroup(await io.receive(GROUP), sizes)
  const privateKey = generateExponent(group, io.random)
  try {
    const init = encodeNumber(await derivePublicKey(arithmetic, group, privateKey))
    io.send(INIT, init)
    const { payload } = await io.receive(REPLY)
    const reader = new WireReader(payload, 'the reply of the group exchange')
    const hostKey = reader.readString('the host key')
    const f = reader.readMpint()
    const signature = reader.readString('the signature')
    reader.end()
    const transcript = concatBytes(request, encodeGroup(group), init, encodeNumber(f))
    return { hostKey, signature, sharedSecret: await agree(arithmetic, group, privateKey, f), transcript }
  } finally {
    privateKey.fill(0)
  }
}

async function runServer(
  moduli: readonly DiffieHellmanGroup[],
  sizes: GroupSizes,
  arithmetic: GroupArithmetic,
  io: KexServerIO,
): Promise<KexOutcome> {
  const request = await io.receive(REQUEST, REQUEST_OLD)
  const group = chooseGroup(moduli, readRequest(request, sizes), io.random)
  const groupMessage = encodeGroup(group)
  io.send(GROUP, groupMessage)

  const { payload } = await io.receive(INIT)
  const reader = new WireReader(payload, 'the public value of the group exchange')
  const e = reader.readMpint()
  reader.end()
  const privateKey = generateExponent(group, io.random)
  try {
    const sharedSecret = await agree(arithmetic, group, privateKey, e)
    const f = encodeNumber(await derivePublicKey(arithmetic, group, privateKey))
    // The hash covers the request as it came, whatever came of it (RFC 4419 §3).
    const outcome = { sharedSecret, transcript: concatBytes(request.payload, groupMessage, encodeNumber(e), f) }
    const signature = await io.sign(outcome)
    io.send(REPLY, new WireWriter(2048).writeString(io.hostKey).writeBytes(f).writeString(signature).finish())
    return outcome
  } finally {
    privateKey.fill(0)
  }
}

async function derivePublicKey(arithmetic: GroupArithmetic, group: DiffieHellmanGroup, privateKey: Uint8Array): Promise<Uint8Array> {
  return bigIntToBytes(await arithmetic.power(group.generator, privateKey, group), group.primeLength)
}

async function agree(
  arithmetic: GroupArithmetic,
  group: DiffieHellmanGroup,
  privateKey: Uint8Array,
  peerKey: Uint8Array,
): Promise<Uint8Array> {
  return encodeSecret(group, await arithmetic.power(peerValueOf(group, peerKey), privateKey, group))
}

/** What a client wants, within our own bounds. */
function readRequest({ number, payload }: KexMessage, ours: GroupSizes): GroupSizes {
  const reader = new WireReader(payload, 'the request of the group exchange')
  if (number === REQUEST_OLD) {
    const preferred = reader.readUint32()
    reader.end()
    return { ...ours, preferred }
  }
  const [min, preferred, max] = [reader.readUint32(), reader.readUint32(), reader.readUint32()]
  reader.end()
  if (min > preferred || preferred > max) {
    throw keyExchangeFailed(`expected a request for a group with sizes in order; got min ${min}, preferred ${preferred}, max ${max}`)
  }
  return { min: Math.max(min, ours.min), preferred, max: Math.min(max, ours.max) }
}

function readGroup({ payload }: KexMessage, { min, max }: GroupSizes): DiffieHellmanGroup {
  const reader = new WireReader(payload, 'the group of the group exchange')
  const [prime, generator] = [reader.readMpint(), reader.readMpint()]
  reader.end()
  // Lengths first: whatever is computed with numbers that are too long takes as long as the server likes.
  if (prime.length > Math.ceil(max / 8) || generator.length > prime.length) {
    throw keyExchangeFailed(`expected a group of ${min} to ${max} bits; got numbers of ${prime.length} and ${generator.length} bytes`)
  }
  const group = groupOf(prime, bytesToBigInt(generator))
  const bits = prime.length === 0 ? 0 : bitLengthOf(group)
  if (bits < min || bits > max) throw keyExchangeFailed(`expected a group of ${min} to ${max} bits; got one of ${bits}`)
  if (group.prime % 2n === 0n) throw keyExchangeFailed('expected a prime modulus; got an even number')
  if (group.generator <= 1n || group.generator >= group.prime - 1n) {
    throw keyExchangeFailed('expected a generator between 1 and p−1, both excluded; got another')
  }
  return group
}

function encodeGroup({ prime, generator }: DiffieHellmanGroup): Uint8Array {
  return concatBytes(encodeNumber(bigIntToBytes(prime)), encodeNumber(bigIntToBytes(generator)))
}

function encodeNumber(magnitude: Uint8Array): Uint8Array {
  return new WireWriter(magnitude.length + 5).writeMpint(magnitude).finish()
}
