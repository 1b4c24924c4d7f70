import { type PublicKeyDefinition, type Signer, systemRandom } from '@seashell/core'
import { WireWriter } from '@seashell/core/wire'
import {
  type CertificateConstraints,
  type CertificateRequest,
  certified,
  certifiedSigner,
  parseCertificate,
  signCertificate,
  verifyCertificate,
} from '@seashell/certificates'
import { describe, expect, it } from 'vitest'
import { definitions, ed25519Signer, oddSigner, rsaSigner, sshEd25519, withPolicies } from './support/keys.ts'
import { caSeed, hostCertificate, userCertificate } from './support/openssh.ts'

const authority = ed25519Signer(caSeed)
const authorities = [authority.publicKey]
const now = new Date('2026-01-01T00:00:00Z')
const user = ed25519Signer()
const alice = { definitions, authorities, type: 'user', principal: 'alice', now } as const
const one = { definitions, authorities, type: 'host', principal: 'one.example.org', now } as const
const valid = { validAfter: new Date('2025-01-01T00:00:00Z'), validBefore: new Date('2027-01-01T00:00:00Z') }

function issue(request: Partial<CertificateRequest> = {}, by: Signer = authority): Promise<Uint8Array> {
  const base = { publicKey: user.publicKey, type: 'user', principals: ['alice'], keyID: 'test', random: systemRandom, ...valid } as const
  return signCertificate({ ...base, ...request }, by)
}

async function verdict(blob: Uint8Array, constraints: Partial<CertificateConstraints> = {}): Promise<string> {
  const type = constraints.type === 'host' ? one : alice
  return await verifyCertificate(parseCertificate(blob, constraints.definitions ?? definitions), { ...type, ...constraints }).then(
    () => 'valid',
    (error: Error) => `${(error as { code?: string }).code}: ${error.message}`,
  )
}

describe('a certificate by ssh-keygen', () => {
  it('for a host is good for its names, patterns among them, and nothing else', async () => {
    for (const name of ['one.example.org', 'a.cluster.example.org', 'a.b.cluster.example.org']) {
      expect(await verdict(hostCertificate, { type: 'host', principal: name }), name).toBe('valid')
    }
    for (const name of ['two.example.org', 'cluster.example.org', 'one.example.org.evil.org', 'one.example.orG', '']) {
      expect(await verdict(hostCertificate, { type: 'host', principal: name }), name).toMatch(/^KEY: expected a certificate for/)
    }
  })

  it('for a user says what it restricts and permits', async () => {
    const able: PublicKeyDefinition = Object.freeze({ ...sshEd25519, withPolicy: () => sshEd25519 })
    const certificate = parseCertificate(userCertificate, [able])
    const options = await verifyCertificate(certificate, { ...alice, definitions: [able], sourceAddress: '192.0.2.7' })
    expect(options).toEqual({
      forceCommand: 'uptime -p',
      sourceAddress: '192.0.2.0/24,2001:db8::/32',
      verifyRequired: true,
      touchRequired: false,
      permitAgentForwarding: false,
      permitPortForwarding: false,
      permitPty: true,
      permitUserRc: false,
      permitX11Forwarding: false,
    })
  })

  it('is refused where its key cannot prove what it demands of signatures', async () => {
    expect(await verdict(userCertificate, { sourceAddress: '192.0.2.7' })).toMatch(/verify-required for a security key/)
  })

  it('has a wrong signature with any bit of what is signed flipped, where it can be read at all', async () => {
    const { signedData } = parseCertificate(hostCertificate, definitions)
    for (let index = 0; index < signedData.length; index++) {
      const flipped = hostCertificate.slice()
      flipped[index]! ^= 1 << (index & 7)
      await expect((async () => verifyCertificate(parseCertificate(flipped, definitions), one))(), `byte ${index}`).rejects.toMatchObject({
        code: 'KEY',
        fault: 'peer',
      })
    }
  })
})

