import { base64 } from '@scure/base'
import { decodeUtf8Lossy } from '@seashell/core/wire'
import { decodeBase64 } from '../base64.ts'
import { keyError } from '../errors.ts'
import { identifyFile } from './identify.ts'

const BEGIN = '-----BEGIN OPENSSH PRIVATE KEY-----'
const END = '-----END OPENSSH PRIVATE KEY-----'
const LINE_LENGTH = 70

/** OpenSSH reads key files of up to 1 MiB. */
const MAX_FILE_LENGTH = 1_048_576

/**
 * The bytes between BEGIN and END (OpenSSH PROTOCOL.key).
 *
 * @throws SSHError `KEY` (fault: caller), naming what the file is instead
 */
export function decodeArmor(file: string | Uint8Array): Uint8Array {
  if (file.length > MAX_FILE_LENGTH) {
    throw keyError(`expected an OpenSSH private key of at most ${MAX_FILE_LENGTH} bytes; found ${file.length}`)
  }
  const text = (typeof file === 'string' ? file : decodeUtf8Lossy(file)).trim()
  if (!text.startsWith(BEGIN)) throw keyError(`expected an OpenSSH private key; found ${identifyFile(file)}`)
  if (!text.endsWith(END)) throw keyError('expected an OpenSSH private key; found one that is cut off, or goes on after its end')
  const body = text.slice(BEGIN.length, -END.length)
  return decodeBase64(body.replace(/[ \t\r\n]+/g, ''), 'an OpenSSH private key')
}

/** Puts bytes between BEGIN and END, in base64 and lines as ssh-keygen writes them. */
export function encodeArmor(bytes: Uint8Array): string {
  const body = base64.encode(bytes)
  const lines = [BEGIN]
  for (let start = 0; start < body.length; start += LINE_LENGTH) lines.push(body.slice(start, start + LINE_LENGTH))
  return `${lines.join('\n')}\n${END}\n`
}
