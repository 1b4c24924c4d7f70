import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  type CertificateRequest,
  certifiedPublicKeys,
  certifiedSigner,
  isCertificate,
  isCertificateName,
  parseCertificate,
  signCertificate,
  verifyCertificate,
  verifyHostCertificate,
  verifyUserCertificate,
} from '@seashell/certificates'
import { AlgorithmRegistry, type Signer, SSHClientTransport, SSHServerTransport, SSHService, systemRandom } from '@seashell/core'
import { WireWriter } from '@seashell/core/wire'
import {
  openSSHsToTest,
  generateKey,
  type KeyFile,
  runSsh,
  securityKey,
  type Sshd,
  type SshOptions,
  startAgent,
  startSshd,
  webSecurityKey,
} from '@seashell/interop'
import { webauthnSkEcdsaSha2Nistp256 } from '@seashell/key-sk'
import { createSigner, formatPublicKey, KnownHosts, parseAuthorizedKeys, parsePrivateKey, parsePublicKey } from '@seashell/keys'
import { attachStream, connectSocket } from '@seashell/node'
import { compatible } from '@seashell/presets'
import { type PublicKeyHandler, publicKey, UserAuthClient, UserAuthServer } from '@seashell/userauth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const peers = openSSHsToTest()
const keyTypes = ['ed25519', 'ecdsa', 'rsa']
const registered = new AlgorithmRegistry(compatible, webauthnSkEcdsaSha2Nistp256).publicKeys
const plain = [...registered].filter(({ keyFormat }) => !isCertificateName(keyFormat))
// Certificates first: a host that has one shows it.
const others = compatible.filter(({ kind }) => kind !== 'public-key')
const algorithms = new AlgorithmRegistry(certifiedPublicKeys(plain), plain, others)
const definitions = [...algorithms.publicKeys]
const run = promisify(execFile)

/** Says goodbye at once: an ssh that has come so far is authenticated. */
class FarewellService extends SSHService {
  override readonly name: string = 'ssh-connection'
  override readonly protocolMessages: Readonly<Record<number, string>> = {}

  override packetReceived(): void {}

  override serviceStarted(): void {
    if (!this.transport.isClient) this.transport.sendDisconnect(11, 'authenticated, and goodbye')
  }
}

async function signerOf({ path }: KeyFile): Promise<Signer> {
  return createSigner(await parsePrivateKey(await readFile(path, 'utf8'), { publicKeys: plain }), plain)
}

const blobOf = (line: string): Uint8Array => parsePublicKey(line).publicKey

/** Lets in whom authorized_keys does, by certificate or without. */
function handlerFor(authorizedKeys: string): PublicKeyHandler {
  const { entries: lines } = parseAuthorizedKeys(authorizedKeys)
  return async ({ publicKey: blob }, { user, peer }) => {
    if (!isCertificate(blob)) {
      const line = lines.find((entry) => !entry.options.certAuthority && Buffer.compare(entry.publicKey, blob) === 0)
      return line !== undefined && { accept: true, signaturePolicy: line.options }
    }
    const trust = { user, lines, definitions, sourceAddress: peer.address.host }
    const { options } = await verifyUserCertificate(blob, trust).catch(() => ({ options: undefined }))
    return options !== undefined && { accept: true, signaturePolicy: options }
  }
}

/** Our client against an sshd: the algorithm that let it in. */
async function login(server: Sshd, signer: Signer, verifyHostKey: (key: Uint8Array) => boolean | Promise<boolean> = () => true) {
  const client = new SSHClientTransport({ algorithms, verifyHostKey })
  attachStream(client, await connectSocket({ host: '127.0.0.1', port: server.port }))
  await client.secured
  const auth = new UserAuthClient({ user: server.user, service: new FarewellService(), methods: [publicKey(signer)] })
  client.requestService(auth)
  try {
    await auth.authenticated
  } finally {
    client.loseConnection()
  }
  return auth.attempts.at(-1)?.detail
}

