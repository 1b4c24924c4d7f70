import { readFileSync } from 'node:fs'
import { systemRandom } from '@seashell/core'
import {
  type AuthorityLine,
  type AuthorityOptions,
  type CertificateRequest,
  signCertificate,
  verifyHostCertificate,
  verifyUserCertificate,
} from '@seashell/certificates'
import { describe, expect, it } from 'vitest'
import { judge } from './support/judge.ts'
import { definitions, ed25519Signer } from './support/keys.ts'
import { caSeed, hostCertificate, userCertificate } from './support/openssh.ts'

const authority = ed25519Signer(caSeed)
const user = ed25519Signer()
const stranger = ed25519Signer()

function issue(request: Partial<CertificateRequest> = {}): Promise<Uint8Array> {
  const base = { publicKey: user.publicKey, type: 'user', principals: ['alice'], keyID: '', validAfter: new Date(0) } as const
  return signCertificate({ ...base, validBefore: 'forever', random: systemRandom, ...request }, authority)
}

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

describe('known_hosts', () => {
  const trusted = { marker: 'cert-authority', publicKey: authority.publicKey } as const
  const one = { host: 'One.Example.org', lines: [trusted], definitions }

  it('trusts a host’s certificate by a @cert-authority, in whatever case its name was typed', async () => {
    expect(await verifyHostCertificate(hostCertificate, one)).toMatchObject({ keyID: 'host one', serial: 7n })
  })

  it.each([
    ['for another host', { host: 'other.example.org' }],
    ['where the key of its authority is only known as a host’s', { lines: [{ publicKey: authority.publicKey }] }],
    ['by an authority that is not known', { lines: [{ ...trusted, publicKey: stranger.publicKey }] }],
    ['where nothing is known', { lines: [] }],
    ['by an authority that is @revoked', { lines: [trusted, { marker: 'revoked', publicKey: authority.publicKey } as const] }],
    ['by an authority that is revoked elsewhere', { revoked: [authority.publicKey] }],
    ['that allows another algorithm', { signatureAlgorithms: ['rsa-sha2-512'] }],
  ])('does not trust one %s', async (_what, options) => {
    await expect(verifyHostCertificate(hostCertificate, { ...one, ...options })).rejects.toMatchObject({ code: 'KEY', fault: 'peer' })
  })

  it('does not trust a user’s certificate', async () => {
    await expect(verifyHostCertificate(userCertificate, one)).rejects.toThrow('expected a host certificate')
  })
})

