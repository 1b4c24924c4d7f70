import {
  certified,
  isCertificate,
  parseCertificate,
  signCertificate,
  verifyHostCertificate,
  verifyUserCertificate,
} from '@seashell/certificates'
import type { PublicKeyDefinition } from '@seashell/core'
import { equalBytes, WireWriter } from '@seashell/core/wire'
import { ecdsaSha2Nistp256, ecdsaSha2Nistp384 } from '@seashell/key-ecdsa'
import { sshEd25519 } from '@seashell/key-ed25519'
import { rsaSha2_512 } from '@seashell/key-rsa'
import { skSshEd25519 } from '@seashell/key-sk'
import { createSigner } from '@seashell/keys'
import { sshDss } from '@seashell/legacy'
import { seededRandom } from '@seashell/test-support'
import { attempt, attemptAsync, expect } from '../invariants.ts'
import { rsaKeyPair, sampleKeys } from '../support/samples.ts'
import { toyPublicKey, toyPublicKeys, toySigner } from '../support/toys.ts'
import type { Target } from '../target.ts'

const badKey = { codes: ['KEY'], faults: ['peer'] } as const
const definitions: readonly PublicKeyDefinition[] = [
  sshEd25519,
  ecdsaSha2Nistp256,
  ecdsaSha2Nistp384,
  rsaSha2_512,
  sshDss,
  skSshEd25519,
  ...toyPublicKeys,
]
const now = new Date('2026-06-01T00:00:00Z')
const seconds = BigInt(now.getTime() / 1000)

/** Certificates (OpenSSH PROTOCOL.certkeys): read, and verified against an authority. */
export const certificates: Target = {
  name: 'certificates',
  maxLength: 8192,
  share: 4,
  mutations: 1000,
  async seeds() {
    const [authority, subject, revoked] = await sampleKeys()
    const signer = createSigner(authority!.keyPair, definitions)
    const common = {
      principals: ['alice', 'bob'],
      keyID: 'fuzz',
      serial: 7n,
      validAfter: new Date('2026-01-01T00:00:00Z'),
      validBefore: new Date('2027-01-01T00:00:00Z'),
      random: seededRandom('certificate'),
    }
    const restricted = { forceCommand: 'true', sourceAddresses: ['192.0.2.0/24'], verifyRequired: true }
    const own = { criticalOptions: { 'own@example.com': new Uint8Array(2) }, extensions: { 'own@example.com': new Uint8Array(3) } }
    const few = { touchRequired: false, permissions: ['permitPty'], sourceAddresses: ['192.0.2.1', '2001:db8::/32'] } as const
    const token = new WireWriter().writeString(skSshEd25519.keyFormat).writeString(new Uint8Array(32).fill(1)).writeString('ssh:').finish()
    return await Promise.all([
      signCertificate({ ...common, type: 'user', verifyRequired: true, publicKey: token }, toySigner),
      // What a toy authority signs stays right whatever is changed: so what comes behind the signature is reached.
      signCertificate({ ...common, ...few, type: 'user', publicKey: subject!.keyPair.publicKey }, toySigner),
      signCertificate({ ...common, type: 'user', publicKey: revoked!.keyPair.publicKey }, toySigner),
      signCertificate(
        {
          ...common,
          ...few,
          sourceAddresses: ['!192.0.2.0/24', '::ffff:192.0.2.0/120'],
          type: 'user',
          publicKey: subject!.keyPair.publicKey,
        },
        toySigner,
      ),
      signCertificate({ ...common, ...own, type: 'user', publicKey: subject!.keyPair.publicKey }, toySigner),
      signCertificate(
        { ...common, type: 'host', principals: ['*.example.com', 'alice'], publicKey: subject!.keyPair.publicKey },
        toySigner,
      ),
      signCertificate({ ...common, type: 'user', publicKey: subject!.keyPair.publicKey }, signer),
      signCertificate({ ...common, ...restricted, type: 'user', publicKey: subject!.keyPair.publicKey }, signer),
      signCertificate({ ...common, type: 'host', publicKey: rsaKeyPair().publicKey, validBefore: 'forever' }, signer),
    ])
  },
  async run(data) {
    attempt(() => isCertificate(data), badKey)
    for (const definition of definitions) attempt(() => certified(definition).bitLength(data), badKey)
    const parsed = attempt(() => parseCertificate(data, definitions), badKey)
    const authority = (await sampleKeys())[0]!.keyPair.publicKey
    const revoked = [(await sampleKeys())[2]!.keyPair.publicKey]
    const lines = [authority, toyPublicKey].map((publicKey) => ({ marker: 'cert-authority', publicKey, options: userOptions }) as const)
    const verify = (from: { readonly sourceAddress?: string }) =>
      attemptAsync(() => verifyUserCertificate(data, { user: 'alice', lines, definitions, now, revoked, ...from }), badKey)
    const [user, host] = [
      await verify({ sourceAddress: '192.0.2.1' }),
      await attemptAsync(() => verifyHostCertificate(data, { host: 'alice', lines, definitions, now, revoked }), badKey),
    ]
    expect(user === undefined || host === undefined, "a certificate is a user's or a host's")
    if (parsed === undefined) {
      expect(user === undefined && host === undefined, 'what cannot be read is not trusted')
      return 'refused'
    }
    const { value } = parsed
    expect(equalBytes(value.blob, data) && value.principals.length <= 256, 'a certificate is kept whole, with at most 256 principals')
    if (user !== undefined) expect(value.type === 'user' && value.principals.includes('alice'), 'a user is one whom the certificate names')
    if (value.criticalOptions.has('source-address')) {
      for (const sourceAddress of ['::ffff:192.0.2.1', '2001:db8::7']) await verify({ sourceAddress })
      expect((await verify({})) === undefined, 'a certificate for addresses is none for who comes from nobody knows where')
    }
    const trusted = user !== undefined || host !== undefined
    expect(!trusted || (value.validAfter <= seconds && seconds < value.validBefore), 'a certificate that is trusted is valid now')
    const isRevoked = [value.publicKey, value.signatureKey].some((blob) => equalBytes(blob, revoked[0]!))
    expect(!trusted || !isRevoked, 'no certificate of a key, or by a key, that is revoked is trusted')
    expect(equalBytes(value.signedData, data.subarray(0, value.signedData.length)), 'what is signed is what stands in front')
    return 'accepted'
  },
}

const userOptions = {
  certAuthority: true,
  verifyRequired: false,
  touchRequired: true,
  permitAgentForwarding: true,
  permitPortForwarding: true,
  permitPty: true,
  permitUserRc: true,
  permitX11Forwarding: true,
} as const
