import { certifiedSigner, parseCertificate, signCertificate } from '@seashell/certificates'
import { AlgorithmRegistry, systemRandom } from '@seashell/core'
import { createSigner, formatPublicKey, generatePrivateKey, KnownHosts } from '@seashell/keys'
import { compatible } from '@seashell/presets'
import { describe, expect, it, vi } from 'vitest'
import { connect, createServer, hostKeyVerifier, preferKnown } from '../src/index.ts'

const algorithms = new AlgorithmRegistry(compatible)
const ed25519 = algorithms.publicKeys.get('ssh-ed25519')
const certified = algorithms.publicKeys.get('ssh-ed25519-cert-v01@openssh.com')
const destination = { host: 'example.org', port: 22 }
const authority = await generatePrivateKey(ed25519)
const hostKey = await generatePrivateKey(ed25519)
const certificate = await certificateFor('example.org')

async function certificateFor(principal: string): Promise<Uint8Array> {
  const [validAfter, random] = [new Date(0), systemRandom]
  const request = { publicKey: hostKey.publicKey, type: 'host', keyID: 'test', principals: [principal], validBefore: 'forever' } as const
  return await signCertificate({ ...request, validAfter, random }, createSigner(authority, algorithms.publicKeys))
}

const line = (marker: string, publicKey: Uint8Array): string => `${marker} example.org ${formatPublicKey(publicKey)}\n`
const trusted = line('@cert-authority', authority.publicKey)

function verify(file: string, shown: Uint8Array, decide?: () => boolean): Promise<boolean> {
  return hostKeyVerifier(new KnownHosts(file), destination, decide, algorithms.publicKeys)(shown, certified)
}

describe('a certificate that a host shows', () => {
  it('is accepted where an authority of the host vouches for it, and nobody is asked', async () => {
    const decide = vi.fn(() => false)
    expect(await verify(trusted, certificate, decide)).toBe(true)
    expect(decide).not.toHaveBeenCalled()
  })

  it('is as good as the key in it where no authority is known: known, changed or unknown', async () => {
    expect(await verify(line('', hostKey.publicKey), certificate)).toBe(true)
    await expect(verify(line('', authority.publicKey), certificate)).rejects.toMatchObject({ code: 'HOST_KEY', message: /not the one/ })
    await expect(verify('', certificate)).rejects.toMatchObject({ code: 'HOST_KEY', message: /not known/ })
  })

  it('is no better for an authority when it names another host', async () => {
    await expect(verify(trusted, await certificateFor('example.com'))).rejects.toMatchObject({ code: 'HOST_KEY', message: /not known/ })
  })

  it('is remembered as the plain key', async () => {
    const knownHosts = new KnownHosts()
    const verifier = hostKeyVerifier(
      knownHosts,
      destination,
      (question) => {
        expect([question.typeName, question.bits]).toEqual(['ED25519', 256])
        return question.remember() !== ''
      },
      algorithms.publicKeys,
    )
    expect(await verifier(certificate, certified)).toBe(true)
    expect(knownHosts.check('example.org', 22, hostKey.publicKey).status).toBe('ok')
  })

  it.each([
    ['authority', authority.publicKey],
    ['key', hostKey.publicKey],
  ])('is refused when its %s is revoked, whatever else is known', async (_, revoked) => {
    const file = trusted + line('', hostKey.publicKey) + line('@revoked', revoked)
    await expect(verify(file, certificate, () => true)).rejects.toMatchObject({ code: 'HOST_KEY', message: /revoked/ })
  })

  it('is refused with SSHError when it is no certificate in the end', async () => {
    expect(parseCertificate(certificate, algorithms.publicKeys).type).toBe('host')
    await expect(verify(trusted, certificate.subarray(0, -1))).rejects.toMatchObject({ name: 'SSHError', fault: 'peer' })
  })
})

describe('the host key algorithms that a client offers', () => {
  const names = ['ssh-ed25519-cert-v01@openssh.com', 'rsa-sha2-512-cert-v01@openssh.com', 'ssh-ed25519', 'rsa-sha2-512']
  const preferred = (file: string) => preferKnown(names, algorithms, new KnownHosts(file), destination)

  it('are certificates first where an authority of the host is known, even beside a known key', () => {
    expect(preferred(trusted)).toEqual(names)
    expect(preferred(trusted + line('', hostKey.publicKey))).toEqual(names)
  })

  it('are those of known keys first, where it is not', () => {
    expect(preferred(line('', hostKey.publicKey))).toEqual([names[2], names[0], names[1], names[3]])
  })
})

describe('connect()', () => {
  it.each([
    ['the certificate, where the authority is known', '@cert-authority ', authority.publicKey, 'ssh-ed25519-cert-v01@openssh.com'],
    ['the plain key, where that is known', '', hostKey.publicKey, 'ssh-ed25519'],
  ])('has a server show %s', async (_, marker, known, expected) => {
    const plain = createSigner(hostKey, algorithms.publicKeys)
    const shown = certifiedSigner(plain, await certificateFor('127.0.0.1'))
    await using server = await createServer({ hostKeys: [shown, plain], auth: { password: () => true } })
    const { port } = await server.listen()
    const knownHosts = new KnownHosts(`${marker}[127.0.0.1]:${port} ${formatPublicKey(known)}\n`)
    await using client = await connect({ host: '127.0.0.1', port, user: 'alice', password: 'any', knownHosts })
    expect(client.describe().negotiated?.publicKey.name).toBe(expected)
  })
})
