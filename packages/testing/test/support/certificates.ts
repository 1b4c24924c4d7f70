import { randomBytes } from 'node:crypto'
import { ed25519Key, Fields, fields, type SigningKey, string, uint32, uint64 } from '../../src/index.ts'

/** The algorithm of the certificates. */
export const certificateAlgorithm = 'ssh-ed25519-cert-v01@openssh.com'

/** What a certificate says otherwise than one that is right for everybody. */
export interface CertificateChanges {
  /** 1 for users, 2 for hosts; 1 where absent. */
  readonly type?: number
  readonly principals?: readonly string[]
  readonly after?: bigint
  readonly before?: bigint
  readonly critical?: Buffer
  readonly extensions?: Buffer
  readonly authority?: SigningKey
  /** The blob of the authority to show. */
  readonly signatureKey?: Uint8Array
  readonly signature?: (signature: Buffer) => Uint8Array
}

/** Who signs certificates that are right. */
export const authority = ed25519Key()
/** The key that they certify. */
export const certifiedKey = ed25519Key()

/** A certificate of {@link certifiedKey} (OpenSSH PROTOCOL.certkeys), as a key that signs. */
export function certificate(changes: CertificateChanges = {}): SigningKey {
  const { type = 1, principals = [], after = 0n, before = 2n ** 64n - 1n, signature = (made) => made } = changes
  const { critical = Buffer.alloc(0), extensions = Buffer.alloc(0), authority: signer = authority } = changes
  const point = new Fields(certifiedKey.blob.subarray(4 + 'ssh-ed25519'.length)).string()
  const body = Buffer.concat([
    fields(certificateAlgorithm, randomBytes(32), point),
    Buffer.concat([uint64(1n), uint32(type), string('a case'), string(fields(...principals)), uint64(after), uint64(before)]),
    fields(critical, extensions, '', changes.signatureKey ?? signer.blob),
  ])
  return { ...certifiedKey, algorithm: certificateAlgorithm, blob: Buffer.concat([body, string(signature(signer.sign(body)))]) }
}

/** An option without a value, as one of the critical ones or of the extensions. */
export const option = (called: string): Buffer => fields(called, '')