describe('the type', () => {
  it('is that which was asked for', async () => {
    expect(await verdict(await issue(), { type: 'host' })).toMatch('expected a host certificate; found a user certificate')
    expect(await verdict(hostCertificate, { type: 'user' })).toMatch('expected a user certificate; found a host certificate')
  })
})

describe('the authority', () => {
  it('is one of those that are trusted', async () => {
    expect(await verdict(await issue())).toBe('valid')
    expect(await verdict(await issue({}, ed25519Signer()))).toMatch('by a trusted authority')
    expect(await verdict(await issue(), { authorities: [] })).toMatch('by a trusted authority')
  })

  it('has signed: its name alone is not enough', async () => {
    const impostor = { ...ed25519Signer(), publicKey: authority.publicKey }
    expect(await verdict(await issue({}, impostor))).toMatch('the signature of the authority is wrong')
  })

  it('is no certificate, not even a trusted one', async () => {
    const middle = ed25519Signer()
    const certificate = certifiedSigner(middle, await issue({ publicKey: middle.publicKey }))
    const pretending = { ...middle, publicKey: certificate.publicKey }
    // signCertificate refuses to do it, so the key is swapped for a certificate underneath.
    const plain = parseCertificate(await issue({}, middle), definitions)
    const body = plain.signedData.subarray(0, plain.signedData.length - middle.publicKey.length - 4)
    const signed = new WireWriter().writeBytes(body).writeString(pretending.publicKey).finish()
    const blob = new WireWriter()
      .writeBytes(signed)
      .writeString(await middle.sign(signed, 'ssh-ed25519'))
      .finish()
    const trusted = { authorities: [pretending.publicKey], definitions: [certified(sshEd25519), sshEd25519] }
    expect(await verdict(blob, trusted)).toMatch('found one signed by a certificate, ssh-ed25519-cert-v01@openssh.com')
  })

  it('is not revoked, nor is the certificate or its key', async () => {
    const certificate = await issue()
    expect(await verdict(certificate, { revoked: [ed25519Signer().publicKey] })).toBe('valid')
    expect(await verdict(certificate, { revoked: [authority.publicKey] })).toMatch('the authority that signed the certificate is revoked')
    expect(await verdict(certificate, { revoked: [user.publicKey] })).toMatch('the certificate, or its key, is revoked')
    expect(await verdict(certificate, { revoked: [certificate] })).toMatch('the certificate, or its key, is revoked')
  })

  it('has signed with an algorithm that is secure, or allowed by name', async () => {
    const rsa = rsaSigner()
    const trusted = { authorities: [rsa.publicKey] }
    expect(await verdict(await issue({}, rsa), trusted)).toBe('valid')
    const old = await issue({ algorithm: 'ssh-rsa' }, rsa)
    expect(await verdict(old, trusted)).toMatch('expected a certificate signed with an algorithm that we allow; found ssh-rsa')
    expect(await verdict(old, { ...trusted, signatureAlgorithms: ['ssh-rsa'] })).toBe('valid')
    expect(await verdict(await issue({}, rsa), { ...trusted, signatureAlgorithms: ['ssh-ed25519'] })).toMatch('algorithm that we allow')
  })

  it('has signed in the format of its own key', async () => {
    const mixed: Signer = { ...rsaSigner(), publicKey: authority.publicKey }
    expect(await verdict(await issue({}, mixed))).toMatch('found rsa-sha2-512 with a key of format ssh-ed25519')
  })

  it('is of a type that is known and acceptable', async () => {
    const odd = oddSigner()
    expect(await verdict(await issue({}, odd), { authorities: [odd.publicKey] })).toBe('valid')
    expect(await verdict(await issue({}, odd), { authorities: [odd.publicKey], definitions: [sshEd25519] })).toMatch('that we allow')
    const weak = rsaSigner(1024)
    expect(await verdict(await issue({}, weak), { authorities: [weak.publicKey] })).toMatch('less than 2048 bits')
  })
})

