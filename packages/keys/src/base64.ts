import { base64 } from '@scure/base'
import { keyError } from './errors.ts'

/**
 * Bytes from base64 (RFC 4648 §4), strictly: with its padding, without other characters, unused bits zero.
 *
 * @param what what it is, for the error
 * @throws SSHError `KEY`
 */
export function decodeBase64(text: string, what: string): Uint8Array {
  try {
    return base64.decode(text)
  } catch (cause) {
    throw keyError(`expected ${what} in base64; found something else`, cause)
  }
}