describe('authorized_keys', () => {
  const all = {
    verifyRequired: false,
    touchRequired: true,
    permitAgentForwarding: true,
    permitPortForwarding: true,
    permitPty: true,
    permitUserRc: true,
    permitX11Forwarding: true,
  }
  const line = (options: Partial<AuthorityOptions> = {}, publicKey = authority.publicKey): AuthorityLine => ({
    publicKey,
    options: { certAuthority: true, ...all, ...options },
  })
  const alice = { user: 'alice', definitions }

  it('lets in with a certificate by a cert-authority, and says which line it was', async () => {
    const lines = [line({ certAuthority: false }), line({}, stranger.publicKey), line()]
    const verified = await verifyUserCertificate(await issue(), { ...alice, lines })
    expect(verified.line).toBe(lines[2])
    expect(verified.options).toEqual(all)
    expect(verified.certificate.principals).toEqual(['alice'])
  })

  it('goes on to the next line of the same authority where one does not fit', async () => {
    const lines = [line({ principals: ['ops'] }), line({ permitPty: false })]
    const { options, line: found } = await verifyUserCertificate(await issue(), { ...alice, lines })
    expect([found, options.permitPty]).toEqual([lines[1], false])
  })

  it('compares the principals of the line in place of the user’s name', async () => {
    const lines = [line({ principals: ['ops', 'web'] })]
    expect((await verifyUserCertificate(await issue({ principals: ['web'] }), { ...alice, lines })).line).toBe(lines[0])
    await expect(verifyUserCertificate(await issue(), { ...alice, lines })).rejects.toThrow('expected a certificate for "ops", "web"')
    const none = [line({ principals: [] })]
    await expect(verifyUserCertificate(await issue(), { ...alice, lines: none })).rejects.toThrow('expected a certificate for')
  })

  it('permits what both permit, and requires what either requires', async () => {
    const certificate = await issue({ permissions: ['permitPty', 'permitUserRc'], touchRequired: false, forceCommand: 'id' })
    const lax = line({ touchRequired: false, permitUserRc: false, command: 'id' })
    expect((await verifyUserCertificate(certificate, { ...alice, lines: [lax] })).options).toEqual({
      forceCommand: 'id',
      verifyRequired: false,
      touchRequired: false,
      permitAgentForwarding: false,
      permitPortForwarding: false,
      permitPty: true,
      permitUserRc: false,
      permitX11Forwarding: false,
    })
    const strict = line({ verifyRequired: true })
    expect((await verifyUserCertificate(certificate, { ...alice, lines: [strict] })).options).toMatchObject({
      forceCommand: 'id',
      verifyRequired: true,
      touchRequired: true,
    })
  })

  it('forces the command of either, and refuses two', async () => {
    const lines = [line({ command: 'backup' })]
    expect((await verifyUserCertificate(await issue(), { ...alice, lines })).options.forceCommand).toBe('backup')
    await expect(verifyUserCertificate(await issue({ forceCommand: 'id' }), { ...alice, lines })).rejects.toThrow(
      'one command to be forced',
    )
  })

  it.each<[string, readonly AuthorityLine[]]>([
    ['there is no line', []],
    ['the authority’s line lacks cert-authority', [line({ certAuthority: false })]],
    ['the line is another authority’s', [line({}, stranger.publicKey)]],
  ])('lets nobody in where %s', async (_what, lines) => {
    await expect(verifyUserCertificate(await issue(), { ...alice, lines })).rejects.toThrow('by an authority of the user')
  })

  it('checks where the user comes from, and when', async () => {
    const lines = [line()]
    const certificate = await issue({ sourceAddresses: ['192.0.2.0/24'], validBefore: new Date('2030-01-01') })
    const now = new Date('2029-01-01')
    expect((await verifyUserCertificate(certificate, { ...alice, lines, now, sourceAddress: '192.0.2.1' })).line).toBe(lines[0])
    await expect(verifyUserCertificate(certificate, { ...alice, lines, now })).rejects.toThrow('unknown address')
    const late = { ...alice, lines, now: new Date('2030-01-01'), sourceAddress: '192.0.2.1' }
    await expect(verifyUserCertificate(certificate, late)).rejects.toThrow('expired')
  })

  describe('in the example of the README', () => {
    const login = { user: 'alice', sourceAddress: '192.0.2.1', lines: [line()], definitions: [...definitions] }

    it('is run here', () => {
      expect(read('../README.md')).toContain(read('support/judge.ts'))
    })

    it('a good certificate is accepted, with what its security key is held to', async () => {
      const decision = { accept: true, details: { touchRequired: true }, signaturePolicy: { touchRequired: true, verifyRequired: false } }
      expect(await judge(await issue(), login)).toMatchObject(decision)
    })

    it.each<[string, Partial<CertificateRequest>]>([
      ['for somebody else', { principals: ['bob'] }],
      ['not valid any more', { validBefore: new Date(1000) }],
      ['from elsewhere', { sourceAddresses: ['198.51.100.0/24'] }],
    ])('one %s is refused, which is no error', async (_what, request) => {
      expect(await judge(await issue(request), login)).toBe(false)
    })

    it('bytes that are none are refused too', async () => {
      for (const blob of [new Uint8Array(0), user.publicKey, (await issue()).subarray(0, -1)]) expect(await judge(blob, login)).toBe(false)
    })
  })
})