describe('the time', () => {
  it.each([
    ['2024-12-31T23:59:59.999Z', /will be in 1 s/],
    ['2025-01-01T00:00:00Z', /^valid$/],
    ['2026-12-31T23:59:59.999Z', /^valid$/],
    ['2027-01-01T00:00:00Z', /expired 0 s ago/],
  ])('%s: %s', async (time, expected) => {
    expect(await verdict(await issue(), { now: new Date(time) })).toMatch(expected)
  })

  it('is the machine’s where nobody gives one', async () => {
    const [past, future] = [new Date(Date.now() - 60_000), new Date(Date.now() + 60_000)]
    const { now: _now, ...constraints } = alice
    const verify = async (request: Partial<CertificateRequest>) =>
      verifyCertificate(parseCertificate(await issue(request), definitions), constraints)
    await expect(verify({ validAfter: past, validBefore: future })).resolves.toBeDefined()
    await expect(verify({ validAfter: new Date(0), validBefore: past })).rejects.toThrow('expired')
    await expect(verify({ validAfter: future, validBefore: 'forever' })).rejects.toThrow('will be')
  })

  it('never ends for certificates that are valid for ever', async () => {
    expect(await verdict(await issue({ validBefore: 'forever' }), { now: new Date(8.64e15) })).toBe('valid')
  })

  it('is a time', async () => {
    expect(await verdict(await issue(), { now: new Date(Number.NaN) })).toMatch('ARGUMENT')
  })
})

describe('the principals', () => {
  it('have the name, letter by letter where it is a user’s', async () => {
    const certificate = await issue({ principals: ['bob', 'alice'] })
    expect(await verdict(certificate)).toBe('valid')
    expect(await verdict(certificate, { principal: ['carol', 'bob'] })).toBe('valid')
    for (const principal of ['Alice', 'alic', 'alice ', 'bob,alice', '*', '', []]) {
      expect(await verdict(certificate, { principal }), String(principal)).toMatch('expected a certificate for')
    }
  })

  it.each(['*', 'a?ice', 'root,alice', 'alice,root'])('%s is a user’s name, not a pattern and not a list', async (principal) => {
    expect(await verdict(await issue({ principals: [principal] }))).toMatch('expected a certificate for "alice"')
  })

  it('are there: without any a certificate is good for nobody', async () => {
    const certificate = parseCertificate(await issue(), definitions)
    await expect(verifyCertificate({ ...certificate, principals: [] }, alice)).rejects.toThrow('without principals')
    const host = parseCertificate(hostCertificate, definitions)
    await expect(verifyCertificate({ ...host, principals: [] }, one)).rejects.toThrow('without principals')
  })

  it.each<[string, string, boolean]>([
    ['*', 'anything', true],
    ['*', '', true],
    ['?', '', false],
    ['a*c', 'abbc', true],
    ['a*c', 'abcd', false],
    ['a**b?', 'axbc', true],
    ['*.*.*', 'a.b', false],
    [`${'*a'.repeat(50)}b`, 'a'.repeat(2000), false],
  ])('%s as a host’s: %s is one of them: %s', async (principal, name, expected) => {
    const result = await verdict(await issue({ type: 'host', principals: [principal] }), { type: 'host', principal: name })
    expect(result === 'valid').toBe(expected)
  })

  it('are shown in messages without their control characters', async () => {
    expect(await verdict(await issue({ principals: ['\u001b[2J\n'] }))).toMatch(String.raw`found one for "\u001b[2J\n"`)
  })
})

