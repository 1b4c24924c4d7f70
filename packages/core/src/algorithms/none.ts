import type { CipherStream, CompressionDefinition, MacCipherDefinition, MacDefinition } from './definition.ts'

const NO_BYTES = /* @__PURE__ */ new Uint8Array(0)
const nothing: CipherStream = /* @__PURE__ */ Object.freeze({ transform(): void {}, destroy(): void {} })

/** No encryption (RFC 4253 §6.3). */
export const noneCipher: MacCipherDefinition = /* @__PURE__ */ Object.freeze({
  kind: 'cipher',
  apiVersion: 1,
  name: 'none',
  provider: 'core',
  insecure: 'everybody on the way reads along',
  integrity: 'mac',
  keyLength: 0,
  ivLength: 0,
  blockLength: 8,
  createEncryptor: () => nothing,
  createDecryptor: () => nothing,
})

/** No message authentication (RFC 4253 §6.4). */
export const noneMac: MacDefinition = /* @__PURE__ */ Object.freeze({
  kind: 'mac',
  apiVersion: 1,
  name: 'none',
  provider: 'core',
  insecure: 'everybody on the way can change what is sent',
  keyLength: 0,
  macLength: 0,
  encryptThenMac: false,
  create: () => ({ sign: () => NO_BYTES, destroy(): void {} }),
})

/** No compression (RFC 4253 §6.2): what most connections want. The transport leaves it out of the way of packets. */
export const noneCompression: CompressionDefinition = /* @__PURE__ */ Object.freeze({
  kind: 'compression',
  apiVersion: 1,
  name: 'none',
  provider: 'core',
  delayed: false,
  create: () => ({ compress: (data: Uint8Array) => data, decompress: (data: Uint8Array) => data, destroy(): void {} }),
})
