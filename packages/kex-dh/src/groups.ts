/** A group of numbers modulo a safe prime: one p for which (p−1)/2 is a prime too. */
export interface DiffieHellmanGroup {
  /** p, the modulus. */
  readonly prime: bigint
  /** Bytes of p. */
  readonly primeLength: number
  /** g, the generator. */
  readonly generator: bigint
  /** Bytes of a private exponent. */
  readonly exponentLength: number
}

/**
 * Bytes of a private exponent: 512 bits.
 *
 * A full exponent, as long as p, would cost four to eight times as much and gain nothing: modulo a safe prime the best attack on a short
 * exponent takes as many steps as the square root of its range (Pollard), so that twice the bits of security that the group itself has are
 * enough (RFC 3526, RFC 7919 §5.2). RFC 3526 §8 puts that at 320 bits for group 14 and 480 for group 16, by the higher of its estimates.
 * OpenSSH's exponents have twice the bits of the longest negotiated key, but at least 512.
 */
const exponentLength = 64

/** The 2048-bit group 14 (RFC 3526 §3). */
export const modpGroup14: DiffieHellmanGroup = /* @__PURE__ */ defineGroup(
  256,
  `
    ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd
    ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed
    ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f
    83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b
    e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa0510
    15728e5a8aacaa68ffffffffffffffff`,
)

/** The 4096-bit group 16 (RFC 3526 §5). */
export const modpGroup16: DiffieHellmanGroup = /* @__PURE__ */ defineGroup(
  512,
  `
    ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd
    ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed
    ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f
    83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b
    e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa0510
    15728e5a8aaac42dad33170d04507a33a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7
    abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864d87602733ec86a64521f2b18177b200c
    bbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120a92108011a723c12a787e6d7
    88719a10bdba5b2699c327186af4e23c1a946834b6150bda2583e9ca2ad44ce8dbbbc2db04de8ef92e8efc141fbecaa6
    287c59474e6bc05d99b2964fa090c3a2233ba186515be7ed1f612970cee2d7afb81bdd762170481cd0069127d5b05aa9
    93b4ea988d8fddc186ffb7dc90a6c08f4df435c934063199ffffffffffffffff`,
)

/** A group with generator 2, as all of RFC 3526 are. */
function defineGroup(primeLength: number, prime: string): DiffieHellmanGroup {
  return Object.freeze({ prime: BigInt(`0x${prime.replaceAll(/\s/g, '')}`), primeLength, generator: 2n, exponentLength })
}
