import type { DiffieHellmanGroup } from '@seashell/kex-dh'

/** The 1024-bit group of RFC 2409 §6.2, Oakley's second, which RFC 4253 §8.1 calls group 1. Exponents have 512 bits, as in kex-dh. */
export const group1: DiffieHellmanGroup = /* @__PURE__ */ Object.freeze({
  prime: /* @__PURE__ */ BigInt(
    '0xffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd' +
      'ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed' +
      'ee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff',
  ),
  primeLength: 128,
  generator: 2n,
  exponentLength: 64,
})