describe('critical options', () => {
  it('that are unknown make a certificate useless, unless somebody else understands them', async () => {
    const certificate = await issue({ criticalOptions: { 'moon@example.org': new Uint8Array([1]) } })
    expect(await verdict(certificate)).toMatch('critical options that are known; found moon@example.org')
    expect(await verdict(certificate, { criticalOptions: ['moon@example.org'] })).toBe('valid')
  })

  it('are not there for hosts, OpenSSH’s for users included', async () => {
    const host = parseCertificate(hostCertificate, definitions)
    const forced = { ...host, criticalOptions: new Map([['force-command', new WireWriter().writeString('id').finish()]]) }
    await expect(verifyCertificate(forced, one)).rejects.toThrow('found force-command')
  })

  it.each<[string, string, Uint8Array]>([
    ['force-command', 'that is cut off', new Uint8Array([0, 0, 0, 9, 1])],
    ['force-command', 'with something after it', new Uint8Array([0, 0, 0, 1, 0x61, 0])],
    ['force-command', 'with a zero in it', new Uint8Array([0, 0, 0, 2, 0x61, 0])],
    ['force-command', 'that is no text', new Uint8Array([0, 0, 0, 1, 0xff])],
    ['source-address', 'that is cut off', new Uint8Array(2)],
    ['verify-required', 'with data', new Uint8Array(1)],
  ])('%s %s is refused', async (name, _what, data) => {
    const certificate = { ...parseCertificate(await issue(), definitions), criticalOptions: new Map([[name, data]]) }
    await expect(verifyCertificate(certificate, { ...alice, sourceAddress: '127.0.0.1' })).rejects.toMatchObject({ code: 'KEY' })
  })

  it('source-address: lets in from there, from nowhere else, and not from where nobody knows', async () => {
    const certificate = await issue({ sourceAddresses: ['192.0.2.0/24', '2001:db8::/32'] })
    for (const sourceAddress of ['192.0.2.255', '::ffff:192.0.2.1', '2001:db8:ffff::1']) {
      expect(await verdict(certificate, { sourceAddress }), sourceAddress).toBe('valid')
    }
    for (const sourceAddress of ['192.0.3.1', '2001:db9::1', 'localhost', '']) {
      expect(await verdict(certificate, { sourceAddress }), sourceAddress).toMatch('expected a certificate that may be used from')
    }
    expect(await verdict(certificate)).toMatch('from an unknown address')
  })

  it.each(['', ',', '192.0.2.7,', '*', '0.0.0.0/0,!192.0.2.7', '192.0.2.7,nonsense', '192.0.2.7/33'])(
    'source-address: a list of %j lets in nobody',
    async (list) => {
      const data = new WireWriter().writeString(list).finish()
      const certificate = { ...parseCertificate(await issue(), definitions), criticalOptions: new Map([['source-address', data]]) }
      await expect(verifyCertificate(certificate, { ...alice, sourceAddress: '192.0.2.7' })).rejects.toThrow('may be used from 192.0.2.7')
    },
  )

  it('verify-required: is for keys that can tell', async () => {
    const odd = oddSigner()
    const certificate = await issue({ publicKey: odd.publicKey, verifyRequired: true })
    expect(await verdict(certificate)).toMatch('for a security key')
    expect(await verdict(certificate, { definitions: [sshEd25519, withPolicies().definition] })).toBe('valid')
  })
})

describe('extensions', () => {
  it('permit what they name; those that are unknown are passed over', async () => {
    const note = { 'note@example.org': new Uint8Array([1]) }
    const certificate = parseCertificate(await issue({ permissions: ['permitPty', 'permitX11Forwarding'], extensions: note }), definitions)
    expect(await verifyCertificate(certificate, alice)).toMatchObject({
      touchRequired: true,
      permitAgentForwarding: false,
      permitPortForwarding: false,
      permitPty: true,
      permitUserRc: false,
      permitX11Forwarding: true,
    })
  })

  it('have no data where they are known', async () => {
    const certificate = { ...parseCertificate(await issue(), definitions), extensions: new Map([['permit-pty', new Uint8Array(1)]]) }
    await expect(verifyCertificate(certificate, alice)).rejects.toThrow('expected no data in the option permit-pty')
  })

  it('permit a host nothing', async () => {
    const host = { ...parseCertificate(hostCertificate, definitions), extensions: new Map([['permit-pty', new Uint8Array()]]) }
    expect(Object.values(await verifyCertificate(host, one))).toEqual([false, true, false, false, false, false, false])
  })
})
