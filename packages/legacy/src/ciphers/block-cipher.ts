import type { CipherStream, MacCipherDefinition } from '@seashell/core'
import { invalidArgument, SSHError } from '@seashell/core/wire'

/** A block cipher under one key. */
export interface BlockCipher {
  /** Encrypts one block in place. It begins at a multiple of four bytes. */
  encryptBlock(block: Uint8Array): void
  /** Decrypts one block in place. It begins at a multiple of four bytes. */
  decryptBlock(block: Uint8Array): void
  /** Wipes the key. */
  destroy(): void
}

/** What makes one cipher differ from another. */
export interface BlockCipherOptions {
  /** The cipher's name on the wire, mode included. */
  readonly name: string
  /** Where the block cipher comes from. */
  readonly provider: string
  /** One sentence why nobody should use it. */
  readonly insecure: string
  /** Bytes of key. */
  readonly keyLength: number
  /** Bytes of a block, and of the initial vector. */
  readonly blockLength: number
  /** Whether its mode is such that core must not let on which lengths are bad, as {@link MacCipherDefinition} says. */
  readonly chained?: boolean
  /** The block cipher under a key, which is neither kept nor changed. */
  readonly create: (key: Uint8Array) => BlockCipher
}

/** What a mode makes of a block cipher: something that transforms whole blocks. */
export type Mode = (cipher: BlockCipher, iv: Uint8Array) => (data: Uint8Array) => void

/** Bytes after which RFC 4344 §3.2 wants new keys where blocks are shorter than 16 bytes. */
export const SHORT_BLOCK_KEY_LIMIT: number = 2 ** 30

/** A block cipher in a mode, as a definition. */
export function defineBlockCipher(options: BlockCipherOptions, encrypting: Mode, decrypting: Mode): MacCipherDefinition {
  const { create, ...rest } = options
  const start = (mode: Mode) => (key: Uint8Array, iv: Uint8Array) => {
    requireLength(`a key for ${options.name}`, key, options.keyLength)
    requireLength(`an initial vector for ${options.name}`, iv, options.blockLength)
    const cipher = create(key)
    const state = new Uint8Array(iv)
    const wipe = (): void => {
      cipher.destroy()
      state.fill(0)
    }
    return streamOf(options, mode(cipher, state), wipe)
  }
  return Object.freeze<MacCipherDefinition>({
    kind: 'cipher',
    apiVersion: 1,
    ...rest,
    integrity: 'mac',
    ivLength: options.blockLength,
    // After 2^(L/4) blocks of L bits (RFC 4344 §3.2), or a gigabyte where they are short.
    keyLimit: options.blockLength >= 16 ? 2 ** (options.blockLength * 2) * options.blockLength : SHORT_BLOCK_KEY_LIMIT,
    createEncryptor: start(encrypting),
    createDecryptor: start(decrypting),
  })
}

/** A direction that refuses broken blocks, and work after `destroy()`. */
export function streamOf(
  { name, blockLength }: Pick<MacCipherDefinition, 'name' | 'blockLength'>,
  transform: (data: Uint8Array) => void,
  wipe: () => void,
): CipherStream {
  let isDestroyed = false
  return {
    transform(data) {
      if (isDestroyed) throw new SSHError('CLOSED', `${name} was used after destroy()`, { fault: 'caller' })
      if (data.length % blockLength !== 0) {
        throw invalidArgument(`expected a multiple of ${blockLength} bytes for ${name}; got ${data.length}`)
      }
      transform(data)
    },
    destroy() {
      isDestroyed = true
      wipe()
    },
  }
}

/** Throws SSHError `ARGUMENT` where a key or initial vector is not as long as the cipher wants it. */
export function requireLength(name: string, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) throw invalidArgument(`expected ${name} of ${length} bytes; got ${bytes.length}`)
}
