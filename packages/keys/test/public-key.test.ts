import { fingerprint, formatPublicKey, keyFormatOf, parsePublicKey } from '@seashell/keys'
import { WireWriter } from '@seashell/core/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encrypted, failure } from './fixtures.ts'

const line = encrypted.publicLine
const [keyFormat = '', encoded = '', comment = ''] = line.split(' ')

describe('parsePublicKey', () => {
  it('reads format, blob and comment', () => {
    expect(parsePublicKey(line)).toEqual({ keyFormat, publicKey: new Uint8Array(Buffer.from(encoded, 'base64')), comment })
  })

  it('takes spaces, tabs and either line end, and comments of several words or none', () => {
    expect(parsePublicKey(` \t${keyFormat}\t ${encoded} \t two  words \r\n`).comment).toBe('two  words')
    expect(parsePublicKey(`${keyFormat} ${encoded}`).comment).toBe('')
    expect(parsePublicKey(`${keyFormat} ${encoded} \n`).comment).toBe('')
  })

  it('refuses what is no such line, as an error of the caller', async () => {
    const wrong = [
      '',
      '\n',
      keyFormat,
      `${keyFormat} `,
      `ssh-rsa ${encoded}`,
      `SSH-ED25519 ${encoded}`,
      `${keyFormat} ${encoded.slice(0, -1)}`,
      `${keyFormat} ${encoded}=`,
      `${keyFormat} ${encoded.replace('C', '-')}`,
      `${keyFormat} AAAAC3Nz`,
      `${keyFormat} /////w==`,
      `${keyFormat} AAAAAA==`,
      `${line}\n${line}`,
      `${keyFormat}\0 ${encoded}`,
      `restrict ${line}`,
    ]
    for (const text of wrong) expect(await failure(() => parsePublicKey(text)), text).toMatch(/^KEY caller/)
    for (let length = 0; length < keyFormat.length + 17; length++) {
      expect(await failure(() => parsePublicKey(line.slice(0, length)))).toMatch(/^KEY caller/)
    }
  })

  it('names both formats where they differ', async () => {
    expect(await failure(() => parsePublicKey(`ssh-rsa ${encoded}`))).toBe(
      'KEY caller: expected a public key of format "ssh-rsa"; found "ssh-ed25519" inside',
    )
  })

  it('takes its time in proportion to the length of the line', () => {
    const spaces = ' '.repeat(1_000_000)
    expect(parsePublicKey(`${keyFormat}${spaces}${encoded}${spaces}x${spaces}x${spaces}`).comment).toHaveLength(1_000_002)
  })
})

describe('formatPublicKey', () => {
  it('writes what parsePublicKey reads', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[!-~]{1,40}$/), fc.uint8Array(), fc.string({ unit: 'grapheme' }), (format, rest, text) => {
        const blob = new WireWriter().writeString(format).writeBytes(rest).finish()
        const words = text.replaceAll(/[\r\n\0\u2028\u2029]/g, '').trim()
        expect(parsePublicKey(formatPublicKey(blob, words))).toEqual({ keyFormat: format, publicKey: blob, comment: words })
      }),
    )
  })

  it('refuses comments of more than one line: what follows would be another key', async () => {
    for (const text of ['a\nssh-rsa AAAA', 'a\r', 'a\0']) {
      expect(await failure(() => formatPublicKey(parsePublicKey(line).publicKey, text))).toMatch(/^ARGUMENT caller/)
    }
  })
})

describe('fingerprint', () => {
  it('is what ssh-keygen -l (OpenSSH 9.2p1) shows', () => {
    expect(fingerprint(parsePublicKey(line).publicKey)).toBe('SHA256:mhGCphr+9xk9d+IVFyvjhv4fUnMpRi7Z06wCbegoSYA')
  })
})

describe('keyFormatOf', () => {
  it('tells the format, and refuses what has none', async () => {
    expect(keyFormatOf(parsePublicKey(line).publicKey)).toBe('ssh-ed25519')
    for (const blob of [new Uint8Array(), new Uint8Array(3), Uint8Array.of(0, 0, 0, 1, 0), Uint8Array.of(255, 255, 255, 255)]) {
      expect(await failure(() => keyFormatOf(blob))).toMatch(/^KEY caller/)
    }
  })
})
