import { certifiedPublicKeys, verifyUserCertificate } from '@seashell/certificates'
import { sshEd25519 } from '@seashell/key-ed25519'
import { parseAuthorizedKeys } from '@seashell/keys'
import { account, accountPassword, ed25519Key, hostile, Msg, nodeAlgorithms, publicKeyRequest, type SigningKey } from '../src/index.ts'
import { authority, certificate as certificateOf, type CertificateChanges, certifiedKey as key, option } from './support/certificates.ts'
import { clients, judged, type LoginCase } from './support/logins.ts'

const certificate = (changes: CertificateChanges = {}): SigningKey => certificateOf({ principals: [account.user], ...changes })

function login(what: string, shown: SigningKey, right = false): LoginCase {
  return {
    name: what,
    source: 'OpenSSH PROTOCOL.certkeys',
    async script(peer) {
      await peer.send(Msg.USERAUTH_REQUEST, publicKeyRequest(shown, peer.sessionID!))
      await peer.receive(right ? Msg.USERAUTH_SUCCESS : Msg.USERAUTH_FAILURE)
    },
    expect: right ? judged(1, 0) : judged(0, 1),
  }
}

const ofAuthority = certificate()

hostile(
  'certificates of users',
  clients(
    login('one that is right: it lets in', certificate(), true),
    login('by another authority', certificate({ authority: ed25519Key() })),
    login('by another authority that shows the right one', certificate({ authority: ed25519Key(), signatureKey: authority.blob })),
    login('expired', certificate({ before: 1n })),
    login('not valid yet', certificate({ after: 2n ** 63n })),
    login('for somebody else', certificate({ principals: ['bob'] })),
    login('for nobody, which once meant everybody', certificate({ principals: [] })),
    login('for a pattern', certificate({ principals: ['*'] })),
    login('for hosts', certificate({ type: 2 })),
    login('of a type that is none', certificate({ type: 3 })),
    login('with a critical option that nobody knows', certificate({ critical: option('mallory@example.org') })),
    login('with options out of order', certificate({ extensions: Buffer.concat([option('permit-pty'), option('permit-X11-forwarding')]) })),
    login('signed by a certificate of the authority', certificate({ signatureKey: ofAuthority.blob })),
    login('with a signature of zeros', certificate({ signature: (made) => Buffer.alloc(made.length) })),
    login('with a signature that is cut off', certificate({ signature: (made) => made.subarray(0, -1) })),
    login('cut off', { ...ofAuthority, blob: ofAuthority.blob.subarray(0, -1) }),
    login('that is right, under the name of the plain algorithm', { ...ofAuthority, algorithm: 'ssh-ed25519' }),
    login('that is right, with a signature by another key', { ...ofAuthority, sign: (data) => ed25519Key().sign(data) }),
    login('the plain key that it certifies', key),
    login('the authority’s own key', authority),
  ),
  {
    server: {
      algorithms: nodeAlgorithms.clone().use(certifiedPublicKeys([sshEd25519])),
      auth: {
        password: accountPassword,
        async publicKey({ publicKey }, { user }) {
          const lines = parseAuthorizedKeys(`cert-authority ssh-ed25519 ${authority.blob.toString('base64')}`).entries
          const trust = { user, lines, definitions: [sshEd25519], sourceAddress: '127.0.0.1' }
          return await verifyUserCertificate(publicKey, trust).then(
            () => true,
            () => false,
          )
        },
      },
    },
  },
)
