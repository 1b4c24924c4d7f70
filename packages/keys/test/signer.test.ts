import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { WireReader, WireWriter } from '@seashell/core/wire'
import { ecdsaSha2Nistp256 } from '@seashell/key-ecdsa'
import { sshEd25519 } from '@seashell/key-ed25519'
import { rsaSha2_256, rsaSha2_512 } from '@seashell/key-rsa'
import { createSigner, formatPrivateKey, formatPublicKey, generatePrivateKey, keyFormatOf, parsePrivateKey } from '@seashell/keys'
import { seededRandom } from '@seashell/test-support'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { failure, publicKeys } from './fixtures.ts'
import { hasSSHKeygen, keyTypes, Workplace } from './ssh-keygen.ts'

const random = seededRandom('signer')
const data = new TextEncoder().encode('what is signed')

/** What a signature of OpenSSH's PROTOCOL.sshsig covers. */
function signedData(message: Uint8Array): Uint8Array {
  return new WireWriter()
    .writeBytes(Buffer.from('SSHSIG'))
    .writeString('file')
    .writeString('')
    .writeString('sha512')
    .writeString(createHash('sha512').update(message).digest())
    .finish()
}

/** The signature file of PROTOCOL.sshsig. */
function signatureFile(publicKey: Uint8Array, signature: Uint8Array): string {
  const bytes = new WireWriter().writeBytes(Buffer.from('SSHSIG')).writeUint32(1).writeString(publicKey)
  bytes.writeString('file').writeString('').writeString('sha512').writeString(signature)
  const body = Buffer.from(bytes.finish()).toString('base64').replaceAll(/.{70}/g, '$&\n')
  return `-----BEGIN SSH SIGNATURE-----\n${body}\n-----END SSH SIGNATURE-----\n`
}

describe.runIf(hasSSHKeygen)('signatures, with ssh-keygen on the other side', () => {
  for (const { args, keyFormat } of keyTypes) {
    it(`${args.join(' ')}: what it signs verifies`, async () => {
      using workplace = new Workplace()
      workplace.keygen(['-q', ...args, '-N', '', '-f', 'key'])
      workplace.write('data', data)
      workplace.keygen(['-Y', 'sign', '-q', '-f', 'key', '-n', 'file', 'data'])
      const lines = readFileSync(join(workplace.path, 'data.sig'), 'utf8').trim().split('\n')
      const reader = new WireReader(Buffer.from(lines.slice(1, -1).join(''), 'base64').subarray(10))
      const publicKey = reader.readString()
      for (let field = 0; field < 3; field++) reader.readString()
      const signature = reader.readString()
      const format = new WireReader(signature).readName()
      const definition = publicKeys.find(({ signatureFormat }) => signatureFormat === format)!
      expect(keyFormatOf(publicKey)).toBe(keyFormat)
      expect(await definition.verify(publicKey, signedData(data), signature)).toBe(true)
      expect(await definition.verify(publicKey, data, signature)).toBe(false)
    })
  }

  for (const definition of publicKeys) {
    it(`${definition.name}: what we sign with its file's key it verifies`, async () => {
      using workplace = new Workplace()
      const key = await generatePrivateKey(definition, { random, bits: 2048 })
      const read = await parsePrivateKey(await formatPrivateKey(key), { publicKeys })
      const signature = await createSigner(read, publicKeys).sign(signedData(data), definition.name)
      workplace.write('signature', signatureFile(key.publicKey, signature))
      workplace.write('signers', `me ${formatPublicKey(key.publicKey)}\n`)
      const verify = ['-Y', 'verify', '-f', 'signers', '-I', 'me', '-n', 'file', '-s', 'signature']
      expect(workplace.keygen(verify, data)).toMatchObject({
        status: 0,
        output: expect.stringContaining('Good "file" signature') as string,
      })
      expect(workplace.keygen(verify, 'other data').status).not.toBe(0)
    })
  }
})

describe('createSigner', () => {
  it('has all algorithms of the key format that can sign, in the order of the definitions', async () => {
    const key = await generatePrivateKey(rsaSha2_256, { random, bits: 2048 })
    const { privateKeys: _, ...verifyOnly } = rsaSha2_512
    expect(createSigner(key, publicKeys).algorithms).toEqual(['rsa-sha2-512', 'rsa-sha2-256'])
    expect(createSigner(key, new Set([rsaSha2_256, sshEd25519, rsaSha2_512])).algorithms).toEqual(['rsa-sha2-256', 'rsa-sha2-512'])
    expect(createSigner(key, [verifyOnly, rsaSha2_256]).algorithms).toEqual(['rsa-sha2-256'])
  })

  it('signs with the algorithm that is asked for', async () => {
    const key = await generatePrivateKey(rsaSha2_256, { random, bits: 2048 })
    const signer = createSigner(key, publicKeys)
    expect(signer.publicKey).toEqual(key.publicKey)
    for (const definition of [rsaSha2_256, rsaSha2_512]) {
      expect(await definition.verify(signer.publicKey, data, await signer.sign(data, definition.name))).toBe(true)
    }
  })

  it('refuses algorithms of other keys, and keys that no definition signs with', async () => {
    const key = await generatePrivateKey(sshEd25519, { random })
    expect(await failure(() => createSigner(key, publicKeys).sign(data, ecdsaSha2Nistp256.name))).toBe(
      'ARGUMENT caller: expected one of ssh-ed25519 to sign with; got ecdsa-sha2-nistp256',
    )
    expect(await failure(() => createSigner(key, [rsaSha2_512]))).toMatch(/^KEY caller/)
    expect(await failure(() => createSigner({ ...key, publicKey: new Uint8Array(3) }, publicKeys))).toMatch(/^KEY caller/)
  })

  it('gives up where the signal fired, before signing and while it goes on', async () => {
    const key = await generatePrivateKey(sshEd25519, { random })
    const controller = new AbortController()
    let calls = 0
    const operations = {
      ...sshEd25519.privateKeys!,
      sign: async () => {
        calls++
        controller.abort(new Error('enough'))
        return new Uint8Array()
      },
    }
    const signer = createSigner(key, [{ ...sshEd25519, privateKeys: operations }])
    for (let round = 0; round < 2; round++) {
      expect(await failure(() => signer.sign(data, 'ssh-ed25519', controller))).toMatch(/^ABORTED caller/)
      expect(calls).toBe(1)
    }
  })
})
