import type { Buffer } from 'node:buffer'
import { invalidArgument, SSHError } from '@seashell/core/wire'

/** What `node:crypto` returned as a plain array, without a copy: the `slice` of a Buffer is a view, that of a Uint8Array is not. */
export function plainBytes(buffer: Buffer<ArrayBuffer>): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
}

/** Throws SSHError `ARGUMENT` where a key or initial vector is not as long as its algorithm wants it. */
export function requireLength(what: string, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) throw invalidArgument(`expected ${what} of ${length} bytes; got ${bytes.length}`)
}

/** What a direction throws once its key is gone. */
export function destroyed(name: string): SSHError {
  return new SSHError('CLOSED', `${name} was used after destroy()`, { fault: 'caller' })
}
