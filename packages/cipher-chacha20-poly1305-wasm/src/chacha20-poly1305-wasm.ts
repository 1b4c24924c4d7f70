import { chacha20Poly1305 } from '@seashell/cipher-chacha20-poly1305'
import type { AeadCipherDefinition, DisconnectReasons, Opener, Sealer } from '@seashell/core'
import { invalidArgument, SSHError } from '@seashell/core/wire'
import { Engine, HEAD_LENGTH, TAG_LENGTH } from './engine.ts'
import { platformWebAssembly, type WebAssemblyLike } from './webassembly.ts'

const MAC_ERROR: typeof DisconnectReasons.MAC_ERROR = 5

/**
 * `chacha20-poly1305@openssh.com` (OpenSSH's PROTOCOL.chacha20poly1305; draft-ietf-sshm-chacha20-poly1305) in WebAssembly: key of 64 bytes, no
 * IV, tag of 16. The module is compiled when the first connection gets its keys. Where the platform has no WebAssembly, no SIMD in it, or a
 * policy against it, this is `@seashell/cipher-chacha20-poly1305`, which does the same in JavaScript.
 */
export const chacha20Poly1305Wasm: AeadCipherDefinition = /* @__PURE__ */ defineChacha20Poly1305Wasm(platformWebAssembly)

/**
 * The same with a WebAssembly of the caller's.
 *
 * @param webAssembly is called once, when the first connection gets its keys; undefined: there is none
 */
export function defineChacha20Poly1305Wasm(webAssembly: () => WebAssemblyLike | undefined): AeadCipherDefinition {
  let compiled: { readonly engine: Engine | undefined } | undefined
  const findEngine = (): Engine | undefined => (compiled ??= { engine: compile(webAssembly()) }).engine
  return Object.freeze({
    ...chacha20Poly1305,
    provider: 'wasm',
    createSealer(key: Uint8Array, iv: Uint8Array): Sealer {
      const engine = findEngine()
      return engine === undefined ? chacha20Poly1305.createSealer(key, iv) : new WasmSealer(engine, packetKeys(key, iv))
    },
    createOpener(key: Uint8Array, iv: Uint8Array): Opener {
      const engine = findEngine()
      return engine === undefined ? chacha20Poly1305.createOpener(key, iv) : new WasmOpener(engine, packetKeys(key, iv))
    },
  })
}

/** Platforms refuse in different ways, and whatever the reason, JavaScript is left. */
function compile(webAssembly: WebAssemblyLike | undefined): Engine | undefined {
  try {
    return webAssembly && new Engine(webAssembly)
  } catch {
    return undefined
  }
}

/** A copy of the keys, in the order in which SSH gives and the module wants them: the body's, and that of the packet length. */
function packetKeys(key: Uint8Array, iv: Uint8Array): Uint8Array {
  const { name, keyLength } = chacha20Poly1305
  if (key.length === keyLength && iv.length === 0) return new Uint8Array(key)
  throw invalidArgument(`expected a key of ${keyLength} bytes for ${name} and no initial vector; got ${key.length} and ${iv.length}`)
}

class WasmSealer implements Sealer {
  readonly #engine: Engine
  readonly #keys: Uint8Array
  #destroyed = false

  constructor(engine: Engine, keys: Uint8Array) {
    this.#engine = engine
    this.#keys = keys
  }

  seal(sequence: number, packet: Uint8Array): void {
    if (this.#destroyed) throw destroyed()
    this.#engine.seal(this.#keys, sequence, packet)
  }

  destroy(): void {
    this.#destroyed = true
    this.#keys.fill(0)
  }
}

class WasmOpener implements Opener {
  readonly headLength = HEAD_LENGTH
  readonly #engine: Engine
  readonly #keys: Uint8Array
  #failed = false
  #destroyed = false

  constructor(engine: Engine, keys: Uint8Array) {
    this.#engine = engine
    this.#keys = keys
  }

  readLength(sequence: number, head: Uint8Array): number {
    if (this.#destroyed) throw destroyed()
    return this.#engine.readLength(this.#keys, sequence, head)
  }

  open(sequence: number, packet: Uint8Array): Uint8Array {
    if (this.#destroyed) throw destroyed()
    const end = packet.length - TAG_LENGTH
    this.#failed ||= end < HEAD_LENGTH || !this.#engine.open(this.#keys, sequence, packet)
    if (this.#failed) throw notAuthentic(sequence)
    return packet.subarray(HEAD_LENGTH, end)
  }

  destroy(): void {
    this.#destroyed = true
    this.#keys.fill(0)
  }
}

/** What a direction throws once its keys are wiped: encrypting with zeros instead would go unnoticed. */
function destroyed(): SSHError {
  return new SSHError('CLOSED', `${chacha20Poly1305.name} was used after destroy()`, { fault: 'caller' })
}

/** What an opener throws for a packet that is not authentic, and for all after it. */
function notAuthentic(sequence: number): SSHError {
  const message = `expected packet ${sequence}, and all before it, with the tag that ${chacha20Poly1305.name} gives; found another`
  return new SSHError('MAC', message, { fault: 'peer', reason: MAC_ERROR })
}
