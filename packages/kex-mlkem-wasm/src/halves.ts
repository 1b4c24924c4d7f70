import { invalidArgument, keyExchangeFailed } from '@seashell/core/wire'
import { type HybridHalf, mlkem768Half, x25519Half } from '@seashell/kex-mlkem'
import { Engine } from './engine.ts'
import { type LibsodiumModule, loadLibsodium } from './libsodium-module.ts'

/** The halves of post-quantum hybrids that libsodium has. */
export interface LibsodiumHybridHalves {
  /** Where they come from. */
  readonly provider: 'libsodium'
  /** ML-KEM-768 (FIPS 203); keys have the form of `@seashell/kex-mlkem`'s. */
  readonly mlkem768: HybridHalf
  /** X25519 (RFC 7748 §5). */
  readonly x25519: HybridHalf
}

/**
 * What `mlkemKeyExchangesOver` of `@seashell/kex-mlkem` can have of libsodium in WebAssembly. It is loaded when the first exchange wants it;
 * where the platform has no WebAssembly, or a policy against it, these are the halves of `@seashell/kex-mlkem`, in JavaScript.
 *
 * They refuse what those refuse: SSHError `KEY_EXCHANGE`, fault 'peer', for an encapsulation key that is not reduced (FIPS 203 §7.2) and an
 * X25519 point of low order (RFC 8731 §3). Lengths are the hybrid's to check.
 */
export const libsodiumHybridHalves: LibsodiumHybridHalves = /* @__PURE__ */ defineLibsodiumHybridHalves(loadLibsodium)

/**
 * The same with a libsodium of the caller's.
 *
 * @param load is called once, when the first exchange wants it; a rejection means that there is none
 */
export function defineLibsodiumHybridHalves(load: () => Promise<LibsodiumModule>): LibsodiumHybridHalves {
  let loading: Promise<Engine | undefined> | undefined
  const findEngine = (): Promise<Engine | undefined> => (loading ??= start(load))
  return Object.freeze({
    provider: 'libsodium',
    mlkem768: halfOf(findEngine, mlkem768Half, mlkem768FunctionsOf),
    x25519: halfOf(findEngine, x25519Half, x25519FunctionsOf),
  })
}

/** Platforms refuse in different ways, and whatever the reason, JavaScript is left. */
async function start(load: () => Promise<LibsodiumModule>): Promise<Engine | undefined> {
  try {
    return new Engine(await load())
  } catch {
    return undefined
  }
}

type Functions = Pick<HybridHalf, 'generate' | 'encapsulate' | 'decapsulate'>

/** A half that is the engine's where there is one, else the portable one. */
function halfOf(
  findEngine: () => Promise<Engine | undefined>,
  portable: HybridHalf,
  functionsOf: (engine: Engine) => Functions,
): HybridHalf {
  const find = async (): Promise<Functions> => {
    const engine = await findEngine()
    return engine === undefined ? portable : functionsOf(engine)
  }
  return {
    ...portable,
    generate: async (random) => (await find()).generate(random),
    encapsulate: async (publicKey, random) => (await find()).encapsulate(publicKey, random),
    decapsulate: async (privateKey, ciphertext) => (await find()).decapsulate(privateKey, ciphertext),
  }
}

function mlkem768FunctionsOf(engine: Engine): Functions {
  return {
    generate: (random) => {
      const seed = random(64)
      const pair = engine.generate(seed)
      seed.fill(0)
      return pair
    },
    encapsulate: (publicKey, random) => {
      const message = random(32)
      const result = engine.encapsulate(publicKey, message)
      message.fill(0)
      if (result !== undefined) return result
      throw keyExchangeFailed('expected an ML-KEM-768 encapsulation key with coefficients below 3329 (FIPS 203 §7.2); got a larger one')
    },
    decapsulate: (privateKey, ciphertext) => {
      const secret = engine.decapsulate(privateKey, ciphertext)
      if (secret !== undefined) return secret
      throw invalidArgument('expected a decapsulation key that generate() made; got one that fails the hash check (FIPS 203 §7.3)')
    },
  }
}

function x25519FunctionsOf(engine: Engine): Functions {
  const agree = (privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array => {
    const secret = engine.agree(privateKey, publicKey)
    if (secret !== undefined) return secret
    throw keyExchangeFailed('expected an X25519 public key that contributes to the secret (RFC 8731 §3); got a point of low order')
  }
  return {
    generate: (random) => {
      const privateKey = random(32)
      return { publicKey: engine.derivePublicKey(privateKey), privateKey }
    },
    encapsulate: (publicKey, random) => {
      const privateKey = random(32)
      try {
        return { sharedSecret: agree(privateKey, publicKey), ciphertext: engine.derivePublicKey(privateKey) }
      } finally {
        privateKey.fill(0)
      }
    },
    decapsulate: agree,
  }
}
