/**
 * OpenSSH's certificates for keys of any type: algorithms made of the plain ones, reading, verifying and making.
 *
 * @module
 */
export { isCertificate, parseCertificate } from './certificate.ts'
export type { Certificate, CertificateType } from './certificate.ts'
export { certified, certifiedPublicKeys } from './certified.ts'
export { verifyHostCertificate } from './host.ts'
export type { HostCertificateOptions, KnownHostLine } from './host.ts'
export { isCertificateName } from './names.ts'
export type { CertificateOptions, Permission } from './options.ts'
export { signCertificate } from './sign.ts'
export type { CertificateRequest } from './sign.ts'
export { certifiedSigner } from './signer.ts'
export { verifyUserCertificate } from './user.ts'
export type { AuthorityLine, AuthorityOptions, UserCertificateOptions, VerifiedUserCertificate } from './user.ts'
export { verifyCertificate } from './verify.ts'
export type { CertificateConstraints, CertificateTrust } from './verify.ts'
