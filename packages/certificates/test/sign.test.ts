import { type Signer, systemRandom } from '@seashell/core'
import { WireWriter } from '@seashell/core/wire'
import { type CertificateRequest, certifiedSigner, parseCertificate, signCertificate } from '@seashell/certificates'
import { fromHex, toHex } from '@seashell/test-support'
import { describe, expect, it, vi } from 'vitest'
import { definitions, ed25519Signer, rsaSigner } from './support/keys.ts'
import { caSeed, hostCertificate, userCertificate, userSeed } from './support/openssh.ts'

const authority = ed25519Signer(caSeed)
const user = ed25519Signer(userSeed)
const request: CertificateRequest = {
  publicKey: user.publicKey,
  type: 'user',
  principals: ['alice'],
  keyID: 'test',
  validAfter: new Date(0),
  validBefore: 'forever',
  random: systemRandom,
}

describe('with the nonce of ssh-keygen', () => {
  it('makes the same certificate for a user', async () => {
    const { nonce } = parseCertificate(userCertificate, definitions)
    const blob = await signCertificate(
      {
        ...request,
        principals: ['alice', 'root'],
        keyID: 'alice laptop',
        serial: 18446744073709551615n,
        validAfter: new Date('2020-01-01T00:00:00Z'),
        validBefore: new Date('2030-01-01T00:00:00Z'),
        forceCommand: 'uptime -p',
        sourceAddresses: ['192.0.2.0/24', '2001:db8::/32'],
        verifyRequired: true,
        touchRequired: false,
        permissions: ['permitPty'],
        extensions: { 'note@example.org': new WireWriter().writeString('hello').finish() },
        random: () => nonce,
      },
      authority,
    )
    expect(toHex(blob)).toBe(toHex(userCertificate))
  })

  it('makes the same certificate for a host', async () => {
    const { nonce, publicKey } = parseCertificate(hostCertificate, definitions)
    const principals = ['one.example.org', '*.cluster.example.org']
    const host = { ...request, publicKey, type: 'host', principals, keyID: 'host one', serial: 7n, random: () => nonce } as const
    expect(toHex(await signCertificate(host, authority))).toBe(toHex(hostCertificate))
  })
})

