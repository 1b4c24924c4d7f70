import { certifiedPublicKeys } from '@seashell/certificates'
import { sshEd25519 } from '@seashell/key-ed25519'
import { KnownHosts } from '@seashell/keys'
import {
  disconnected,
  ecdsaKey,
  ed25519Key,
  type Expectation,
  fields,
  hostile,
  type HostileCase,
  nodeAlgorithms,
  Reason,
  type SigningKey,
  survived,
} from '../src/index.ts'
import {
  authority,
  certificate as certificateOf,
  certificateAlgorithm,
  type CertificateChanges,
  certifiedKey,
  option,
} from './support/certificates.ts'
import { shows, wrongSignature } from './support/host-keys.ts'

/** The host that clients mean. */
const host = '127.0.0.1'
const certificate = (changes: CertificateChanges = {}): SigningKey => certificateOf({ type: 2, principals: [host], ...changes })
const right = certificate()

/** Those of a client that trusts the authority for every host, and other lines. */
const knownHosts = (extra = ''): KnownHosts =>
  new KnownHosts(`@cert-authority * ssh-ed25519 ${authority.blob.toString('base64')}\n${extra}`)

/** No authority vouches for it, and of the plain key in it nobody knows. */
const unknown = disconnected(Reason.HOST_KEY_NOT_VERIFIABLE)
const revoked = disconnected(Reason.HOST_KEY_NOT_VERIFIABLE, /revoked/)
const malformed = disconnected(Reason.KEY_EXCHANGE_FAILED, /certificate|public key/)

function trusted(name: string, shown: SigningKey, expectation: Expectation = unknown): HostileCase {
  return { ...shows(name, shown, {}, expectation, 'OpenSSH PROTOCOL.certkeys') }
}

const notTrusted: readonly HostileCase[] = [
  trusted('one that is right', right, survived),
  trusted('for a pattern, which hosts may have', certificate({ principals: ['10.*', '127.0.0.?'] }), survived),
  trusted('by another authority', certificate({ authority: ed25519Key() })),
  trusted('by another authority that shows the right one', certificate({ authority: ed25519Key(), signatureKey: authority.blob })),
  trusted('by an authority of another type', certificate({ authority: ecdsaKey() })),
  trusted('by the key that it certifies', certificate({ authority: certifiedKey })),
  trusted('expired', certificate({ before: 1n })),
  trusted('valid for no time', certificate({ after: 1n, before: 1n })),
  trusted('not valid yet', certificate({ after: 2n ** 63n })),
  trusted('for another host', certificate({ principals: ['example.org'] })),
  trusted('for a host whose name begins so', certificate({ principals: [`${host}.example.org`] })),
  trusted('for no host, which once meant every one', certificate({ principals: [] })),
  trusted('for users', certificate({ type: 1 })),
  trusted('with a critical option that nobody knows', certificate({ critical: option('mallory@example.org') })),
  trusted('with a critical option of users', certificate({ critical: fields('force-command', fields('id')) })),
  trusted('signed by a certificate of the authority', certificate({ signatureKey: right.blob })),
  trusted('with a signature of zeros', certificate({ signature: (made) => Buffer.alloc(made.length) })),
  trusted('with a signature over another certificate', certificate({ signature: () => right.blob.subarray(-83) })),
  trusted('the authority’s own key', authority),
  trusted('the plain key that it certifies', certifiedKey),
]

const notCertificates: readonly HostileCase[] = [
  trusted('of a type that is none', certificate({ type: 3 }), malformed),
  trusted('for a name with NUL behind ours', certificate({ principals: [`${host}\0.example.org`] }), malformed),
  trusted('with options out of order', certificate({ extensions: Buffer.concat([option('b'), option('a')]) }), malformed),
  trusted('with an option twice', certificate({ critical: Buffer.concat([option('a'), option('a')]) }), malformed),
  trusted('with options cut off', certificate({ critical: option('a').subarray(0, -1) }), malformed),
  trusted('with a signature that is cut off', certificate({ signature: (made) => made.subarray(0, -1) })),
  trusted('cut off', { ...right, blob: right.blob.subarray(0, -1) }, malformed),
  trusted('with a byte behind it', { ...right, blob: Buffer.concat([right.blob, Buffer.of(0)]) }, malformed),
  trusted('with nothing but its name', { ...right, blob: fields(certificateAlgorithm) }, malformed),
  trusted('that certifies a certificate', { ...right, blob: fields(certificateAlgorithm, Buffer.alloc(32), right.blob) }, malformed),
]

const notProved: readonly HostileCase[] = [
  shows('one that is right, and a signature by another key', right, { signature: (hash) => ed25519Key().sign(hash) }, wrongSignature),
  shows('one that is right, and a signature by the authority', right, { signature: (hash) => authority.sign(hash) }, wrongSignature),
  shows(
    'one that is right, and a signature over another exchange',
    right,
    { signature: () => right.sign(Buffer.alloc(32)) },
    wrongSignature,
  ),
  shows(
    'one that is right, where the plain algorithm was agreed on',
    certifiedKey,
    { hostKey: right.blob },
    disconnected(Reason.KEY_EXCHANGE_FAILED),
  ),
  shows(
    'the plain key, where certificates were agreed on',
    right,
    { hostKey: certifiedKey.blob },
    disconnected(Reason.KEY_EXCHANGE_FAILED),
  ),
]

const definitions = { algorithms: nodeAlgorithms.clone().use(certifiedPublicKeys([sshEd25519])) }
const suspicious = { ...definitions, verifyHostKey: () => false }

hostile('certificates of hosts', [...notTrusted, ...notCertificates, ...notProved], {
  client: { ...suspicious, knownHosts: knownHosts() },
})

/** A case in which a line of the known hosts revokes something; everything else speaks for the certificate. */
function revoking(name: string, revokes: Pick<SigningKey, 'algorithm' | 'blob'>): HostileCase {
  const lines = knownHosts(`@revoked * ${revokes.algorithm} ${revokes.blob.toString('base64')}\n`)
  return { ...trusted(name, right, revoked), client: { ...definitions, verifyHostKey: () => true, knownHosts: lines } }
}

hostile('certificates of hosts of which something is revoked, whatever else is known', [
  revoking('their authority', authority),
  revoking('the key in them', certifiedKey),
  revoking('they themselves', right),
])
