import {
  accountPassword,
  bytesOf,
  fields,
  hostile,
  type HostileCase,
  Msg,
  nodeAlgorithms,
  numberOf,
  portableAlgorithms,
  publicKeyQuery,
  publicKeyRequest,
  rsaKey,
  type SigningKey,
  survived,
} from '../src/index.ts'
import { shows, wrongSignature } from './support/host-keys.ts'
import { clients, judged, type LoginCase, refused } from './support/logins.ts'
import { encodings, forgeCube, powerModulo, publicNumbers, rsaBlob, rsaSignature, signEncoded } from './support/rsa.ts'
import { inside, lie } from './support/user-keys.ts'

/** The exponent under which forging was easiest, and which is allowed. */
const key: SigningKey = { ...rsaKey(2048, 3), algorithm: 'rsa-sha2-256' }
const { n } = publicNumbers(key)

/** Signatures that the private key has not made over such an encoding, or none at all. */
const forgeries: Readonly<Record<string, (data: Buffer) => Buffer>> = {
  ...Object.fromEntries(Object.entries(encodings).map(([name, encode]) => [name, (data: Buffer) => signEncoded(key, data, encode)])),
  'a cube root that was computed without the key (CVE-2006-4339)': forgeCube,
  's + n (RFC 8017 §8.2.2)': changedNumber((s) => s + n),
  'n − s': changedNumber((s) => n - s),
  's cubed': changedNumber((s) => powerModulo(s, 3n, n)),
  's of 0': changedNumber(() => 0n),
  's of 1': changedNumber(() => 1n),
  's of n − 1': changedNumber(() => n - 1n),
  's of n': changedNumber(() => n),
  's of ones, as long as the modulus': changedNumber(() => (1n << 2048n) - 1n),
  's with a zero before it': (data) => inside((s) => Buffer.concat([Buffer.of(0), s]))(signEncoded(key, data)),
}

function changedNumber(change: (s: bigint) => bigint): (data: Buffer) => Buffer {
  return (data) => inside((s) => rsaSignature(change(numberOf(s))))(signEncoded(key, data))
}

const users: readonly LoginCase[] = [
  {
    name: 'nothing wrong: it lets in',
    async script(peer) {
      await peer.send(Msg.USERAUTH_REQUEST, publicKeyRequest(key, peer.sessionID!, { signature: (_made, data) => signEncoded(key, data) }))
      await peer.receive(Msg.USERAUTH_SUCCESS)
    },
    expect: judged(1, 0),
  },
  ...Object.entries(forgeries).map(([name, forge]) => lie(name, key, { signature: (_made, data) => forge(data) })),
]

const hosts: readonly HostileCase[] = [
  shows('nothing wrong', key, { signature: (hash) => signEncoded(key, hash) }, survived),
  ...Object.entries(forgeries).map(([name, forge]) => shows(name, key, { signature: forge }, wrongSignature)),
]

/** Keys of users that have numbers no key may have: the server’s program would take every one of them. */
const badKeys: Readonly<Record<string, Buffer>> = {
  'a modulus of 0': rsaBlob(0n, 65_537n),
  'a modulus of 1': rsaBlob(1n, 65_537n),
  'a modulus that is even': rsaBlob(n + 1n, 65_537n),
  'a modulus of 512 bits': rsaBlob(2n ** 511n + 1n, 65_537n),
  'a modulus of 2047 bits': rsaBlob(n >> 1n, 65_537n),
  'a modulus of 16,385 bits': rsaBlob(2n ** 16_384n + 1n, 65_537n),
  'a modulus of 1,000,000 bits': rsaBlob(2n ** 999_999n + 1n, 65_537n),
  'a modulus that is negative': fields('ssh-rsa', bytesOf(65_537n), bytesOf(n)),
  'an exponent of 0': rsaBlob(n, 0n),
  'an exponent of 1, under which every message signs itself': rsaBlob(n, 1n),
  'an exponent of 2': rsaBlob(n, 2n),
  'an exponent of 65,536': rsaBlob(n, 65_536n),
  'an exponent of 65 bits': rsaBlob(n, 2n ** 64n + 1n),
  'an exponent as long as the modulus (CVE-2023-39533)': rsaBlob(n, n - 2n),
  'an exponent that is negative': fields('ssh-rsa', Buffer.of(0xff), Buffer.concat([Buffer.of(0), bytesOf(n)])),
}

const badUserKeys = Object.entries(badKeys).map(([name, blob]): LoginCase => ({
  name: `a key with ${name}: it is no use to ask about it, nor to sign`,
  async script(peer) {
    const bad = { ...key, blob }
    await refused(peer, publicKeyQuery(bad))
    await refused(peer, publicKeyRequest(bad, peer.sessionID!, { signature: (_made, data) => signEncoded(key, data) }))
  },
  expect: judged(0, 2),
}))

for (const [provider, algorithms] of Object.entries({ portable: portableAlgorithms, 'node:crypto': nodeAlgorithms })) {
  const target = { server: { algorithms, auth: { password: accountPassword, publicKey: () => true } }, client: { algorithms } }
  hostile(`forged signatures of RSA under a user’s key, as ${provider} judges them`, clients(...users, ...badUserKeys), target)
  hostile(`forged signatures of RSA under a host key, as ${provider} judges them`, hosts, target)
}
