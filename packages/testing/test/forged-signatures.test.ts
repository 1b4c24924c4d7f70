import { sign } from 'node:crypto'
import { bytesOf, fields, Fields, hostile, mpint, Msg, numberOf, publicKeyRequest, type PublicKeyLies, string } from '../src/index.ts'
import { clients, judged } from './support/logins.ts'
import { ecdsa, ed25519, inside, lie, rsa, target, weakRSA } from './support/user-keys.ts'

const ecdsaOrder = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/** The two numbers of an ECDSA signature, as mpints. */
const numbers = (change: (r: bigint, s: bigint) => readonly [Buffer, Buffer]): PublicKeyLies => ({
  signature: inside((made) => {
    const reader = new Fields(made)
    const [r, s] = [numberOf(reader.string()), numberOf(reader.string())]
    return Buffer.concat([...change(r, s)])
  }),
})
const mpintOf = (value: bigint): Buffer => mpint(bytesOf(value))
const negative = string(Buffer.of(0xff))

hostile(
  'publickey: numbers that no signature of ECDSA has',
  clients(
    lie(
      'r = 0',
      ecdsa,
      numbers((_r, s) => [mpintOf(0n), mpintOf(s)]),
      'CVE-2022-21449',
    ),
    lie(
      's = 0',
      ecdsa,
      numbers((r) => [mpintOf(r), mpintOf(0n)]),
      'CVE-2022-21449',
    ),
    lie(
      'r = s = 0',
      ecdsa,
      numbers(() => [mpintOf(0n), mpintOf(0n)]),
      'CVE-2022-21449',
    ),
    lie(
      'r = n',
      ecdsa,
      numbers((_r, s) => [mpintOf(ecdsaOrder), mpintOf(s)]),
      'CVE-2022-21449',
    ),
    lie(
      's = n',
      ecdsa,
      numbers((r) => [mpintOf(r), mpintOf(ecdsaOrder)]),
      'CVE-2022-21449',
    ),
    lie(
      'r + n',
      ecdsa,
      numbers((r, s) => [mpintOf(r + ecdsaOrder), mpintOf(s)]),
      'SEC 1 §4.1.4',
    ),
    lie(
      's + n',
      ecdsa,
      numbers((r, s) => [mpintOf(r), mpintOf(s + ecdsaOrder)]),
      'SEC 1 §4.1.4',
    ),
    lie(
      'r = −1',
      ecdsa,
      numbers((_r, s) => [negative, mpintOf(s)]),
    ),
    lie(
      's = −1',
      ecdsa,
      numbers((r) => [mpintOf(r), negative]),
    ),
    {
      name: 'a signature that is right, with zeros before both numbers, which are read as OpenSSH reads them: it lets in',
      source: 'RFC 4251 §5',
      async script(peer) {
        const lies = numbers((r, s) => [
          string(Buffer.concat([Buffer.alloc(2), bytesOf(r)])),
          string(Buffer.concat([Buffer.alloc(9), bytesOf(s)])),
        ])
        await peer.send(Msg.USERAUTH_REQUEST, publicKeyRequest(ecdsa, peer.sessionID!, lies))
        await peer.receive(Msg.USERAUTH_SUCCESS)
      },
      expect: judged(1, 0),
    },
    lie(
      'r of 100,000 bytes',
      ecdsa,
      numbers((_r, s) => [string(Buffer.alloc(100_000, 1)), mpintOf(s)]),
    ),
    lie(
      'r alone',
      ecdsa,
      numbers((r) => [mpintOf(r), Buffer.alloc(0)]),
    ),
    lie(
      'a third number',
      ecdsa,
      numbers((r, s) => [mpintOf(r), Buffer.concat([mpintOf(s), mpintOf(1n)])]),
    ),
    lie('as X9.62 has it, in DER', ecdsa, {
      signature: (_made, data) => fields(ecdsa.algorithm, sign('sha256', data, ecdsa.privateKey)),
    }),
  ),
  target,
)

const ed25519Order = 2n ** 252n + 27742317777372353535851937790883648493n
const reversed = (bytes: Uint8Array): Buffer => Buffer.from(bytes.toReversed())

hostile(
  'publickey: signatures that resemble those of Ed25519',
  clients(
    lie(
      's + L, which leaves the equation true',
      ed25519,
      {
        signature: inside((made) => {
          const raised = bytesOf(numberOf(reversed(made.subarray(32))) + ed25519Order)
          return Buffer.concat([made.subarray(0, 32), reversed(Buffer.concat([Buffer.alloc(32 - raised.length), raised]))])
        }),
      },
      'RFC 8032 §5.1.7',
    ),
    lie('R = the neutral element, s = 0', ed25519, { signature: inside(() => Buffer.concat([Buffer.of(1), Buffer.alloc(63)])) }),
    lie('R that is no point', ed25519, { signature: inside((made) => Buffer.concat([Buffer.alloc(32, 0xff), made.subarray(32)])) }),
    lie('the key before it', ed25519, { signature: inside((made) => Buffer.concat([ed25519.blob.subarray(-32), made])) }),
  ),
  target,
)

hostile(
  'publickey: signatures of RSA by another hash or name',
  clients(
    lie(
      'SHA-1 under the name of SHA-512',
      rsa,
      {
        signature: (_made, data) => fields('rsa-sha2-512', sign('sha1', data, rsa.privateKey)),
      },
      'RFC 8332 §3',
    ),
    lie(
      'SHA-256 under the name of SHA-512',
      rsa,
      {
        signature: (_made, data) => fields('rsa-sha2-512', sign('sha256', data, rsa.privateKey)),
      },
      'RFC 8332 §3',
    ),
    lie(
      'ssh-rsa, with SHA-1 throughout: downgraded',
      rsa,
      {
        said: { algorithm: 'ssh-rsa' },
        signature: (_made, data) => fields('ssh-rsa', sign('sha1', data, rsa.privateKey)),
      },
      'RFC 8332 §5.1',
    ),
    lie(
      'the signature of rsa-sha2-256 to a request of rsa-sha2-512',
      rsa,
      {
        signature: (_made, data) => fields('rsa-sha2-256', sign('sha256', data, rsa.privateKey)),
      },
      'RFC 8332 §3',
    ),
    lie('that is right, of an authorised key of 1,024 bits', weakRSA, {}),
  ),
  target,
)
