import { aes256Ctr } from '@seashell/cipher-aes'
import type { PublicKeyDefinition } from '@seashell/core'
import { encodeUtf8, equalBytes, decodeUtf8Lossy, encodeAscii, WireReader } from '@seashell/core/wire'
import { ecdsaSha2Nistp256, ecdsaSha2Nistp521 } from '@seashell/key-ecdsa'
import { sshEd25519, sshEd448 } from '@seashell/key-ed25519'
import { sshMldsa44Ed25519 } from '@seashell/key-mldsa'
import { rsaSha2_512 } from '@seashell/key-rsa'
import {
  createSigner,
  fingerprint,
  formatPrivateKey,
  formatPublicKey,
  type KeyDerivation,
  KnownHosts,
  parseAuthorizedKeys,
  parsePrivateKey,
  parsePublicKey,
  type PrivateKey,
} from '@seashell/keys'
import { sshDss } from '@seashell/legacy'
import { seededRandom } from '@seashell/test-support'
import { attempt, attemptAsync, expect } from '../invariants.ts'
import { rsaKeyPair, sampleKeys } from '../support/samples.ts'
import type { Target } from '../target.ts'

const badKey = { codes: ['KEY'], faults: ['caller'] } as const

/** The types of key that files may hold. */
const definitions: readonly PublicKeyDefinition[] = [
  sshEd25519,
  ecdsaSha2Nistp256,
  ecdsaSha2Nistp521,
  rsaSha2_512,
  sshEd448,
  sshMldsa44Ed25519,
  sshDss,
]

/** Any passphrase gives the same key, whatever the options. NO SECURITY. */
const toyDerivation: KeyDerivation = {
  name: 'bcrypt',
  createOptions: () => new Uint8Array(4),
  deriveKey: (_passphrase, _options, length) => new Uint8Array(length).fill(7),
}

const options = { publicKeys: definitions, ciphers: [aes256Ctr], kdfs: [toyDerivation], passphrase: 'toy' }

/** Files of private keys (OpenSSH PROTOCOL.key). */
export const privateKeyFile: Target = {
  name: 'private-key-file',
  share: 2,
  mutations: 1000,
  async seeds() {
    const files: Uint8Array[] = []
    for (const keyPair of [...(await sampleKeys()).map((sample) => sample.keyPair), rsaKeyPair()]) {
      const key = { ...keyPair, comment: 'fuzz@example' }
      const random = seededRandom('private-key-file')
      const encryption = { cipher: aes256Ctr, kdf: toyDerivation, passphrase: 'toy' }
      files.push(encodeAscii(await formatPrivateKey(key, { random })), encodeAscii(await formatPrivateKey(key, { random, encryption })))
    }
    return files.filter(({ length }) => length < 3000)
  },
  run: async (data) => ((await readKey(data)) === undefined ? 'refused' : 'accepted'),
}

/** Reads a file, and checks what came of it. */
async function readKey(file: Uint8Array): Promise<PrivateKey | undefined> {
  const parsed = await attemptAsync(() => parsePrivateKey(file, options), badKey)
  if (parsed === undefined) return undefined
  const key = parsed.value
  const again = await parsePrivateKey(await formatPrivateKey(key, { random: seededRandom('again') }), options)
  const same = equalBytes(again.publicKey, key.publicKey) && equalBytes(again.privateKey, key.privateKey)
  expect(same && again.comment === key.comment, 'a key is read as it was written')
  expect(createSigner(key, definitions).algorithms.length > 0, 'a key that could be read can sign')
  return key
}

const MAGIC_LENGTH = 'openssh-key-v1\0'.length

/** What is inside a file of private keys, without base64 in the way. */
export const privateKeySection: Target = {
  name: 'private-key-section',
  share: 2,
  mutations: 1000,
  async seeds() {
    const files = await privateKeyFile.seeds()
    const sections = files.map((file) => {
      const body = decodeUtf8Lossy(file).replaceAll(/-----[A-Z ]+-----|\s/g, '')
      return new Uint8Array(Buffer.from(body, 'base64'))
    })
    // Another public key in front of a key than its own.
    const other = sections[0]!.slice()
    other[64]! ^= 1
    return [...sections, other]
  },
  async run(data) {
    const body = Buffer.from(data).toString('base64')
    const key = await readKey(encodeAscii(`-----BEGIN OPENSSH PRIVATE KEY-----\n${body}\n-----END OPENSSH PRIVATE KEY-----\n`))
    if (key === undefined) return 'refused'
    const reader = new WireReader(data.subarray(MAGIC_LENGTH))
    for (const _ of ['cipher', 'kdf', 'options']) reader.readString()
    expect(reader.readUint32() === 1 && equalBytes(reader.readString(), key.publicKey), 'a key is that of the public key in front of it')
    return 'accepted'
  },
}