describe('a certificate', () => {
  it('has a nonce of 32 random bytes', async () => {
    const asked: number[] = []
    const random = (length: number): Uint8Array => (asked.push(length), new Uint8Array(length).fill(7))
    const { nonce } = parseCertificate(await signCertificate({ ...request, random }, authority), definitions)
    expect([asked, nonce]).toEqual([[32], new Uint8Array(32).fill(7)])
  })

  it('permits what ssh-keygen’s permits where nothing else is said', async () => {
    const { extensions, criticalOptions } = parseCertificate(await signCertificate(request, authority), definitions)
    expect([...extensions.keys()]).toEqual([
      'permit-X11-forwarding',
      'permit-agent-forwarding',
      'permit-port-forwarding',
      'permit-pty',
      'permit-user-rc',
    ])
    expect(criticalOptions.size).toBe(0)
    const none = parseCertificate(await signCertificate({ ...request, permissions: [] }, authority), definitions)
    expect(none.extensions.size).toBe(0)
  })

  it('is signed with the first of the authority’s algorithms, or the one that is named', async () => {
    const rsa = rsaSigner()
    const sign = vi.spyOn(rsa, 'sign')
    const controller = new AbortController()
    await signCertificate(request, rsa)
    await signCertificate({ ...request, algorithm: 'ssh-rsa', signal: controller.signal }, rsa)
    expect(sign.mock.calls.map(([, algorithm]) => algorithm)).toEqual(['rsa-sha2-512', 'ssh-rsa'])
    expect(sign.mock.calls.map(([, , options]) => options?.signal)).toEqual([undefined, controller.signal])
  })

  it.each<[string, Partial<CertificateRequest>]>([
    ['without principals', { principals: [] }],
    ['with a principal without a name', { principals: ['alice', ''] }],
    ['with a zero in a principal', { principals: ['root\0'] }],
    ['with a zero in its key id', { keyID: 'a\0' }],
    ['with a zero in its command', { forceCommand: 'a\0' }],
    ['that is never valid', { validAfter: new Date(5000), validBefore: new Date(5000) }],
    ['that was valid before time began', { validAfter: new Date(-1000) }],
    ['from no date', { validAfter: new Date(Number.NaN) }],
    ['with a serial that does not fit', { serial: 1n << 64n }],
    ['from no address', { sourceAddresses: [] }],
    ['with a critical option of one’s own in the name of OpenSSH', { criticalOptions: { 'force-command': new Uint8Array() } }],
    ['with an extension of one’s own in the name of OpenSSH', { extensions: { 'permit-all': new Uint8Array() } }],
    ['with an extension whose name is none', { extensions: { 'näme@example.org': new Uint8Array() } }],
    ['for a host, with a command', { type: 'host', forceCommand: 'id' }],
    ['for a host, with addresses', { type: 'host', sourceAddresses: ['::/0'] }],
    ['for a host, with permissions', { type: 'host', permissions: [] }],
    ['for a certificate', { publicKey: userCertificate }],
    ['with an algorithm that the authority does not have', { algorithm: 'rsa-sha2-512' }],
  ])('%s is not made', async (_what, wrong) => {
    await expect(signCertificate({ ...request, ...wrong }, authority)).rejects.toMatchObject({ code: 'ARGUMENT', fault: 'caller' })
  })

  it('is not signed by a certificate, nor by a signer that cannot sign', async () => {
    await expect(signCertificate(request, certifiedSigner(user, userCertificate))).rejects.toThrow('expected a plain key to sign with')
    await expect(signCertificate(request, { ...authority, algorithms: [] })).rejects.toMatchObject({ code: 'ARGUMENT' })
  })
})

describe('a signer with a certificate', () => {
  it('shows the certificate, and signs as the key does', async () => {
    const signer = certifiedSigner(user, userCertificate)
    expect(toHex(signer.publicKey)).toBe(toHex(userCertificate))
    expect(signer.algorithms).toEqual(['ssh-ed25519-cert-v01@openssh.com'])
    expect(Object.isFrozen(signer)).toBe(true)
    const data = fromHex('0102')
    expect(await signer.sign(data, 'ssh-ed25519-cert-v01@openssh.com')).toEqual(await user.sign(data, 'ssh-ed25519'))
    await expect(signer.sign(data, 'ssh-ed25519')).rejects.toMatchObject({ code: 'ARGUMENT' })
  })

  it('has every algorithm of its key, and passes on who may give up', async () => {
    const rsa = rsaSigner()
    const sign = vi.spyOn(rsa, 'sign')
    const signer = certifiedSigner(rsa, await signCertificate({ ...request, publicKey: rsa.publicKey }, authority))
    expect(signer.algorithms).toEqual(['rsa-sha2-512-cert-v01@openssh.com', 'ssh-rsa-cert-v01@openssh.com'])
    const { signal } = new AbortController()
    await signer.sign(new Uint8Array(), 'rsa-sha2-512-cert-v01@openssh.com', { signal })
    expect(sign).toHaveBeenCalledWith(new Uint8Array(), 'rsa-sha2-512', { signal })
  })

  it.each<[string, Signer, Uint8Array]>([
    ['for another key', ed25519Signer(), userCertificate],
    ['for a key of another type', rsaSigner(), userCertificate],
    ['for a key of the same type, which ends early', user, userCertificate.subarray(0, 80)],
    ['that is a plain key', user, user.publicKey],
  ])('takes none %s', (_what, signer, certificate) => {
    expect(() => certifiedSigner(signer, certificate)).toThrow(expect.objectContaining({ code: 'ARGUMENT' }))
  })
})
