/** As much of the platform's `WebAssembly` as this package needs: a real one fits. It is no part of ECMAScript, so it may be missing. */
export interface WebAssemblyLike {
  /** A compiled module; throws where the platform does not take it, or does not allow any. */
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  /** A module with memory of its own; throws where there is no memory left. */
  readonly Instance: new (module: never) => { readonly exports: object }
}

/** As much of a `WebAssembly.Memory` as this package needs. */
export interface WebAssemblyMemoryLike {
  /** The bytes; another buffer after each `grow`. */
  readonly buffer: ArrayBuffer
  /** Adds pages of 64 KiB; throws where there are no more. */
  grow(pages: number): number
}

/** The WebAssembly of the platform that runs this; undefined where it has none. */
export function platformWebAssembly(): WebAssemblyLike | undefined {
  return (globalThis as { readonly WebAssembly?: WebAssemblyLike }).WebAssembly
}