/** Lines of public keys. */
export const publicKeyLine: Target = {
  name: 'public-key-line',
  share: 0.3,
  async seeds() {
    const lines = (await sampleKeys()).map(({ keyPair }) => formatPublicKey(keyPair.publicKey, 'fuzz@example'))
    return [...lines.filter(({ length }) => length < 1000), 'ssh-rsa AAAA', ''].map(encodeAscii)
  },
  run(data) {
    const parsed = attempt(() => parsePublicKey(decodeUtf8Lossy(data)), badKey)
    if (parsed === undefined) return 'refused'
    const { publicKey, comment, keyFormat } = parsed.value
    const written = attempt(() => formatPublicKey(publicKey, comment), { codes: ['ARGUMENT'], faults: ['caller'] })
    if (written === undefined) {
      expect(comment.includes('\0'), 'a line that was read can be written, but for zeros in its comment')
      return 'refused'
    }
    const again = parsePublicKey(written.value)
    expect(again.keyFormat === keyFormat && equalBytes(again.publicKey, publicKey), 'a line is read as it was written')
    expect(again.comment.trim() === comment.trim(), 'a comment is read as it was written')
    expect(/^SHA256:[A-Za-z0-9+/]{43}$/.test(fingerprint(publicKey)), 'what was read has a fingerprint')
    return 'accepted'
  },
}

const hosts = [
  ['example.com', 22],
  ['192.0.2.7', 2222],
  ['2001:db8::1', 22],
] as const

/** The file known_hosts. */
export const knownHosts: Target = {
  name: 'known-hosts',
  mutations: 500,
  async seeds() {
    const [first, second] = (await sampleKeys()).map(({ keyPair }) => keyPair.publicKey)
    const file = new KnownHosts('# comment\n\n')
    file.add('example.com', 22, first!, { hash: true, random: seededRandom('salt') })
    file.add('192.0.2.7', 2222, second!)
    const key = formatPublicKey(first!)
    const lines = [`@revoked * ${key}`, `@cert-authority *.example.com,!bad.example.com ${key} c`, `[2001:db8::1]:22,e?ample.* ${key}`]
    return [file.toString(), lines.join('\n'), lines.join('\r\n'), `|1|c2FsdA==|aGFzaA== ${key}`, 'host'].map(encodeUtf8)
  },
  async run(data) {
    const file = new KnownHosts(data)
    const text = decodeUtf8Lossy(data)
    expect(file.toString() === text, 'a file stays as it was')
    expect(
      file.problems.every(({ error }) => error.code === 'KEY' && error.fault === 'caller'),
      'a bad line is the fault of the file',
    )
    expect(file.entries.length + file.problems.length <= text.split('\n').length, 'a line says one thing')
    const key = (await sampleKeys())[0]!.keyPair.publicKey
    for (const [host, port] of hosts) {
      const before = file.check(host, port, key)
      const revoked = file.find(host, port).some((entry) => entry.marker === 'revoked' && equalBytes(entry.publicKey, key))
      expect((before.status === 'revoked') === revoked, 'a key with a line that revokes it is revoked, and no other')
      expect(file.keyFormats(host, port).length <= file.find(host, port).length, 'formats are those of lines')
      file.add(host, port, key)
      const after = file.check(host, port, key)
      expect(after.status === (before.status === 'revoked' ? 'revoked' : 'ok'), 'what was added is known, unless it is revoked')
    }
    const again = new KnownHosts(file.toString())
    expect(again.entries.length === file.entries.length, 'the file with what was added reads as it is in memory')
    return file.problems.length === 0 ? 'accepted' : 'refused'
  },
}

/** The file authorized_keys. */
export const authorizedKeys: Target = {
  name: 'authorized-keys',
  mutations: 1000,
  async seeds() {
    const key = formatPublicKey((await sampleKeys())[0]!.keyPair.publicKey, 'fuzz@example')
    const restrictions = 'restrict,command="echo \\"hi\\"",from="192.0.2.0/24,!192.0.2.7",environment="A=b",pty'
    const limits = 'cert-authority,principals="a,b",expiry-time="20300101",permitopen="h:80",permitlisten="8080",tunnel="1"'
    const times = 'expiry-time="20300101",expiry-time="203001011200Z",expiry-time="20300101120000"'
    const wrong = 'environment="A",expiry-time="20301399",permitopen="h"'
    return [
      key,
      `${restrictions} ${key}`,
      `${limits} ${key}\n# c\n\nno-pty,no-user-rc,verify-required ${key}`,
      `bad ${key}`,
      '" ',
      `${times} ${key}\n${wrong} ${key}`,
    ].map(encodeUtf8)
  },
  run(data) {
    const { entries, problems } = parseAuthorizedKeys(data)
    expect(entries.length + problems.length <= decodeUtf8Lossy(data).split('\n').length, 'a line says one thing')
    expect(
      problems.every(({ error }) => error.code === 'KEY' && error.fault === 'caller'),
      'a bad line is the fault of the file',
    )
    for (const entry of entries) expect(/^[!-~]*$/.test(entry.keyFormat), 'a format is a name')
    return problems.length === 0 ? 'accepted' : 'refused'
  },
}
