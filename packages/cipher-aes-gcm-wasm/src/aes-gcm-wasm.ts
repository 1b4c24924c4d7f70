import { aesGcmCiphersOver, type GcmArithmetic, type PacketGcm, portableGcm } from '@seashell/cipher-aes'
import type { AeadCipherDefinition } from '@seashell/core'
import { Engine, HEAD_LENGTH, TAG_LENGTH } from './engine.ts'
import { type KeyHolder, Schedules } from './schedules.ts'
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
  const findPlatform = webAssembly === undefined ? findUsualPlatform : onceCompiled(webAssembly)
  const division = { upTo, beyond }
  return aesGcmCiphersOver({
    provider: upTo === Number.POSITIVE_INFINITY ? 'wasm' : `wasm, ${beyond.provider}`,
    start(key: Uint8Array): PacketGcm {
      const platform = findPlatform()
      if (platform === undefined) return beyond.start(key)
      const gcm = new WasmGcm(platform, key)
      return upTo === Number.POSITIVE_INFINITY ? gcm : new GcmBySize(gcm, division)
    },
  })
}

/** A module that is compiled, and the schedules of those who use it. */
interface Platform {
  readonly engine: Engine
  readonly schedules: Schedules
}

/** That of all definitions that are not told of another WebAssembly. */
const findUsualPlatform = /* @__PURE__ */ onceCompiled(platformWebAssembly)

/**
 * AES-GCM (RFC 5647) in WebAssembly, under all of its names. The module is compiled when the first connection gets its keys. Where the platform
 * has no WebAssembly, no SIMD in it, or a policy against it, these are the ciphers of `@seashell/cipher-aes`, which do the same in JavaScript.
 */
export const aesGcmWasm: readonly AeadCipherDefinition[] = /* @__PURE__ */ defineAesGcmWasm()

/** Platforms refuse in different ways, and whatever the reason, somebody else is left. */
function onceCompiled(webAssembly: () => WebAssemblyLike | undefined): () => Platform | undefined {
  let compiled: { readonly platform: Platform | undefined } | undefined
  return () => (compiled ??= { platform: compile(webAssembly()) }).platform
}

function compile(webAssembly: WebAssemblyLike | undefined): Platform | undefined {
  if (webAssembly === undefined) return undefined
  try {
    const engine = new Engine(webAssembly)
    return { engine, schedules: new Schedules(engine) }
  } catch {
    return undefined
  }
}

class WasmGcm implements PacketGcm, KeyHolder {
  readonly key: Uint8Array
  readonly #platform: Platform

  constructor(platform: Platform, key: Uint8Array) {
    this.#platform = platform
    this.key = new Uint8Array(key)
  }

  seal(nonce: Uint8Array, packet: Uint8Array): void {
    const { engine, schedules } = this.#platform
    engine.seal(schedules.of(this), nonce, packet)
  }

  open(nonce: Uint8Array, packet: Uint8Array): Uint8Array | undefined {
    const { engine, schedules } = this.#platform
    return engine.open(schedules.of(this), nonce, packet) ? packet.subarray(HEAD_LENGTH, packet.length - TAG_LENGTH) : undefined
  }

  destroy(): void {
    this.key.fill(0)
    this.#platform.schedules.forget(this)
  }
}

/** Who does which packets, on all connections. */
interface Division {
  readonly upTo: number
  readonly beyond: GcmArithmetic
}

/** Gives each packet to one of two, by its length. The one for long packets begins with the first of them: many connections see none. */
class GcmBySize implements PacketGcm {
  readonly #small: WasmGcm
  readonly #division: Division
  #large: PacketGcm | undefined

  constructor(small: WasmGcm, division: Division) {
    this.#small = small
    this.#division = division
  }

  seal(nonce: Uint8Array, packet: Uint8Array): void {
    this.#for(packet).seal(nonce, packet)
  }

  open(nonce: Uint8Array, packet: Uint8Array): Uint8Array | undefined {
    return this.#for(packet).open(nonce, packet)
  }

  /** WebAssembly's bodies are in the memory of their packets. */
  release(body: Uint8Array): void {
    this.#large?.release?.(body)
  }

  destroy(): void {
    this.#small.destroy()
    this.#large?.destroy()
  }

  #for(packet: Uint8Array): PacketGcm {
    const { upTo, beyond } = this.#division
    return packet.length <= upTo ? this.#small : (this.#large ??= beyond.start(this.#small.key))
  }
}