describe.each(peers)('with OpenSSH $version', (peer) => {
  let folder: string
  let authority: KeyFile
  let stranger: KeyFile
  let keys: Record<string, KeyFile>
  let hostKey: Signer

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seashell-certificates-'))
    const generate = (name: string, type = 'ed25519'): Promise<KeyFile> => generateKey(peer, join(folder, name), type)
    ;[authority, stranger] = [await generate('authority'), await generate('stranger')]
    keys = Object.fromEntries(await Promise.all(keyTypes.map(async (type) => [type, await generate(type, type)])))
    hostKey = await signerOf(await generate('host'))
  })

  afterAll(() => rm(folder, { recursive: true }))

  /** Has ssh-keygen certify a key; the certificate is beside it, where ssh finds it. */
  async function certify(key: KeyFile, args: readonly string[], by: KeyFile = authority): Promise<Uint8Array> {
    await run(peer.sshKeygen, ['-q', '-s', by.path, '-I', 'test', ...args, `${key.path}.pub`], { timeout: 30_000 })
    return blobOf(await readFile(`${key.path}-cert.pub`, 'utf8'))
  }

  async function issue(request: Partial<CertificateRequest> & Pick<CertificateRequest, 'publicKey'>): Promise<Uint8Array> {
    const base = {
      type: 'user',
      principals: ['alice'],
      keyID: 'ours',
      validAfter: new Date(0),
      validBefore: 'forever',
      random: systemRandom,
    } as const
    return await signCertificate({ ...base, ...request }, await signerOf(authority))
  }

  /** Our server, with an ssh against it: what ssh said. */
  async function serve(methods: { publicKey: PublicKeyHandler }, ssh: Partial<SshOptions>, hostKeys = [hostKey]): Promise<string> {
    const getService = (): UserAuthServer => new UserAuthServer({ methods, services: { 'ssh-connection': () => new FarewellService() } })
    const listener = createServer((socket) => attachStream(new SSHServerTransport({ algorithms, hostKeys, getService }), socket))
    listener.listen(0, '127.0.0.1')
    await once(listener, 'listening')
    const { port } = listener.address() as AddressInfo
    const { stderr } = await runSsh(peer, { port, hostKeys: 'any', user: 'alice', command: 'true', ...ssh })
    listener.close()
    return stderr
  }

  async function withSshd(options: Parameters<typeof startSshd>[1], use: (server: Sshd) => Promise<void>): Promise<void> {
    const server = await startSshd(peer, options)
    try {
      await use(server)
    } finally {
      await server.stop()
    }
  }

  /** Trusts the authority, and nobody else. */
  const trusting = (): { publicKey: PublicKeyHandler } => ({ publicKey: handlerFor(`cert-authority ${authority.publicKey}`) })

  /** Configures ssh to know one line. */
  const knownHosts = async (line: string): Promise<readonly string[]> => {
    await writeFile(join(folder, 'known_hosts'), `${line}\n`)
    return [`UserKnownHostsFile ${join(folder, 'known_hosts')}`]
  }

  /** An ssh that signs through an agent, with or without a certificate, at our server. */
  async function throughAgent(signer: Signer, authorizedKeys: string, certifyWith?: readonly string[]): Promise<string> {
    const path = join(await mkdtemp(join(folder, 'agent-')), 'key')
    const key = { path, publicKey: formatPublicKey(signer.publicKey) }
    await writeFile(`${path}.pub`, `${key.publicKey}\n`)
    if (certifyWith !== undefined) await certify(key, certifyWith)
    const agent = await startAgent(`${path}.sock`, signer)
    const config = [`IdentityAgent ${path}.sock`, ...(certifyWith === undefined ? [] : [`CertificateFile ${path}-cert.pub`])]
    try {
      return await serve({ publicKey: handlerFor(authorizedKeys) }, { identity: path, config })
    } finally {
      agent.stop()
    }
  }

  /** What ssh-keygen says to a signature. */
  const verifyByKeygen = async (signer: Signer): Promise<string> => {
    const [file, allowed] = [join(folder, 'message.sig'), join(folder, 'allowed')]
    await writeFile(file, await sshSignature(signer, 'hello'))
    await writeFile(allowed, `alice ${formatPublicKey(signer.publicKey)}\n`)
    const done = run(peer.sshKeygen, ['-Y', 'verify', '-f', allowed, '-I', 'alice', '-n', 'file', '-s', file], { timeout: 30_000 })
    done.child.stdin?.end('hello')
    return await done.then(
      ({ stdout }) => stdout,
      ({ stdout }: { stdout: string }) => stdout,
    )
  }

  describe('users’ certificates by ssh-keygen, at our server', () => {
    it.each(keyTypes)('let in with a key of type %s', async (type) => {
      await certify(keys[type]!, ['-n', 'alice,bob', '-V', '+1h', '-O', 'source-address=127.0.0.0/8'])
      expect(await serve(trusting(), { identity: keys[type]!.path })).toContain('authenticated, and goodbye')
    })

    it.each<[string, readonly string[]]>([
      ['that have expired', ['-n', 'alice', '-V', '20200101:20210101']],
      ['that are not valid yet', ['-n', 'alice', '-V', '20990101:21000101']],
      ['for somebody else', ['-n', 'bob']],
      ['for nobody', []],
      ['from elsewhere', ['-n', 'alice', '-O', 'source-address=192.0.2.0/24,2001:db8::/32']],
      ['of a host', ['-h', '-n', 'alice']],
      ['with a critical option that nobody knows', ['-n', 'alice', '-O', 'critical:moon@example.org=full']],
      ['with verify-required, for a key in a file', ['-n', 'alice', '-O', 'verify-required']],
    ])('do not let in %s', async (_what, args) => {
      const key = keys['ed25519']!
      const certificate = parseCertificate(await certify(key, args), definitions)
      const constraints = { definitions, authorities: [blobOf(authority.publicKey)], type: 'user', principal: 'alice' } as const
      await expect(verifyCertificate(certificate, { ...constraints, sourceAddress: '127.0.0.1' })).rejects.toMatchObject({ code: 'KEY' })
      // ssh shows no host's certificate to a server.
      expect(await serve(trusting(), { identity: key.path })).toContain('Permission denied')
    })

    it('do not let in by another authority, nor the key without its certificate', async () => {
      await certify(keys['ed25519']!, ['-n', 'alice'], stranger)
      expect(await serve(trusting(), { identity: keys['ed25519']!.path })).toContain('Permission denied')
      await rm(`${keys['ed25519']!.path}-cert.pub`)
      expect(await serve(trusting(), { identity: keys['ed25519']!.path })).toContain('Permission denied')
    })

    it('signed by a key of each type are right', async () => {
      for (const type of ['ecdsa', 'rsa']) {
        const certificate = parseCertificate(await certify(keys['ed25519']!, ['-n', 'alice'], keys[type]), definitions)
        const trust = { definitions, authorities: [blobOf(keys[type]!.publicKey)], type: 'user', principal: 'alice' } as const
        await expect(verifyCertificate(certificate, trust), type).resolves.toMatchObject({ permitPty: true })
      }
      const old = parseCertificate(await certify(keys['ed25519']!, ['-n', 'alice', '-t', 'rsa-sha2-256'], keys['rsa']), definitions)
      const trust = { definitions, authorities: [blobOf(keys['rsa']!.publicKey)], type: 'user', principal: 'alice' } as const
      await expect(verifyCertificate(old, { ...trust, signatureAlgorithms: ['rsa-sha2-512'] })).rejects.toThrow('found rsa-sha2-256')
    })
  })

  describe('users’ certificates of ours, at sshd', () => {
    let sshd: Sshd
    beforeAll(async () => {
      // Since 9.8 sshd hangs up at once on addresses that have failed a few times.
      const penalties = peer.version.startsWith('9.2') ? [] : ['PerSourcePenalties no']
      sshd = await startSshd(peer, { config: [`TrustedUserCAKeys ${authority.path}.pub`, 'LogLevel DEBUG', ...penalties] })
    })
    afterAll(() => sshd.stop())

    async function show(type: string, request: Partial<CertificateRequest>): Promise<Signer> {
      const signer = await signerOf(keys[type]!)
      return certifiedSigner(signer, await issue({ publicKey: signer.publicKey, principals: [sshd.user], serial: 4711n, ...request }))
    }

    it.each([
      ['ed25519', 'ssh-ed25519-cert-v01@openssh.com'],
      ['ecdsa', 'ecdsa-sha2-nistp256-cert-v01@openssh.com'],
      ['rsa', 'rsa-sha2-512-cert-v01@openssh.com'],
    ])('let in with a key of type %s', async (type, algorithm) => {
      const everything = { forceCommand: 'true', sourceAddresses: ['127.0.0.1', '::1'], validBefore: new Date(Date.now() + 60_000) }
      expect(await login(sshd, await show(type, everything))).toBe(algorithm)
      expect(sshd.log()).toContain('Accepted certificate ID "ours" (serial 4711)')
    })

    it.each<[string, Partial<CertificateRequest>, string]>([
      ['that have expired', { validBefore: new Date(Date.now() - 60_000) }, 'expired'],
      ['for somebody else', { principals: ['somebody-else'] }, 'name is not a listed principal'],
      ['from elsewhere', { sourceAddresses: ['192.0.2.0/24'] }, 'not from a permitted source address'],
      ['of a host', { type: 'host' }, 'not a user certificate'],
      ['with critical options that sshd does not know', { criticalOptions: { 'moon@example.org': new Uint8Array() } }, 'moon@example.org'],
    ])('do not let in %s', async (_what, request, reason) => {
      await expect(login(sshd, await show('ed25519', request))).rejects.toMatchObject({ code: 'AUTHENTICATION' })
      expect(sshd.log()).toContain(reason)
    })

    it('are read by ssh-keygen', async () => {
      const signer = await show('rsa', { keyID: 'for ssh-keygen', forceCommand: 'id', touchRequired: false })
      await writeFile(join(folder, 'ours-cert.pub'), `${formatPublicKey(signer.publicKey)}\n`)
      const { stdout } = await run(peer.sshKeygen, ['-L', '-f', join(folder, 'ours-cert.pub')])
      for (const part of ['Type: ssh-rsa-cert-v01@openssh.com user certificate', '"for ssh-keygen"', 'Serial: 4711', 'force-command id']) {
        expect(stdout).toContain(part)
      }
      expect(stdout).toMatch(/Extensions: \s+no-touch-required\s+permit-X11-forwarding\s+permit-agent-forwarding/)
    })
  })

  describe('hosts’ certificates', () => {
    it.each(keyTypes)('of ours are taken by ssh, for a key of type %s', async (type) => {
      const signer = await signerOf(keys[type]!)
      const certificate = await issue({ publicKey: signer.publicKey, type: 'host', principals: ['seashell'] })
      const config = await knownHosts(`@cert-authority seashell ${authority.publicKey}`)
      const identity = keys['ecdsa']!.path
      await rm(`${identity}-cert.pub`, { force: true })
      const accept = { publicKey: () => true }
      expect(await serve(accept, { hostKeys: [], config, identity }, [certifiedSigner(signer, certificate)])).toContain('and goodbye')
      const wrong = await issue({ publicKey: signer.publicKey, type: 'host', principals: ['other'] })
      expect(await serve(accept, { hostKeys: [], config, identity }, [certifiedSigner(signer, wrong)])).toContain('verification failed')
    })

    it.each(keyTypes)('of sshd are taken by us, for a key of type %s', async (type) => {
      const [key, user] = [keys[type]!, keys['ed25519']!]
      await certify(key, ['-h', '-n', 'one.example.org,two.example.org'])
      const config = [`HostKey ${key.path}`, `HostCertificate ${key.path}-cert.pub`]
      await withSshd({ config, hostKeyTypes: [], authorizedKeys: [user.publicKey] }, async (sshd) => {
        const signer = await signerOf(user)
        const connect = (host: string, lines: string): Promise<unknown> => {
          const known = new KnownHosts(lines).find(host, 22)
          return login(
            sshd,
            signer,
            async (shown) => (await verifyHostCertificate(shown, { host, lines: known, definitions })).type === 'host',
          )
        }
        const trusted = `@cert-authority *.example.org ${authority.publicKey}\n`
        expect(await connect('Two.example.org', trusted)).toBe('ssh-ed25519')
        await expect(connect('three.example.org', trusted)).rejects.toMatchObject({ code: 'KEY' })
        await expect(connect('one.example.org', '')).rejects.toMatchObject({ code: 'KEY' })
        await expect(connect('one.example.org', `${trusted}@revoked * ${authority.publicKey}\n`)).rejects.toMatchObject({ code: 'KEY' })
      })
    })
  })

  describe.each(['ed25519', 'ecdsa'] as const)('a security key of type %s', (type) => {
    it('lets in at sshd, and not untouched', async () => {
      const [signer, untouched] = [securityKey(type), securityKey(type, { flags: 0 })]
      const authorizedKeys = [signer, untouched].map((key) => formatPublicKey(key.publicKey))
      await withSshd({ authorizedKeys }, async (sshd) => {
        expect(await login(sshd, signer)).toBe(signer.algorithms[0])
        await expect(login(sshd, untouched)).rejects.toMatchObject({ code: 'AUTHENTICATION' })
        expect(sshd.log()).toContain('user presence')
      })
    })

    it('lets in at sshd with a certificate of ours', async () => {
      await withSshd({ config: [`TrustedUserCAKeys ${authority.path}.pub`] }, async (sshd) => {
        const signer = securityKey(type, { flags: 5 })
        const certificate = await issue({ publicKey: signer.publicKey, principals: [sshd.user], verifyRequired: true })
        expect(await login(sshd, certifiedSigner(signer, certificate))).toMatch(/^sk-.*-cert-v01@openssh\.com$/)
        const unverified = securityKey(type)
        const other = await issue({ publicKey: unverified.publicKey, principals: [sshd.user], verifyRequired: true })
        await expect(login(sshd, certifiedSigner(unverified, other))).rejects.toMatchObject({ code: 'AUTHENTICATION' })
      })
    })

    it('lets ssh in at our server, as its line in authorized_keys demands', async () => {
      const [signer, untouched] = [securityKey(type), securityKey(type, { flags: 0 })]
      const [line, other] = [formatPublicKey(signer.publicKey), formatPublicKey(untouched.publicKey)]
      expect(await throughAgent(signer, line)).toContain('authenticated, and goodbye')
      expect(await throughAgent(signer, `verify-required ${line}`)).toContain('Permission denied')
      expect(await throughAgent(untouched, other)).toContain('Permission denied')
      expect(await throughAgent(untouched, `no-touch-required ${other}`)).toContain('authenticated, and goodbye')
    })

    it('lets ssh in at our server with a certificate by ssh-keygen', async () => {
      const trusted = `cert-authority,no-touch-required ${authority.publicKey}`
      const untouched = securityKey(type, { flags: 0 })
      expect(await throughAgent(securityKey(type), trusted, ['-n', 'alice'])).toContain('authenticated, and goodbye')
      expect(await throughAgent(untouched, trusted, ['-n', 'alice'])).toContain('Permission denied')
      expect(await throughAgent(untouched, trusted, ['-n', 'alice', '-O', 'no-touch-required'])).toContain('authenticated, and goodbye')
      const verified = securityKey(type, { flags: 5 })
      expect(await throughAgent(verified, trusted, ['-n', 'alice', '-O', 'verify-required'])).toContain('authenticated, and goodbye')
      expect(await throughAgent(securityKey(type), trusted, ['-n', 'alice', '-O', 'verify-required'])).toContain('Permission denied')
    })

    it('signs what ssh-keygen -Y verifies', async () => {
      expect(await verifyByKeygen(securityKey(type))).toMatch(/^Good "file" signature for alice with (ED25519|ECDSA)-SK key/)
      expect(await verifyByKeygen(securityKey(type, { application: 'ssh:other' }))).not.toMatch('Good')
    })
  })

  it('a security key behind a browser lets in at sshd, and signs what ssh-keygen -Y verifies', async () => {
    const [signer, untouched] = [webSecurityKey(), webSecurityKey({ flags: 0 })]
    const config = [`PubkeyAcceptedAlgorithms +${signer.algorithms[0]}`]
    const authorizedKeys = [signer, untouched].map((key) => formatPublicKey(key.publicKey))
    await withSshd({ config, authorizedKeys }, async (sshd) => {
      expect(await login(sshd, signer)).toBe(signer.algorithms[0])
      await expect(login(sshd, untouched)).rejects.toMatchObject({ code: 'AUTHENTICATION' })
    })
    expect(await verifyByKeygen(signer)).toMatch(/^Good "file" signature for alice with ECDSA-SK key/)
    expect(await verifyByKeygen(webSecurityKey({ application: 'ssh:other' }))).not.toMatch('Good')
  })
})

/** A signature of a file (OpenSSH PROTOCOL.sshsig). */
async function sshSignature(signer: Signer, message: string): Promise<string> {
  const digest = createHash('sha512').update(message).digest()
  const magic = Buffer.from('SSHSIG')
  const signed = new WireWriter().writeBytes(magic).writeString('file').writeString('').writeString('sha512').writeString(digest).finish()
  const blob = new WireWriter()
    .writeBytes(magic)
    .writeUint32(1)
    .writeString(signer.publicKey)
    .writeString('file')
    .writeString('')
    .writeString('sha512')
    .writeString(await signer.sign(signed, signer.algorithms[0]!))
    .finish()
  const lines = Buffer.from(blob).toString('base64').replaceAll(/.{70}/g, '$&\n')
  return `-----BEGIN SSH SIGNATURE-----\n${lines}\n-----END SSH SIGNATURE-----\n`
}
