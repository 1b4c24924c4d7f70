/**
 * As much of an instance of libsodium, as Emscripten gives it, as this package needs. What is called `…Address` is where the bytes are in its
 * memory. Functions return 0, or -1 where they refuse.
 */
export interface LibsodiumModule {
  /** The memory; another array after it has grown. */
  readonly HEAPU8: Uint8Array
  /** Makes libsodium ready for all else; -1 where it cannot be. */
  readonly _sodium_init: () => number
  /** Where so many bytes are from now on the caller's; 0 where there are no more. */
  readonly _malloc: (length: number) => number
  /** ML-KEM.KeyGen_internal (FIPS 203, algorithm 16), the seed being d ‖ z, 64 bytes. */
  readonly _crypto_kem_mlkem768_seed_keypair: (publicKeyAddress: number, privateKeyAddress: number, seedAddress: number) => number
  /** ML-KEM.Encaps_internal (algorithm 17), the message being m, 32 bytes; refuses a public key that fails the modulus check (§7.2). */
  readonly _crypto_kem_mlkem768_enc_deterministic: (
    ciphertextAddress: number,
    secretAddress: number,
    publicKeyAddress: number,
    messageAddress: number,
  ) => number
  /** ML-KEM.Decaps_internal (algorithm 18). */
  readonly _crypto_kem_mlkem768_dec: (secretAddress: number, ciphertextAddress: number, privateKeyAddress: number) => number
  /** SHA3-256. The length is one of 64 bits in two parts, of which the upper comes last. */
  readonly _crypto_hash_sha3256: (hashAddress: number, inputAddress: number, length: number, upperLength: number) => number
  /** The X25519 public key (RFC 7748 §6.1) of a private key. */
  readonly _crypto_scalarmult_base: (publicKeyAddress: number, privateKeyAddress: number) => number
  /** X25519 (RFC 7748 §5); refuses points of low order. */
  readonly _crypto_scalarmult: (secretAddress: number, privateKeyAddress: number, publicKeyAddress: number) => number
}

/** The functions of an instance, by names of ours. */
export interface Libsodium {
  readonly initialize: LibsodiumModule['_sodium_init']
  readonly allocate: LibsodiumModule['_malloc']
  readonly generate: LibsodiumModule['_crypto_kem_mlkem768_seed_keypair']
  readonly encapsulate: LibsodiumModule['_crypto_kem_mlkem768_enc_deterministic']
  readonly decapsulate: LibsodiumModule['_crypto_kem_mlkem768_dec']
  readonly sha3: LibsodiumModule['_crypto_hash_sha3256']
  readonly derivePublicKey: LibsodiumModule['_crypto_scalarmult_base']
  readonly agree: LibsodiumModule['_crypto_scalarmult']
}

/** @throws where the instance lacks one: there was a libsodium before 1.0.22 */
export function functionsOf(module: LibsodiumModule): Libsodium {
  const {
    _sodium_init: initialize,
    _malloc: allocate,
    _crypto_kem_mlkem768_seed_keypair: generate,
    _crypto_kem_mlkem768_enc_deterministic: encapsulate,
    _crypto_kem_mlkem768_dec: decapsulate,
    _crypto_hash_sha3256: sha3,
    _crypto_scalarmult_base: derivePublicKey,
    _crypto_scalarmult: agree,
  } = module
  const functions = { initialize, allocate, generate, encapsulate, decapsulate, sha3, derivePublicKey, agree }
  if (Object.values<unknown>(functions).every((each) => typeof each === 'function')) return functions
  throw new Error('expected libsodium 1.0.22 or later')
}

declare const crypto: { getRandomValues(array: Uint32Array): Uint32Array }

/**
 * A new instance of libsodium, which the npm package of that name has in it as WebAssembly: nothing is fetched.
 *
 * @throws whatever the platform throws where it has no WebAssembly, or refuses it
 */
export async function loadLibsodium(): Promise<LibsodiumModule> {
  const { default: instantiate } = await import('libsodium')
  // sodium_init() wants a few numbers, for guards around memory that is not used here. Keys come of the transport's randomness alone.
  return (await instantiate({ getRandomValue: () => crypto.getRandomValues(new Uint32Array(1))[0]! })) as LibsodiumModule
}
