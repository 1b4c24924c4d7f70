import { createCipheriv, createDecipheriv } from 'node:crypto'
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CipherDefinition, CipherStream, PublicKeyDefinition } from '@seashell/core'
import { decodeUtf8, WireReader, WireWriter } from '@seashell/core/wire'
import { sshEd25519 } from '@seashell/key-ed25519'
import { rsaSha2_512 } from '@seashell/key-rsa'
import { fingerprint, formatPrivateKey, formatPublicKey, generatePrivateKey, parsePrivateKey, parsePublicKey } from '@seashell/keys'
import type { KeyDerivation } from '@seashell/keys'
import { fromHex, seededRandom, toHex } from '@seashell/test-support'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encrypted, failure, publicKeys } from './fixtures.ts'
import { hasSSHKeygen, keyTypes, Workplace } from './ssh-keygen.ts'

const random = seededRandom('private-key')

function bytesOf(file: string): Uint8Array {
  return Buffer.from(file.split('\n').slice(1, -2).join(''), 'base64')
}

function armor(bytes: Uint8Array): string {
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${Buffer.from(bytes).toString('base64')}\n-----END OPENSSH PRIVATE KEY-----\n`
}

/** A file of an ed25519 key, with parts of it replaced. */
async function ed25519File(
  changed: Partial<Record<'magic' | 'cipher' | 'kdf' | 'tail', string>> & Record<string, unknown>,
): Promise<string> {
  const key = await sshEd25519.privateKeys!.generate(seededRandom('file'))
  const section = new WireWriter()
    .writeUint32(1)
    .writeUint32((changed['check'] as number | undefined) ?? 1)
    .writeString((changed['format'] as string | undefined) ?? 'ssh-ed25519')
    .writeBytes(key.privateKey)
    .writeString('comment')
    .writeBytes((changed['padding'] as Uint8Array | undefined) ?? fromHex('010203040506'))
    .finish()
  return armor(
    new WireWriter()
      .writeBytes(Buffer.from(changed.magic ?? 'openssh-key-v1\0'))
      .writeString(changed.cipher ?? 'none')
      .writeString(changed.kdf ?? 'none')
      .writeString('')
      .writeUint32((changed['count'] as number | undefined) ?? 1)
      .writeString((changed['publicKey'] as Uint8Array | undefined) ?? key.publicKey)
      .writeString(section)
      .writeBytes(Buffer.from(changed.tail ?? ''))
      .finish(),
  )
}

function parse(file: string | Uint8Array, definitions: readonly PublicKeyDefinition[] = publicKeys): Promise<unknown> {
  return failure(() => parsePrivateKey(file, { publicKeys: definitions }))
}

describe.runIf(hasSSHKeygen)('keys of ssh-keygen', () => {
  for (const { args, keyFormat, shown } of keyTypes) {
    it(`${args.join(' ')}: are read, with comment, size and fingerprint as it shows them`, async () => {
      using workplace = new Workplace()
      workplace.keygen(['-q', ...args, '-N', '', '-C', 'grüße an alle', '-f', 'key'])
      const key = await parsePrivateKey(readFileSync(join(workplace.path, 'key')), { publicKeys })
      const publicLine = readFileSync(join(workplace.path, 'key.pub'), 'utf8')
      expect(key.comment).toBe('grüße an alle')
      expect(`${formatPublicKey(key.publicKey, key.comment)}\n`).toBe(publicLine)
      expect(parsePublicKey(publicLine)).toEqual({ keyFormat, publicKey: key.publicKey, comment: 'grüße an alle' })

      const definition = publicKeys.find((one) => one.keyFormat === keyFormat)!
      const [bits, type] = shown.split(' ')
      expect([String(definition.bitLength(key.publicKey)), definition.typeName]).toEqual([bits, type])
      expect(workplace.keygen(['-l', '-f', 'key.pub']).output).toBe(`${bits} ${fingerprint(key.publicKey)} grüße an alle (${type})\n`)
    })

    it(`${args.join(' ')}: are written as it writes them`, async () => {
      using workplace = new Workplace()
      workplace.keygen(['-q', ...args, '-N', '', '-C', 'me@example', '-f', 'key'])
      const file = readFileSync(join(workplace.path, 'key'), 'utf8')
      const key = await parsePrivateKey(file, { publicKeys })
      const container = new WireReader(bytesOf(file).subarray(15))
      for (let field = 0; field < 3; field++) container.readString()
      container.readUint32()
      container.readString()
      const check = container.readString().slice(0, 4)
      expect(await formatPrivateKey(key, { random: () => check })).toBe(file)
    })
  }

  it('of types that no definition has are named', async () => {
    using workplace = new Workplace()
    workplace.keygen(['-q', '-t', 'ed25519', '-N', '', '-f', 'key'])
    expect(await parse(readFileSync(join(workplace.path, 'key')), [rsaSha2_512])).toBe(
      'KEY caller: expected a private key of format ssh-rsa; found "ssh-ed25519"',
    )
  })

  it('encrypted ones are an error that names cipher and key derivation', async () => {
    using workplace = new Workplace()
    workplace.keygen(['-q', '-t', 'ed25519', '-N', 'secret', '-a', '1', '-Z', 'aes256-gcm@openssh.com', '-f', 'key'])
    expect(await parse(readFileSync(join(workplace.path, 'key')))).toMatch(
      /^KEY caller: .*; found one encrypted with cipher aes256-gcm@openssh\.com and key derivation bcrypt$/,
    )
  })

  it('in other formats are recognised', async () => {
    using workplace = new Workplace()
    for (const [format, type, what] of [
      ['PEM', 'rsa', 'a PKCS#1 RSA key in PEM'],
      ['PEM', 'ecdsa', 'a SEC 1 EC key in PEM'],
      ['PKCS8', 'rsa', 'a PKCS#8 key in PEM'],
    ] as const) {
      workplace.keygen(['-q', '-t', type, '-m', format, '-N', '', '-f', `${format}-${type}`])
      expect(await parse(readFileSync(join(workplace.path, `${format}-${type}`)))).toContain(`found ${what}; `)
    }
    expect(await parse(readFileSync(join(workplace.path, 'PEM-rsa.pub')))).toContain('found a public key, without its private half')
  })
})

describe.runIf(hasSSHKeygen)('keys of ours', () => {
  for (const definition of publicKeys) {
    it(`${definition.name}: are read by ssh-keygen`, async () => {
      using workplace = new Workplace()
      const key = await generatePrivateKey(definition, { comment: 'ours', random, bits: 2048 })
      workplace.write('key', await formatPrivateKey(key))
      expect(workplace.keygen(['-y', '-f', 'key']).output).toBe(`${formatPublicKey(key.publicKey, 'ours')}\n`)
    })
  }

  it('are refused by ssh-keygen where others may read the file, which is why the mode has to be 0600', async () => {
    using workplace = new Workplace()
    const path = workplace.write('key', await formatPrivateKey(await generatePrivateKey(sshEd25519)))
    chmodSync(path, 0o644)
    const refused = workplace.keygen(['-y', '-f', 'key'])
    expect(refused.status).not.toBe(0)
    expect(refused.output).toContain('UNPROTECTED PRIVATE KEY FILE')
    chmodSync(path, 0o600)
    expect(workplace.keygen(['-y', '-f', 'key']).status).toBe(0)
  })
})

describe('what is written', () => {
  it('reads as what it was, whatever the comment', async () => {
    const keys = await Promise.all(publicKeys.map((definition) => generatePrivateKey(definition, { random, bits: 2048 })))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...keys), fc.string({ unit: 'grapheme', maxLength: 300 }), async (keyPair, comment) => {
        const key = { ...keyPair, comment }
        const file = await formatPrivateKey(key)
        expect(await parsePrivateKey(file, { publicKeys })).toEqual(key)
        expect(await parsePrivateKey(Buffer.from(file.replaceAll('\n', '\r\n')), { publicKeys })).toEqual(key)
      }),
      { numRuns: 40 },
    )
  })

  it('is of the size that is asked for', async () => {
    const key = await generatePrivateKey(rsaSha2_512, { bits: 2050, random })
    expect(rsaSha2_512.bitLength(key.publicKey)).toBe(2050)
    expect(await failure(() => generatePrivateKey(rsaSha2_512, { bits: 1024 }))).toMatch(/^ARGUMENT caller/)
  })

  it('is not generated where private keys never reach the program', async () => {
    const { privateKeys: _, ...securityKey } = sshEd25519
    expect(await failure(() => generatePrivateKey(securityKey))).toMatch(/^ARGUMENT caller/)
  })
})

describe('encrypted files', () => {
  /** bcrypt_pbkdf, for the one passphrase and the one set of parameters whose result is typed in. */
  const bcrypt: KeyDerivation = {
    name: 'bcrypt',
    createOptions: () => fromHex(encrypted.kdfOptions),
    deriveKey: (passphrase, options, length) => {
      expect([toHex(options), length]).toEqual([encrypted.kdfOptions, 48])
      return decodeUtf8(passphrase) === encrypted.passphrase ? fromHex(encrypted.derivedKey) : new Uint8Array(length)
    },
  }
  const aes256Ctr: CipherDefinition = {
    kind: 'cipher',
    apiVersion: 1,
    name: 'aes256-ctr',
    provider: 'node:crypto',
    integrity: 'mac',
    keyLength: 32,
    ivLength: 16,
    blockLength: 16,
    createEncryptor: (key, iv) => stream(createCipheriv('aes-256-ctr', key, iv)),
    createDecryptor: (key, iv) => stream(createDecipheriv('aes-256-ctr', key, iv)),
  }
  const gcm: CipherDefinition = {
    kind: 'cipher',
    apiVersion: 1,
    name: 'aes256-gcm@openssh.com',
    provider: 'none',
    integrity: 'aead',
    alignment: 'body',
    keyLength: 32,
    ivLength: 12,
    blockLength: 16,
    tagLength: 16,
    createSealer: () => expect.unreachable(),
    createOpener: () => expect.unreachable(),
  }
  const options = { publicKeys, ciphers: [gcm, aes256Ctr], kdfs: [bcrypt] }

  const open = (changed: object) => failure(() => parsePrivateKey(encrypted.file, { ...options, passphrase: 'wrong', ...changed }))

  it('of ssh-keygen open with a cipher, a key derivation and the passphrase', async () => {
    for (const passphrase of [
      encrypted.passphrase,
      Buffer.from(encrypted.passphrase),
      () => encrypted.passphrase,
      async () => encrypted.passphrase,
    ]) {
      const key = await parsePrivateKey(encrypted.file, { ...options, passphrase })
      expect(formatPublicKey(key.publicKey, key.comment)).toBe(encrypted.publicLine)
    }
  })

  it('do not open with another passphrase, without one, or without the means', async () => {
    const found = 'found one encrypted with cipher aes256-ctr and key derivation bcrypt'
    const otherWay = `KEY caller: expected a private key that is not encrypted, or in a way given in options.ciphers and options.kdfs; ${found}`
    expect(await open({})).toBe('KEY caller: the passphrase is wrong, or the private key damaged')
    expect(await open({ passphrase: undefined })).toBe(
      `KEY caller: expected a private key that is not encrypted, or its passphrase; ${found}`,
    )
    expect(await open({ ciphers: [] })).toBe(otherWay)
    expect(await open({ kdfs: undefined })).toBe(otherWay)
  })

  it.runIf(hasSSHKeygen)('of ours open in ssh-keygen', async () => {
    using workplace = new Workplace()
    const key = await parsePrivateKey(encrypted.file, { ...options, passphrase: encrypted.passphrase })
    const encryption = { cipher: aes256Ctr, kdf: bcrypt, passphrase: encrypted.passphrase }
    workplace.write('key', await formatPrivateKey(key, { encryption }))
    expect(workplace.keygen(['-y', '-P', 'correct horse', '-f', 'key']).output).toBe(`${encrypted.publicLine}\n`)
    expect(workplace.keygen(['-y', '-P', 'wrong horse', '-f', 'key']).output).toContain('incorrect passphrase')
  })

  it('are not made with an AEAD, whose form in key files is another', async () => {
    const key = await generatePrivateKey(sshEd25519)
    const encryption = { cipher: gcm, kdf: bcrypt, passphrase: '' }
    expect(await failure(() => formatPrivateKey(key, { encryption }))).toMatch(/^KEY caller: .* AEAD/)
  })

  it('ask for the passphrase only where it is needed', async () => {
    const file = await formatPrivateKey(await generatePrivateKey(sshEd25519))
    await parsePrivateKey(file, { ...options, passphrase: () => expect.unreachable() })
  })
})

describe('files that are no OpenSSH private key', () => {
  const files: readonly (readonly [content: string | Uint8Array, what: string])[] = [
    ['', 'an empty file'],
    [' \n\n', 'an empty file'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMII', 'a PKCS#1 RSA key in PEM; `ssh-keygen -p -f FILE` rewrites it'],
    ['-----BEGIN DSA PRIVATE KEY-----\nMII', 'a DSA key in PEM'],
    ['-----BEGIN EC PRIVATE KEY-----\nMII', 'a SEC 1 EC key in PEM; `ssh-keygen -p -f FILE` rewrites it'],
    ['\n-----BEGIN PRIVATE KEY-----\nMII', 'a PKCS#8 key in PEM; `ssh-keygen -p -f FILE` rewrites it'],
    ['-----BEGIN ENCRYPTED PRIVATE KEY-----\nMII', 'an encrypted PKCS#8 key in PEM; `ssh-keygen -p -f FILE` rewrites it'],
    ['-----BEGIN PUBLIC KEY-----\nMII', 'a public key in PEM, without its private half'],
    ['-----BEGIN CERTIFICATE-----\nMII', 'an X.509 certificate'],
    ['-----BEGIN SSH SIGNATURE-----\nU1N', 'an SSH signature'],
    ['-----BEGIN PGP PRIVATE KEY BLOCK-----\n', 'an OpenPGP file'],
    ['-----BEGIN OPENSSH PRIVATE KEY----\nb3B', 'one whose first line is damaged'],
    ['-----BEGIN DH PARAMETERS-----\nb3B', 'another file in PEM'],
    ['PuTTY-User-Key-File-3: ssh-ed25519\n', 'a PuTTY PPK file; `puttygen FILE -O private-openssh-new -o OUTPUT` converts it'],
    ['---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n', 'a private key of ssh.com'],
    ['---- BEGIN SSH2 PUBLIC KEY ----\n', 'a public key in the form of RFC 4716, without its private half'],
    ['SSH PRIVATE KEY FILE FORMAT 1.1\n', 'a key of SSH version 1'],
    [encrypted.publicLine, 'a public key, without its private half'],
    [bytesOf(encrypted.file), 'one without its lines of BEGIN and END'],
    [fromHex('89504e470d0a1a0a0000000d49484452'), 'a PNG image'],
    ['\uFFFDPNG\r\n', 'a PNG image'],
    ['%PDF-1.7\n', 'a PDF document'],
    [fromHex('504b0304'), 'a ZIP archive'],
    [fromHex('1f8b0800'), 'a gzip archive'],
    [Buffer.from('\uFEFF-----BEGIN OPENSSH', 'utf16le'), 'text in UTF-16; save it in UTF-8'],
    [fromHex('3082025c02010002'), 'a key or certificate in DER'],
    [fromHex('000102'), 'binary data'],
    ['hello', 'other text'],
  ]

  for (const [content, what] of files) {
    it(`are named: ${what}`, async () => {
      expect(await parse(content)).toBe(`KEY caller: expected an OpenSSH private key; found ${what}`)
    })
  }
})

describe('damaged and hostile files', async () => {
  const file = await ed25519File({})
  const bytes = bytesOf(file)

  it('have a key in the first place', async () => {
    expect(await parse(file)).toMatchObject({ comment: 'comment' })
  })

  it('cut off anywhere, as text or inside, are an error of the caller', async () => {
    for (let length = 0; length < file.trim().length; length++) expect(await parse(file.slice(0, length))).toMatch(/^KEY caller/)
    for (let length = 0; length < bytes.length; length++) expect(await parse(armor(bytes.subarray(0, length)))).toMatch(/^KEY caller/)
  })

  it('with any length made giant are an error of the caller', async () => {
    for (let offset = 15; offset + 4 <= bytes.length; offset++) {
      for (const giant of ['ffffffff', '7fffffff', '00ffffff']) {
        const hostile = bytes.slice()
        hostile.set(fromHex(giant), offset)
        // Where no length stood there is the comment, whose bytes may be any.
        const result = await parse(armor(hostile))
        if (typeof result === 'string') expect(result).toMatch(/^KEY caller/)
        else expect(result).toMatchObject({ comment: expect.stringContaining('\uFFFD') as string })
      }
    }
  })

  it('of random bytes are an error of the caller', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (garbage, withMagic) => {
        const content = withMagic ? Uint8Array.from([...bytes.subarray(0, 15), ...garbage]) : garbage
        expect(await parse(armor(content))).toMatch(/^KEY caller/)
        expect(await parse(content)).toMatch(/^KEY caller/)
      }),
    )
  })

  const damages: Record<string, Parameters<typeof ed25519File>[0]> = {
    'another version': { magic: 'openssh-key-v2\0' },
    'a magic without its zero': { magic: 'openssh-key-v1-' },
    'no key': { count: 0 },
    'two keys': { count: 2 },
    'four thousand million keys': { count: 0xffff_ffff },
    'check numbers that differ': { check: 2 },
    'padding of other bytes': { padding: new Uint8Array(6) },
    'padding that begins at 0': { padding: fromHex('000102030405') },
    'padding of another length': { padding: fromHex('01020304') },
    'bytes after its end': { tail: 'x' },
    'a key derivation without cipher': { kdf: 'bcrypt' },
    'a cipher without key derivation': { cipher: 'aes256-ctr' },
    'another format inside': { format: 'ssh-rsa' },
    'a format with a NUL': { format: 'ssh-ed25519\0' },
    'a cipher with a NUL': { cipher: 'none\0' },
    'another public key': { publicKey: parsePublicKey(encrypted.publicLine).publicKey },
  }
  for (const [what, changed] of Object.entries(damages)) {
    it(`with ${what} are an error of the caller`, async () => {
      expect(await parse(await ed25519File(changed))).toMatch(/^KEY caller/)
    })
  }

  it('with text after the end, other characters in base64, or over 1 MiB are an error of the caller', async () => {
    expect(await parse(`${file}more`)).toMatch(/^KEY caller/)
    expect(await parse(file.replace('AAAA', 'A*AA'))).toMatch(/^KEY caller/)
    expect(await parse(file.replace('AAAA', 'AA\0A'))).toMatch(/^KEY caller/)
    expect(await parse(' '.repeat(1_048_577))).toMatch(/^KEY caller/)
    expect(await parse(`\n${file}\n \n`)).toMatchObject({ comment: 'comment' })
  })
})

/** A stream as the contract wants it, from one of node:crypto. */
function stream(cipher: { update(data: Uint8Array): Uint8Array }): CipherStream {
  return { transform: (data) => data.set(cipher.update(data)), destroy: () => undefined }
}
