import { AlgorithmRegistry, type PublicKeyDefinition, systemRandom, verifySignature } from '@seashell/core'
import { certified, certifiedPublicKeys, certifiedSigner, signCertificate } from '@seashell/certificates'
import { describe, expect, it } from 'vitest'
import { definitions, ed25519Signer, odd, oddSigner, rsaSha2_512, rsaSigner, sshEd25519, sshRsa, withPolicies } from './support/keys.ts'
import { userCertificate } from './support/openssh.ts'

const authority = ed25519Signer()
const request = {
  type: 'user',
  principals: ['alice'],
  keyID: '',
  validAfter: new Date(0),
  validBefore: 'forever',
  random: systemRandom,
} as const
const named = (name: string): PublicKeyDefinition => Object.freeze({ ...sshEd25519, name, keyFormat: name, signatureFormat: name })

describe('the algorithm of certificates', () => {
  it.each<[string, PublicKeyDefinition, string, string, string]>([
    ['ssh-ed25519', sshEd25519, 'ssh-ed25519-cert-v01@openssh.com', 'ssh-ed25519-cert-v01@openssh.com', 'ssh-ed25519'],
    ['rsa-sha2-512', rsaSha2_512, 'rsa-sha2-512-cert-v01@openssh.com', 'ssh-rsa-cert-v01@openssh.com', 'rsa-sha2-512'],
    ['a name with a domain', odd, 'odd-cert-v01@example.org', 'odd-cert-v01@example.org', 'odd@example.org'],
  ])('of %s has its names', (_what, definition, name, keyFormat, signatureFormat) => {
    expect(certified(definition)).toMatchObject({ name, keyFormat, signatureFormat })
  })

  it('has the names that OpenSSH has for security keys', () => {
    expect(certified(named('sk-ssh-ed25519@openssh.com')).name).toBe('sk-ssh-ed25519-cert-v01@openssh.com')
    expect(certified(named('sk-ecdsa-sha2-nistp256@openssh.com')).name).toBe('sk-ecdsa-sha2-nistp256-cert-v01@openssh.com')
  })

  it('is frozen, goes into a registry, and is as insecure as the plain one', () => {
    const registry = new AlgorithmRegistry(certifiedPublicKeys(definitions), definitions)
    expect(registry.publicKeys.defaults).toEqual([
      'ssh-ed25519-cert-v01@openssh.com',
      'rsa-sha2-512-cert-v01@openssh.com',
      'odd-cert-v01@example.org',
      'ssh-ed25519',
      'rsa-sha2-512',
      'odd@example.org',
    ])
    expect(certified(sshRsa).insecure).toBe(sshRsa.insecure)
    expect(certified(sshEd25519)).toMatchObject({ typeName: 'ED25519-CERT', provider: 'node:crypto' })
  })

  it('is not made twice', () => {
    expect(() => certified(certified(sshEd25519))).toThrow(expect.objectContaining({ code: 'ARGUMENT' }))
  })

  it('tells the size of the key inside', async () => {
    const rsa = await signCertificate({ ...request, publicKey: rsaSigner().publicKey }, authority)
    expect(certified(rsaSha2_512).bitLength(rsa)).toBe(2048)
    expect(() => certified(rsaSha2_512).bitLength(userCertificate)).toThrow(expect.objectContaining({ code: 'KEY', fault: 'peer' }))
  })

  it('takes the signature of the certified key, and no other', async () => {
    const data = new Uint8Array([1, 2, 3])
    for (const signer of [ed25519Signer(), rsaSigner(), oddSigner()]) {
      const certificate = await signCertificate({ ...request, publicKey: signer.publicKey }, authority)
      const definition = certified(definitions.find(({ name }) => name === signer.algorithms[0])!)
      const signature = await certifiedSigner(signer, certificate).sign(data, definition.name)
      expect(await verifySignature(definition, certificate, data, signature)).toBe(true)
      expect(await verifySignature(definition, certificate, new Uint8Array([1, 2, 4]), signature)).toBe(false)
    }
    const signature = await authority.sign(data, 'ssh-ed25519')
    const certificate = await signCertificate({ ...request, publicKey: ed25519Signer().publicKey }, authority)
    expect(await verifySignature(certified(sshEd25519), certificate, data, signature)).toBe(false)
    await expect(verifySignature(certified(sshEd25519), authority.publicKey, data, signature)).rejects.toMatchObject({ code: 'KEY' })
  })

  it('holds security keys to verify-required, and other keys cannot sign with such a certificate', async () => {
    const data = new Uint8Array([1])
    const signer = oddSigner()
    const [strict, lax] = await Promise.all([
      signCertificate({ ...request, publicKey: signer.publicKey, verifyRequired: true }, authority),
      signCertificate({ ...request, publicKey: signer.publicKey, touchRequired: false }, authority),
    ])
    const signature = await signer.sign(data, 'odd@example.org')
    const { definition, policies } = withPolicies()
    expect(await certified(definition).verify(strict, data, signature)).toBe(true)
    expect(policies).toEqual([{ verifyRequired: true }])
    // no-touch-required is for whoever trusts the authority to grant, not for the certificate to take.
    expect(await certified(definition).verify(lax, data, signature)).toBe(true)
    expect(policies).toHaveLength(1)
    expect(await certified(odd).verify(lax, data, signature)).toBe(true)
    expect(await certified(odd).verify(strict, data, signature)).toBe(false)
  })

  it('knows policies where the plain one does', () => {
    const { definition, policies } = withPolicies()
    expect(certified(definition).withPolicy?.({ touchRequired: false })).toMatchObject({ name: 'odd-cert-v01@example.org' })
    expect(policies).toEqual([{ touchRequired: false }])
    expect('withPolicy' in certified(odd)).toBe(false)
  })
})
