import { hash as digest } from 'node:crypto'
import type { Hash } from '@seashell/core'
import { plainBytes } from './bytes.ts'

/** SHA-256 (FIPS 180-4). */
export const sha256: Hash = (data) => hash('sha256', data)

/** SHA-384 (FIPS 180-4). */
export const sha384: Hash = (data) => hash('sha384', data)

/** SHA-512 (FIPS 180-4). */
export const sha512: Hash = (data) => hash('sha512', data)

function hash(name: string, data: Uint8Array): Uint8Array {
  return plainBytes(digest(name, data, 'buffer'))
}
