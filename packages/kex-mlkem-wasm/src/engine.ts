import type { KemEncapsulation, KemKeyPair } from '@seashell/core'
import { invalidArgument } from '@seashell/core/wire'
import { functionsOf, type Libsodium, type LibsodiumModule } from './libsodium-module.ts'

// FIPS 203 §8, table 3, in bytes.
const PUBLIC_KEY_LENGTH = 1184
const PRIVATE_KEY_LENGTH = 2400
const CIPHERTEXT_LENGTH = 1088
/** Of shared secrets, and of hashes. */
const SECRET_LENGTH = 32
const SEED_LENGTH = 64
const MESSAGE_LENGTH = 32
/** Of all that X25519 has. */
const X25519_LENGTH = 32

// Where arguments and results are in the area that belongs to this package.
const SEED = 0
const PUBLIC_KEY = SEED + SEED_LENGTH
const PRIVATE_KEY = PUBLIC_KEY + PUBLIC_KEY_LENGTH
const CIPHERTEXT = PRIVATE_KEY + PRIVATE_KEY_LENGTH
const SECRET = CIPHERTEXT + CIPHERTEXT_LENGTH
const AREA_LENGTH = SECRET + SECRET_LENGTH

// A decapsulation key is dk_PKE ‖ ek ‖ H(ek) ‖ z (FIPS 203, algorithm 16): where the second and the third part begin.
const PUBLIC_KEY_OF_PRIVATE_KEY = 1152
const HASH_OF_PRIVATE_KEY = PUBLIC_KEY_OF_PRIVATE_KEY + PUBLIC_KEY_LENGTH

/** How deep the functions that are called here fill the stack: 19 kB, and room for what compilers think of. */
const STACK_LENGTH = 32_768

/** What the allocator keeps in front of a block. */
const BLOCK_HEAD_LENGTH = 8

/** Arguments: where they go in the area, how long they must be, and their bytes. */
type Brought = readonly (readonly [offset: number, length: number, bytes: Uint8Array])[]

/**
 * One instance of libsodium, which all connections share: a call brings its arguments, takes its results away, and leaves nothing of either.
 *
 * Arguments of another length than is said here are refused: SSHError `ARGUMENT`.
 */
export class Engine {
  readonly #module: LibsodiumModule
  readonly #functions: Libsodium
  readonly #area: number
  /** How much of the stack is wiped. */
  readonly #stackLength: number

  /** @throws where the instance has not what is needed */
  constructor(module: LibsodiumModule) {
    this.#module = module
    this.#functions = functionsOf(module)
    this.#area = this.#functions.allocate(AREA_LENGTH)
    if (this.#area === 0) throw new Error(`expected a libsodium with ${AREA_LENGTH} bytes to spare`)
    this.#stackLength = hasStackBelow(module.HEAPU8, this.#area) ? STACK_LENGTH : 0
    if (this.#functions.initialize() !== 0) throw new Error('expected a libsodium that can be initialised')
    this.#wipe()
  }

  /** The key pair of a seed of 64 bytes, d ‖ z. */
  generate(seed: Uint8Array): KemKeyPair {
    return this.#call([[SEED, SEED_LENGTH, seed]], (at) => {
      this.#functions.generate(at(PUBLIC_KEY), at(PRIVATE_KEY), at(SEED))
      return { publicKey: this.#read(PUBLIC_KEY, PUBLIC_KEY_LENGTH), privateKey: this.#read(PRIVATE_KEY, PRIVATE_KEY_LENGTH) }
    })
  }

  /** Ciphertext and secret of a message of 32 bytes; undefined where the public key, of 1184 bytes, is not reduced. */
  encapsulate(publicKey: Uint8Array, message: Uint8Array): KemEncapsulation | undefined {
    const brought: Brought = [
      [PUBLIC_KEY, PUBLIC_KEY_LENGTH, publicKey],
      [SEED, MESSAGE_LENGTH, message],
    ]
    return this.#call(brought, (at) => {
      const result = this.#functions.encapsulate(at(CIPHERTEXT), at(SECRET), at(PUBLIC_KEY), at(SEED))
      if (result !== 0) return undefined
      return { ciphertext: this.#read(CIPHERTEXT, CIPHERTEXT_LENGTH), sharedSecret: this.#read(SECRET, SECRET_LENGTH) }
    })
  }

  /** The secret of a ciphertext of 1088 bytes; undefined where the private key, of 2400, fails the hash check (FIPS 203 §7.3). */
  decapsulate(privateKey: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined {
    const brought: Brought = [
      [PRIVATE_KEY, PRIVATE_KEY_LENGTH, privateKey],
      [CIPHERTEXT, CIPHERTEXT_LENGTH, ciphertext],
    ]
    return this.#call(brought, (at) => {
      this.#functions.sha3(at(SECRET), at(PRIVATE_KEY + PUBLIC_KEY_OF_PRIVATE_KEY), PUBLIC_KEY_LENGTH, 0)
      const hash = this.#read(SECRET, SECRET_LENGTH)
      if (hash.some((byte, index) => byte !== privateKey[HASH_OF_PRIVATE_KEY + index])) return undefined
      this.#functions.decapsulate(at(SECRET), at(CIPHERTEXT), at(PRIVATE_KEY))
      return this.#read(SECRET, SECRET_LENGTH)
    })
  }

  /** The X25519 public key of a private key; both have 32 bytes. */
  derivePublicKey(privateKey: Uint8Array): Uint8Array {
    return this.#call([[SEED, X25519_LENGTH, privateKey]], (at) => {
      this.#functions.derivePublicKey(at(SECRET), at(SEED))
      return this.#read(SECRET, SECRET_LENGTH)
    })
  }

  /** The X25519 secret of a private and a public key, all of 32 bytes; undefined for a point of low order. */
  agree(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
    const brought: Brought = [
      [SEED, X25519_LENGTH, privateKey],
      [PUBLIC_KEY, X25519_LENGTH, publicKey],
    ]
    return this.#call(brought, (at) => {
      const result = this.#functions.agree(at(SECRET), at(SEED), at(PUBLIC_KEY))
      return result === 0 ? this.#read(SECRET, SECRET_LENGTH) : undefined
    })
  }

  #call<T>(brought: Brought, compute: (at: (offset: number) => number) => T): T {
    for (const [, length, bytes] of brought) {
      if (bytes.length !== length) throw invalidArgument(`expected ${length} bytes for libsodium; got ${bytes.length}`)
    }
    try {
      for (const [offset, , bytes] of brought) this.#module.HEAPU8.set(bytes, this.#area + offset)
      return compute((offset) => this.#area + offset)
    } finally {
      this.#wipe()
    }
  }

  #read(offset: number, length: number): Uint8Array {
    return this.#module.HEAPU8.slice(this.#area + offset, this.#area + offset + length)
  }

  #wipe(): void {
    const end = this.#area - BLOCK_HEAD_LENGTH
    this.#module.HEAPU8.fill(0, end - this.#stackLength, end).fill(0, this.#area, this.#area + AREA_LENGTH)
  }
}

/**
 * Emscripten puts the stack, which grows downwards, right below the heap, of which the area is the first block. What is not all zeros before
 * anything has been computed is no stack, but data that must stay.
 */
function hasStackBelow(memory: Uint8Array, area: number): boolean {
  const end = area - BLOCK_HEAD_LENGTH
  return end >= STACK_LENGTH && memory.subarray(end - STACK_LENGTH, end).every((byte) => byte === 0)
}
