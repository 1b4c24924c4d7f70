import { aesGcmCiphersOver, type GcmArithmetic, type PacketGcm, portableGcm } from '@seashell/cipher-aes'
import type { AeadCipherDefinition } from '@seashell/core'
import { Engine, HEAD_LENGTH, type Schedule, TAG_LENGTH } from './engine.ts'
import { platformWebAssembly, type WebAssemblyLike } from './webassembly.ts'

/** What {@link defineAesGcmWasm} may be told. */
export interface AesGcmWasmOptions {
  /** A WebAssembly instead of the platform's; called once, when the first connection gets its keys. Undefined: there is none. */
  readonly webAssembly?: () => WebAssemblyLike | undefined
  /** The longest packet that is WebAssembly's: bytes from its length field to its tag. By default there is no longest. */
  readonly upTo?: number
  /** Who does longer packets, and all of them where WebAssembly is refused. By default that is noble. */
  readonly beyond?: GcmArithmetic
}

/**
 * AES-GCM in WebAssembly, together with somebody else's: one direction counts its invocations whoever does a packet.
 *
 * @example
 * ```ts
 * import { defineAesGcmWasm } from '@seashell/cipher-aes-gcm-wasm'
 * import { AlgorithmRegistry } from '@seashell/core'
 * import { nodeCrypto, nodeGcm } from '@seashell/node'
 * import { compatible } from '@seashell/presets'
 *
 * const algorithms = new AlgorithmRegistry(compatible).override(nodeCrypto).override(defineAesGcmWasm({ upTo: 1024, beyond: nodeGcm }))
 * ```
 */
export function defineAesGcmWasm(options: AesGcmWasmOptions = {}): readonly AeadCipherDefinition[] {
  const { webAssembly, upTo = Number.POSITIVE_INFINITY, beyond = portableGcm } = options
  const findEngine = webAssembly === undefined ? findPlatformEngine : onceCompiled(webAssembly)
  return aesGcmCiphersOver({
    provider: upTo === Number.POSITIVE_INFINITY ? 'wasm' : `wasm, ${beyond.provider}`,
    start(key: Uint8Array): PacketGcm {
      const engine = findEngine()
      if (engine === undefined) return beyond.start(key)
      const gcm = new WasmGcm(engine, key)
      return upTo === Number.POSITIVE_INFINITY ? gcm : new GcmBySize(gcm, upTo, beyond.start(key))
    },
  })
}

/** The engine of all definitions that are not told of another WebAssembly. */
const findPlatformEngine = /* @__PURE__ */ onceCompiled(platformWebAssembly)

/**
 * AES-GCM (RFC 5647) in WebAssembly, under all of its names. The module is compiled when the first connection gets its keys. Where the platform
 * has no WebAssembly, no SIMD in it, or a policy against it, these are the ciphers of `@seashell/cipher-aes`, which do the same in JavaScript.
 */
export const aesGcmWasm: readonly AeadCipherDefinition[] = /* @__PURE__ */ defineAesGcmWasm()

/** Platforms refuse in different ways, and whatever the reason, somebody else is left. */
function onceCompiled(webAssembly: () => WebAssemblyLike | undefined): () => Engine | undefined {
  let compiled: { readonly engine: Engine | undefined } | undefined
  return () => (compiled ??= { engine: compile(webAssembly()) }).engine
}

function compile(webAssembly: WebAssemblyLike | undefined): Engine | undefined {
  try {
    return webAssembly && new Engine(webAssembly)
  } catch {
    return undefined
  }
}

class WasmGcm implements PacketGcm {
  readonly #engine: Engine
  readonly #schedule: Schedule

  constructor(engine: Engine, key: Uint8Array) {
    this.#engine = engine
    this.#schedule = engine.makeSchedule(key)
  }

  seal(nonce: Uint8Array, packet: Uint8Array): void {
    this.#engine.seal(this.#schedule, nonce, packet)
  }

  open(nonce: Uint8Array, packet: Uint8Array): Uint8Array | undefined {
    return this.#engine.open(this.#schedule, nonce, packet) ? packet.subarray(HEAD_LENGTH, packet.length - TAG_LENGTH) : undefined
  }

  destroy(): void {
    this.#schedule.bytes.fill(0)
  }
}

/** Gives each packet to one of two, by its length. */
class GcmBySize implements PacketGcm {
  readonly #small: PacketGcm
  readonly #upTo: number
  readonly #large: PacketGcm

  constructor(small: PacketGcm, upTo: number, large: PacketGcm) {
    this.#small = small
    this.#upTo = upTo
    this.#large = large
  }

  seal(nonce: Uint8Array, packet: Uint8Array): void {
    this.#for(packet).seal(nonce, packet)
  }

  open(nonce: Uint8Array, packet: Uint8Array): Uint8Array | undefined {
    return this.#for(packet).open(nonce, packet)
  }

  /** WebAssembly's bodies are in the memory of their packets. */
  release(body: Uint8Array): void {
    this.#large.release?.(body)
  }

  destroy(): void {
    this.#small.destroy()
    this.#large.destroy()
  }

  #for(packet: Uint8Array): PacketGcm {
    return packet.length <= this.#upTo ? this.#small : this.#large
  }
}
